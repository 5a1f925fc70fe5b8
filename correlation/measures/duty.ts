import type { Span } from './intervals.ts';

const minuteMs = 60_000;
export const dayMs = 86_400_000;
/** China has one time zone without summer time. */
export const chinaOffsetMs = 8 * 3_600_000;

/** Start of the day of +08:00 that a moment lies in. */
export const dayStartMs = (atMs: number): number =>
  Math.floor((atMs + chinaOffsetMs) / dayMs) * dayMs - chinaOffsetMs;

const minutesOf = (clock: string): number => {
  const [hours = '0', minutes = '0'] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
};

/**
 * The spans of a window in which a camera has to work (rule R7).
 * @param dutyHours `HH:MM-HH:MM`, every day; an end that is not after the start lies on the next day.
 */
export function dutySpans(dutyHours: string, window: Span): Span[] {
  const [start = '00:00', end = '24:00'] = dutyHours.split('-');
  const startMs = minutesOf(start) * minuteMs;
  const endMs = minutesOf(end) * minuteMs;
  const lengthMs = endMs > startMs ? endMs - startMs : endMs - startMs + dayMs;
  const spans: Span[] = [];
  // One day earlier: a duty over midnight reaches into the window.
  for (let dayMsStart = dayStartMs(window.fromMs) - dayMs; dayMsStart < window.toMs; dayMsStart += dayMs) {
    const fromMs = Math.max(dayMsStart + startMs, window.fromMs);
    const toMs = Math.min(dayMsStart + startMs + lengthMs, window.toMs);
    const last = spans.at(-1);
    if (toMs <= fromMs) continue;
    if (last?.toMs === fromMs) spans[spans.length - 1] = { fromMs: last.fromMs, toMs };
    else spans.push({ fromMs, toMs });
  }
  return spans;
}
