import chineseDays from 'chinese-days';
import type { TimeLimit } from '../../contracts/index.ts';
import { dateOf, dayMs, dayStartMs } from '../measures/index.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Hours of a working day, minutes since midnight of +08:00, in order and apart. */
export type WorkHours = readonly { readonly fromMinute: number; readonly toMinute: number }[];

/**
 * Whether agencies work on a day: weekday or 调休 working day, no public holiday. Where the State Council has not
 * published a year's holidays yet, weekdays decide.
 * @param dayStart start of the day, +08:00.
 */
export const isWorkday = (dayStart: number): boolean => chineseDays.isWorkday(dateOf(dayStart));

interface WorkSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Working time from a moment on, in order; without an end. */
function* workSpansFrom(atMs: number, hours: WorkHours): Generator<WorkSpan> {
  for (let day = dayStartMs(atMs); ; day += dayMs) {
    if (!isWorkday(day)) continue;
    for (const { fromMinute, toMinute } of hours) {
      const fromMs = Math.max(atMs, day + fromMinute * minuteMs);
      const toMs = day + toMinute * minuteMs;
      if (toMs > fromMs) yield { fromMs, toMs };
    }
  }
}

/** The moment at which so much working time has passed. */
export function addWorkMs(atMs: number, workMs: number, hours: WorkHours): number {
  let left = workMs;
  for (const { fromMs, toMs } of workSpansFrom(atMs, hours)) {
    if (left <= toMs - fromMs) return fromMs + left;
    left -= toMs - fromMs;
  }
  throw new TypeError('Working days do not end.');
}

/** Working time between two moments. */
export function workMsBetween(fromMs: number, toMs: number, hours: WorkHours): number {
  let sum = 0;
  for (const span of workSpansFrom(fromMs, hours)) {
    if (span.fromMs >= toMs) return sum;
    sum += Math.min(span.toMs, toMs) - span.fromMs;
  }
  return sum;
}

/** End of the n-th working day after the one a moment lies in: the day itself does not count (行政处罚法 85). */
function addWorkDays(atMs: number, count: number): number {
  let day = dayStartMs(atMs);
  for (let left = count; left > 0; ) {
    day += dayMs;
    if (isWorkday(day)) left--;
  }
  return day + dayMs;
}

/** When a term that starts at a moment is used up. Working days end with the day, everything else to the millisecond. */
export function dueAt(startsAtMs: number, { value, unit }: TimeLimit, hours: WorkHours): number {
  switch (unit) {
    case 'minute':
      return startsAtMs + value * minuteMs;
    case 'hour':
      return startsAtMs + value * hourMs;
    case 'day':
      return startsAtMs + value * dayMs;
    case 'workHour':
      return addWorkMs(startsAtMs, value * hourMs, hours);
    case 'workDay':
      return addWorkDays(startsAtMs, Math.ceil(value));
  }
}

/** Share of a term that is used up; working hours count only working time. */
export function usedShare(
  { startsAtMs, dueAtMs, limit }: { startsAtMs: number; dueAtMs: number; limit: TimeLimit },
  nowMs: number,
  hours: WorkHours,
): number {
  if (nowMs >= dueAtMs) return 1;
  if (nowMs <= startsAtMs) return 0;
  if (limit.unit !== 'workHour') return (nowMs - startsAtMs) / Math.max(1, dueAtMs - startsAtMs);
  const whole = workMsBetween(startsAtMs, dueAtMs, hours);
  return workMsBetween(startsAtMs, nowMs, hours) / Math.max(1, whole);
}

/** Where a term ends that rested from one moment to another: what was left of it then is left of it now. */
export function dueAfterRest(
  { dueAtMs, limit }: { dueAtMs: number; limit: TimeLimit },
  rest: { readonly fromMs: number; readonly toMs: number },
  hours: WorkHours,
): number {
  if (rest.fromMs >= dueAtMs) return dueAtMs;
  if (limit.unit !== 'workHour') return dueAtMs + (rest.toMs - rest.fromMs);
  return addWorkMs(rest.toMs, workMsBetween(rest.fromMs, dueAtMs, hours), hours);
}
