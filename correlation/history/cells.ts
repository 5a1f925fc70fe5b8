import type { Cell } from './listing.ts';

type Read<T> = (text: string) => Cell<T>;

export const text: Read<string> = (value) => ({ value });

export const filled: Read<string> = (value) =>
  value === '' ? { problem: 'this column must be filled' } : { value };

/** Codes of twenty digits that a spreadsheet took for a number lose their last digits. */
export const code: Read<string> = (value) => {
  if (value === '') return { problem: 'this column must be filled' };
  if (value.length > 64) return { problem: 'longer than any code' };
  return /^\d(?:[.,]\d+)?E\+?\d+$/i.test(value)
    ? { problem: `"${value}": a spreadsheet cut this code short; keep the column as text` }
    : { value };
};

const momentPattern =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;
/** `20260615080000`, as platforms of the police write it. */
const digitsPattern = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;
/** A day without a time, as a workbook gives midnight. */
const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;
/** A time without a zone is Chinese time. */
const chinaMinutes = 8 * 60;

/** Whole seconds as milliseconds since 1970; parts of a second are cut off. */
export const moment: Read<number> = (value) => {
  const match = momentPattern.exec(value) ?? digitsPattern.exec(value) ?? dayPattern.exec(value);
  if (match === null) return { problem: `"${value}" is not a time like 2026-06-15T08:00:00+08:00` };
  const [year, month, day, hours, minutes, seconds] = [1, 2, 3, 4, 5, 6].map((part) =>
    Number(match[part] ?? 0),
  ) as [number, number, number, number, number, number];
  const localMs = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  const back = new Date(localMs);
  const isReal =
    back.getUTCMonth() + 1 === month &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hours &&
    back.getUTCMinutes() === minutes &&
    back.getUTCSeconds() === seconds;
  const atMs = localMs - zoneMinutes(match[7]) * 60_000;
  return isReal && atMs >= 0 ? { value: atMs } : { problem: `"${value}" is no moment of the calendar` };
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

/** A size; blank or 0: there is none. */
export const positiveOrNull: Read<number | null> = (value) => {
  if (value === '' || value === '0') return { value: null };
  return /^\d+$/.test(value)
    ? { value: Number(value) }
    : { problem: `"${value}" is not a whole number above 0` };
};

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
