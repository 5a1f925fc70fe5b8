import { PipelineError } from '../kernel/index.ts';
import type { DistrictTime } from './history/index.ts';
import {
  dayStartMs,
  monthOf,
  parseScope,
  type Scope,
  startOfMonth,
  startOfMonthNamed,
} from './measures/index.ts';

/** Which figures are asked for. */
export interface FigureQuery {
  /** Calendar month of +08:00, `YYYY-MM`, or `latest`: its window up to now. Takes the place of `fromMs` and `toMs`. */
  readonly month?: string | undefined;
  /** Start of the window; default: start of the day (+08:00) of `toMs`. */
  readonly fromMs?: number | undefined;
  /** End of the window; default: as of. */
  readonly toMs?: number | undefined;
  /** "Now" of figures that speak of a moment; default: 22:30 of the last evening of a window that is over. */
  readonly instantMs?: number | undefined;
  /** `district`, `street:CODE`, `policeStation:CODE`, `pointClass:N`, `owner:NAME`, `day:YYYY-MM-DD`; default: district. */
  readonly scope?: string | undefined;
}

const wholeSecond = (atMs: number): number => Math.floor(atMs / 1_000) * 1_000;
/** Before the end of a window that ends at midnight: late enough for a day's work, early enough for a night's outage. */
const eveningMs = 90 * 60_000;

const refuse = (found: string, hint: string): PipelineError =>
  new PipelineError('BAD_REQUEST', found, { hint });

/**
 * The time that a query asks for.
 * @param asOfMs what counts as now.
 * @throws PipelineError BAD_REQUEST for a month or window that is none.
 */
export function timeOf(query: FigureQuery, asOfMs: number): DistrictTime {
  let { fromMs, toMs } = query;
  if (query.month !== undefined) {
    const startMs = query.month === 'latest' ? startOfMonth(asOfMs - 1) : startOfMonthNamed(query.month);
    if (startMs === null) throw refuse(`"${query.month}" is no month.`, 'Write it as YYYY-MM, e.g. 2026-09.');
    if (startMs >= asOfMs) throw refuse(`${query.month} has not begun.`, 'Ask for a month that has.');
    fromMs = startMs;
    toMs = Math.min(monthOf(startMs).endMs, asOfMs);
  }
  // Figures count whole seconds; the second that is running counts.
  toMs = Math.ceil((toMs ?? asOfMs) / 1_000) * 1_000;
  const window = { fromMs: wholeSecond(fromMs ?? dayStartMs(toMs - 1)), toMs };
  if (window.toMs <= window.fromMs) throw refuse('The window ends before it begins.', 'Give from < to.');
  const isOver = toMs <= asOfMs && dayStartMs(toMs) === toMs;
  // States are kept by whole seconds: one that is not over may already bear the state that comes after it.
  const lastMs = wholeSecond(Math.min(toMs, asOfMs)) - 1;
  const instantMs = query.instantMs ?? (isOver ? Math.max(window.fromMs, toMs - eveningMs) : lastMs);
  return { window, instantMs };
}

/** @throws PipelineError BAD_REQUEST for a scope that is none. */
export function scopeOf(query: FigureQuery): Scope {
  const scope = parseScope(query.scope ?? 'district');
  if (scope !== null) return scope;
  throw refuse(
    `"${query.scope}" is no scope.`,
    'Use district, street:CODE, policeStation:CODE, pointClass:N, owner:NAME or day:YYYY-MM-DD.',
  );
}
