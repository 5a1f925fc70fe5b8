import type { Figure } from '../../contracts/index.ts';
import { pointCoverage } from './coverage.ts';
import type { District } from './district.ts';
import { networkedRate, officialHdRate, onlineNow, onlineRate, stockHdRate } from './rates.ts';
import type { Scope } from './scope.ts';

export type { District, MeasuredCamera } from './district.ts';
export { dayStartMs } from './duty.ts';
export { intervalsFromHealth, type Span, type StateInterval } from './intervals.ts';
export { parseScope, type Scope } from './scope.ts';

/** The figures of one scope: coverage, HD (official and all stock), networked, online (over the window and now). */
export const figuresOf = (district: District, scope: Scope): Figure[] =>
  [pointCoverage, officialHdRate, stockHdRate, networkedRate, onlineRate, onlineNow].map((figure) =>
    figure(district, scope),
  );
