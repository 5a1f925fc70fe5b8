import { z } from 'zod';

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'HH:MM, e.g. 07:30');

/** Hours of a week in local time (+08:00, which has no summer time). Outside of them, what has it does not apply. */
export const Schedule = z
  .strictObject({
    hours: z
      .array(
        z.strictObject({
          /** 1 Monday … 7 Sunday: the day on which the span begins. */
          days: z.array(z.int().min(1).max(7)).min(1),
          from: TimeOfDay,
          /** At or before `from`: the span goes over midnight. */
          to: TimeOfDay,
        }),
      )
      .min(1),
    /** Local dates on which `onHolidays` holds instead of the weekday. */
    holidays: z.array(z.iso.date()).optional(),
    /** `asSunday` (default): the hours of a Sunday; `always`, `never`: the whole day or none of it. */
    onHolidays: z.enum(['asSunday', 'always', 'never']).optional(),
  })
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof Schedule>;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const localOffsetMs = 8 * 60 * minuteMs;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Is it within the hours? Half-open: the end of a span is outside. */
export function isWithinSchedule(schedule: Schedule, atMs: number): boolean {
  const day = Math.floor((atMs + localOffsetMs) / dayMs);
  const minute = (atMs + localOffsetMs - day * dayMs) / minuteMs;
  return coversDay(schedule, day, minute) || coversDay(schedule, day - 1, minute + 24 * 60);
}

/** Does a span that begins on this local day hold this minute, counted from the day's midnight? */
function coversDay(
  { hours, holidays = [], onHolidays = 'asSunday' }: Schedule,
  day: number,
  minute: number,
): boolean {
  const isHoliday = holidays.some((date) => Date.parse(date) / dayMs === day);
  if (isHoliday && onHolidays !== 'asSunday') return onHolidays === 'always' && minute < 24 * 60;
  // 1970-01-01 was a Thursday.
  const weekday = isHoliday ? 7 : ((day + 3) % 7) + 1;
  return hours.some(({ days, from, to }) => {
    if (!days.includes(weekday)) return false;
    const [begin, end] = [minutesOf(from), minutesOf(to)];
    return minute >= begin && minute < (end > begin ? end : end + 24 * 60);
  });
}
