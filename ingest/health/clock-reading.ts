import type { ClockReading } from '../../contracts/index.ts';

const hourMs = 3_600_000;
/** No camera was set to an earlier time on purpose; devices that lost theirs begin in 1970 or 2000. */
const earliestMs = Date.UTC(2010, 0, 1);
/** Zones reach from −12 to +14 hours. */
const maxZoneHours = 14;
/** A zone mistake leaves the clock this near a whole hour, beside the error of the measurement. */
const nearHourMs = 60_000;

/**
 * What a measured offset means.
 * @param measured device minus true time, and ± how much.
 * @param toleranceMs the clock is right when it is certainly within this: offset and error together.
 */
export function readClock(
  measured: { readonly measuredAtMs: number; readonly offsetMs: number; readonly errorMs: number },
  toleranceMs: number,
): ClockReading {
  const { measuredAtMs, offsetMs, errorMs } = measured;
  const reading = { measuredAtMs, offsetMs: Math.round(offsetMs), errorMs: Math.round(errorMs) };
  if (Math.abs(offsetMs) + errorMs <= toleranceMs) return { ...reading, verdict: 'right' };
  if (measuredAtMs + offsetMs < earliestMs) return { ...reading, verdict: 'reset' };
  const hours = Math.round(offsetMs / hourMs);
  const isZone =
    hours !== 0 &&
    Math.abs(hours) <= maxZoneHours &&
    Math.abs(offsetMs - hours * hourMs) <= nearHourMs + errorMs;
  return { ...reading, verdict: isZone ? 'timezone' : 'drift' };
}

export const failedReading = (measuredAtMs: number): ClockReading => ({
  measuredAtMs,
  offsetMs: null,
  errorMs: null,
  verdict: 'failed',
});
