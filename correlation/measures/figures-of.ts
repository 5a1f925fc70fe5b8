import type { Figure } from '../../contracts/index.ts';
import { archiveAccuracy, archiveCompleteness, archiveConsistency, archivedRate } from './archive-rates.ts';
import { clockAccuracy, osdCompliance, pictureQuality } from './check-rates.ts';
import { pointCoverage } from './coverage.ts';
import type { District } from './district.ts';
import { faultFigures } from './fault-times.ts';
import { effectiveCoverage, type Ground, groundCoverage, laneTypes } from './ground-coverage.ts';
import { networkedRate, newHdRate, officialHdRate, onlineNow, stockHdRate } from './rates.ts';
import { dayOf, type Scope } from './scope.ts';
import { storageRate } from './storage.ts';
import { onlineRate, recordingRate, serviceableRate } from './time-rates.ts';

/** Some figures that are computed together. */
interface Family {
  /** `M3` also stands for `M3.motor` and the like. */
  readonly metric: string;
  /** Figures that integrate or look back over a time, and so can be asked of a single day as well. */
  readonly isOverTime: boolean;
  /** Parts of the district without which there is no such figure. */
  readonly needs: readonly (keyof District)[];
  of(district: District, scope: Scope): Figure[];
}

const grounds: readonly Ground[] = ['area', 'road', ...laneTypes];
const isLater = { isOverTime: true } as const;
const isNow = { isOverTime: false } as const;

const families: readonly Family[] = [
  {
    metric: 'M1',
    ...isNow,
    needs: [],
    of: (district, scope) => [pointCoverage(district, scope), pointCoverage(district, scope, true)],
  },
  { metric: 'M2', ...isNow, needs: [], of: (district, scope) => [groundCoverage(district, scope, 'area')] },
  {
    metric: 'M3',
    ...isNow,
    needs: [],
    of: (district, scope) => grounds.slice(1).map((ground) => groundCoverage(district, scope, ground)),
  },
  {
    metric: 'M4',
    ...isLater,
    needs: ['imageChecks', 'recordings'],
    of: (district, scope) => grounds.map((ground) => effectiveCoverage(district, scope, ground)),
  },
  {
    metric: 'M5',
    ...isNow,
    needs: [],
    of: (district, scope) => [officialHdRate(district, scope), newHdRate(district, scope)],
  },
  { metric: 'M5b', ...isNow, needs: [], of: (district, scope) => [stockHdRate(district, scope)] },
  { metric: 'M6', ...isNow, needs: [], of: (district, scope) => [networkedRate(district, scope)] },
  { metric: 'M7', ...isLater, needs: [], of: (district, scope) => [onlineRate(district, scope)] },
  { metric: 'M7b', ...isNow, needs: [], of: (district, scope) => [onlineNow(district, scope)] },
  {
    metric: 'M8',
    ...isLater,
    needs: ['imageChecks', 'recordings'],
    of: (district, scope) => [serviceableRate(district, scope)],
  },
  {
    metric: 'M9',
    ...isLater,
    needs: ['imageChecks'],
    of: (district, scope) => [
      pictureQuality(district, scope, 'day'),
      pictureQuality(district, scope, 'night'),
    ],
  },
  {
    metric: 'M10',
    ...isLater,
    needs: ['recordings'],
    of: (district, scope) => [recordingRate(district, scope)],
  },
  {
    metric: 'M11',
    ...isNow,
    needs: ['recordings'],
    of: (district, scope) => [storageRate(district, scope, false), storageRate(district, scope, true)],
  },
  {
    metric: 'M12',
    ...isLater,
    needs: ['clockChecks'],
    of: (district, scope) => [clockAccuracy(district, scope, false), clockAccuracy(district, scope, true)],
  },
  {
    metric: 'M13',
    ...isNow,
    needs: ['osdChecks'],
    of: (district, scope) => [osdCompliance(district, scope)],
  },
  {
    metric: 'M14',
    ...isNow,
    needs: ['archive'],
    of: (district, scope) => [
      archiveCompleteness(district, scope),
      archiveAccuracy(district, scope),
      archiveConsistency(district, scope),
    ],
  },
  {
    metric: 'M15',
    ...isNow,
    needs: [],
    of: (district, scope) => (scope.kind === 'district' ? [archivedRate(district)] : []),
  },
  { metric: 'M16', ...isLater, needs: ['faults'], of: faultFigures },
];

/**
 * M1–M16 of one scope with their variants, as far as the district holds what they are computed from; a figure whose
 * source was never brought in is left out. A day has only the figures that speak of a time.
 * @param wanted only those, by metric or by its family (`M3`, `M9`); none: all.
 */
export function figuresOf(district: District, scope: Scope, wanted: readonly string[] = []): Figure[] {
  const isDay = dayOf(scope) !== null;
  const isWanted = (metric: string): boolean =>
    wanted.length === 0 || wanted.some((name) => name === metric || name.startsWith(`${metric}.`));
  const figures = families
    .filter(({ metric, isOverTime }) => (isOverTime || !isDay) && isWanted(metric))
    .filter(({ needs }) => needs.every((part) => district[part] !== undefined))
    .flatMap((family) => family.of(district, scope));
  return wanted.length === 0
    ? figures
    : figures.filter(({ metric }) => wanted.includes(metric) || wanted.includes(metric.split('.')[0] ?? ''));
}
