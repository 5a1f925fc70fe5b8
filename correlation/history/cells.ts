import type { Cell } from './listing.ts';

type Read<T> = (text: string) => Cell<T>;

export const text: Read<string> = (value) => ({ value });

export const filled: Read<string> = (value) =>
  value === '' ? { problem: 'this column must be filled' } : { value };

const momentPattern = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/;
/** A time without a zone is Chinese time. */
const chinaMinutes = 8 * 60;

/** Whole seconds as milliseconds since 1970; parts of a second are cut off. */
export const moment: Read<number> = (value) => {
  const match = momentPattern.exec(value);
  if (match === null) return { problem: `"${value}" is not a time like 2026-06-15T08:00:00+08:00` };
  const [, year, month, day, hours, minutes, seconds, zone] = match;
  const localMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hours),
    Number(minutes),
    Number(seconds),
  );
  const isReal =
    new Date(localMs).toISOString().slice(0, 19) === `${value.slice(0, 10)}T${value.slice(11, 19)}`;
  if (!isReal) return { problem: `"${value}" is no moment of the calendar` };
  return { value: localMs - zoneMinutes(zone) * 60_000 };
};

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined) return chinaMinutes;
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
}

export const number: Read<number> = (value) =>
  value !== '' && Number.isFinite(Number(value))
    ? { value: Number(value) }
    : { problem: `"${value}" is not a number` };

/** A blank cell is null. */
export const orNull =
  <T>(read: Read<T>): Read<T | null> =>
  (value) =>
    value === '' ? { value: null } : read(value);

export const oneOf =
  <T extends string>(allowed: readonly T[]): Read<T> =>
  (value) => {
    const found = allowed.find((one) => one === value);
    return found === undefined
      ? { problem: `"${value}" is none of ${allowed.join(', ')}` }
      : { value: found };
  };

/** 1 or 0; blank: not looked at. */
export const finding: Read<boolean | null> = (value) => {
  if (value === '') return { value: null };
  if (value === '1' || value === '0') return { value: value === '1' };
  return { problem: `"${value}" is neither 1, 0 nor blank` };
};
