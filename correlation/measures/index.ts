import type { Figure } from '../../contracts/index.ts';
import { archiveAccuracy, archiveCompleteness, archiveConsistency, archivedRate } from './archive-rates.ts';
import { clockAccuracy, osdCompliance, pictureQuality } from './check-rates.ts';
import { pointCoverage } from './coverage.ts';
import type { District } from './district.ts';
import { faultFigures } from './fault-times.ts';
import { effectiveCoverage, groundCoverage, laneTypes } from './ground-coverage.ts';
import { networkedRate, newHdRate, officialHdRate, onlineNow, stockHdRate } from './rates.ts';
import type { Scope } from './scope.ts';
import { storageRate } from './storage.ts';
import { onlineRate, recordingRate, serviceableRate } from './time-rates.ts';

export { dateOf, startOfDay, weekdayOf } from './calendar.ts';
export { cameraSums } from './camera-sums.ts';
export { exclusionOutcome } from './camera-time.ts';
export type { ArchiveRow, District, FaultTicket, MeasuredCamera } from './district.ts';
export { dayMs, dayStartMs, dutySpans } from './duty.ts';
export type { ExclusionRequest } from './exclusions.ts';
export { intervalsFromHealth, intervalsFromRows, type StateInterval } from './intervals.ts';
export { distanceToRingM, isInside, planeAbout, type PointM } from './plane.ts';
export { parseScope, type Scope } from './scope.ts';

/** The headline figures of one scope: coverage, HD (official and all stock), networked, online (over the window and now). */
export const figuresOf = (district: District, scope: Scope): Figure[] =>
  [pointCoverage, officialHdRate, stockHdRate, networkedRate, onlineRate, onlineNow].map((figure) =>
    figure(district, scope),
  );

/** Figures that integrate or look back over a time, and so can be asked of a single day as well. */
function figuresOverTime(district: District, scope: Scope): Figure[] {
  const { imageChecks, recordings, clockChecks, faults } = district;
  const isGoodKnown = imageChecks !== undefined && recordings !== undefined;
  return [
    ...(isGoodKnown
      ? [
          ...(['area', 'road', ...laneTypes] as const).map((ground) =>
            effectiveCoverage(district, scope, ground),
          ),
          serviceableRate(district, scope),
        ]
      : []),
    onlineRate(district, scope),
    ...(imageChecks === undefined
      ? []
      : [pictureQuality(district, scope, 'day'), pictureQuality(district, scope, 'night')]),
    ...(recordings === undefined ? [] : [recordingRate(district, scope)]),
    ...(clockChecks === undefined
      ? []
      : [clockAccuracy(district, scope, false), clockAccuracy(district, scope, true)]),
    ...(faults === undefined ? [] : faultFigures(district, scope)),
  ];
}

/**
 * M1–M16 of one scope with their variants, as far as the district holds what they are computed from; a figure whose
 * source was never brought in is left out. A day has only the figures that speak of a time.
 */
export function allFiguresOf(district: District, scope: Scope): Figure[] {
  const overTime = figuresOverTime(district, scope);
  if (scope.kind === 'day') return overTime;
  const { recordings, osdChecks, archive } = district;
  return [
    pointCoverage(district, scope),
    pointCoverage(district, scope, true),
    ...(['area', 'road', ...laneTypes] as const).map((ground) => groundCoverage(district, scope, ground)),
    officialHdRate(district, scope),
    newHdRate(district, scope),
    stockHdRate(district, scope),
    networkedRate(district, scope),
    onlineNow(district, scope),
    ...overTime,
    ...(recordings === undefined
      ? []
      : [storageRate(district, scope, false), storageRate(district, scope, true)]),
    ...(osdChecks === undefined ? [] : [osdCompliance(district, scope)]),
    ...(archive === undefined
      ? []
      : [
          archiveCompleteness(district, scope),
          archiveAccuracy(district, scope),
          archiveConsistency(district, scope),
        ]),
    ...(scope.kind === 'district' ? [archivedRate(district)] : []),
  ];
}
