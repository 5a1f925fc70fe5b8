import { chinaOffsetMs, dayMs } from './duty.ts';

/** A day of the calendar; month from 1. */
interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const daysPerEra = 146_097;
const yearsPerEra = 400;
/** 0000-03-01 to 1970-01-01. Years begin in March here, so that the leap day is the last of its year. */
const daysToEpoch = 719_468;

/** Days since 1970-01-01 of a day of the Gregorian calendar. */
export function daysOf({ year, month, day }: CalendarDay): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / yearsPerEra);
  const yearOfEra = marchYear - era * yearsPerEra;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPerEra + dayOfEra - daysToEpoch;
}

/** The day of the Gregorian calendar that lies so many days after 1970-01-01. */
export function dayOf(days: number): CalendarDay {
  const shifted = days + daysToEpoch;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((marchMonth + 2) % 12) + 1;
  return {
    year: yearOfEra + era * yearsPerEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

const localDays = (atMs: number): number => Math.floor((atMs + chinaOffsetMs) / dayMs);
const startOf = (day: CalendarDay): number => daysOf(day) * dayMs - chinaOffsetMs;

/** Midnight (+08:00) of a day written `YYYY-MM-DD`; null when there is no such day. */
export function startOfDay(text: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return null;
  const asked = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  const real = dayOf(daysOf(asked));
  const isReal =
    asked.month >= 1 && asked.month <= 12 && real.month === asked.month && real.day === asked.day;
  return isReal ? startOf(asked) : null;
}

/** Midnight (+08:00) of the first day of a month written `YYYY-MM`; null when there is no such month. */
export const startOfMonthNamed = (text: string): number | null =>
  /^\d{4}-\d\d$/.test(text) ? startOfDay(`${text}-01`) : null;

/** Midnight (+08:00) of the first day of the month that a moment lies in. */
export const startOfMonth = (atMs: number): number => startOfMonthNamed(monthOf(atMs).name) ?? atMs;

/** Calendar month of +08:00 that a moment lies in, as `YYYY-MM`, and where it ends. */
export function monthOf(atMs: number): { readonly name: string; readonly endMs: number } {
  const { year, month } = dayOf(localDays(atMs));
  const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
  return { name: `${year}-${String(month).padStart(2, '0')}`, endMs: startOf(next) };
}

/** Day of +08:00 that a moment lies in, as `YYYY-MM-DD`. */
export function dateOf(atMs: number): string {
  const { year, month, day } = dayOf(localDays(atMs));
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Day of the week of +08:00 that a moment lies in: 1 Monday … 7 Sunday. */
export const weekdayOf = (atMs: number): number => ((((localDays(atMs) + 3) % 7) + 7) % 7) + 1;
