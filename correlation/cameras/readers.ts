import { type CellIssue, error, type IssueKind, repaired, warning } from './issue.ts';

/** A value, or none; and what was found while reading it. */
export interface Reading {
  readonly value?: unknown;
  readonly issue?: CellIssue;
}
export type Reader = (text: string) => Reading;

export const asText: Reader = (text) => ({ value: text });

/** A number in a range; anything else is refused under one name. */
export const asNumber =
  (kind: IssueKind, min: number, max: number): Reader =>
  (text) => {
    const value = Number(text);
    if (!Number.isFinite(value)) return { issue: error(kind, `"${text}" is not a number`) };
    if (value < min || value > max) return { issue: error(kind, `${value} is not within ${min} … ${max}`) };
    return { value };
  };

export const asCode =
  (...allowed: readonly number[]): Reader =>
  (text) => {
    const value = Number(text);
    return allowed.includes(value)
      ? { value }
      : { issue: error('enum_unknown', `"${text}" is none of ${allowed.join(', ')}`) };
  };

export const asFlag: Reader = (text) => {
  if (['1', '是', 'true', 'Y', 'y'].includes(text)) return { value: true };
  if (['0', '否', 'false', 'N', 'n'].includes(text)) return { value: false };
  return { issue: error('enum_unknown', `"${text}" is neither 1 (是) nor 0 (否)`) };
};

/** A text that is left out when it is none of its kind; the camera is taken without it. */
export const asChecked =
  (kind: IssueKind, isRight: (text: string) => boolean, reason: string): Reader =>
  (text) =>
    isRight(text) ? { value: text } : { issue: warning(kind, `"${text}" is ${reason}; it is left out`) };

export const asCoordinateSystem: Reader = (text) => {
  const name = text.toUpperCase().replaceAll(/[\s_-]/g, '');
  if (name === 'WGS84') return { value: 'WGS-84' };
  if (name === 'GCJ02') return { value: 'GCJ-02' };
  return { issue: error('crs_unknown', `"${text}" is neither WGS-84 nor GCJ-02`) };
};

const dmsPattern =
  /^([NSEW东西南北])?\s*(\d{1,3})\s*[°度]\s*(\d{1,2})\s*['′’分]\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:["″”秒]|'')?)?\s*([NSEW])?$/i;

/** Degrees, also with a decimal comma or in degrees, minutes and seconds. */
export const asCoordinate: Reader = (text) => {
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return { value: Number(text) };
  if (/^[+-]?\d{1,3},\d+$/.test(text)) {
    const withPoint = text.replace(',', '.');
    return {
      value: Number(withPoint),
      issue: repaired('coordinate_decimal_comma', withPoint, 'the decimal comma was made a point'),
    };
  }
  const dms = dmsPattern.exec(text);
  if (dms === null) return { issue: error('coordinate_not_number', `"${text}" is not a coordinate`) };
  const [, before = '', degrees, minutes, seconds = '0', after = ''] = dms;
  const sign = /[SW西南]/i.test(before + after) ? -1 : 1;
  const value = sign * (Number(degrees) + Number(minutes) / 60 + Number(seconds) / 3_600);
  const reason = 'degrees, minutes and seconds were made degrees';
  return { value, issue: repaired('coordinate_dms', value.toFixed(7), reason) };
};

const chinaMs = 8 * 3_600_000;
const dayMs = 86_400_000;
/** Day 0 of Excel's calendar, which believes in a 29 February 1900. */
const serialZeroMs = Date.UTC(1899, 11, 30);
const serialRange = { first: 20_000, last: 80_000 };

const dayText = (utcMs: number): string => {
  const date = new Date(utcMs);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
};

const datePattern =
  /^(\d{4})([-/.年]?)(\d{1,2})([-/.月]?)(\d{1,2})日?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

function dayOfSerial(text: string): number | null {
  if (!/^\d{5}(?:\.\d+)?$/.test(text)) return null;
  const serial = Number(text);
  if (serial < serialRange.first || serial > serialRange.last) return null;
  return serialZeroMs + Math.floor(serial) * dayMs;
}

/** A day in Chinese time, in any of the forms that people and spreadsheets write. */
export const asDay: Reader = (text) => {
  const serialMs = dayOfSerial(text);
  if (serialMs !== null) {
    const issue = repaired('date_format', dayText(serialMs), 'a day number of a spreadsheet was made a date');
    return { value: serialMs - chinaMs, issue };
  }
  const match = datePattern.exec(text);
  if (match === null) return { issue: error('date_impossible', `"${text}" is not a date like 2023-05-01`) };
  const [, year, first, month, second, day, hours = '0', minutes = '0', seconds = '0'] = match;
  const dayOnlyMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(dayOnlyMs);
  const isReal =
    Number(year) >= 1970 && date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
  if (!isReal || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
    return { issue: error('date_impossible', `"${text}" is not a day of the calendar`) };
  }
  const timeMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  const value = dayOnlyMs + timeMs - chinaMs;
  const isUsual = first === '-' && second === '-' && month?.length === 2 && day?.length === 2;
  return isUsual
    ? { value }
    : { value, issue: repaired('date_format', dayText(dayOnlyMs), 'the date was written in another form') };
};

const namedSizes: Readonly<Record<string, readonly [number, number]>> = {
  '4K': [3840, 2160],
  '800万': [3840, 2160],
  '500万': [2592, 1944],
  '400万': [2560, 1440],
  '300万': [2048, 1536],
  '200万': [1920, 1080],
  '130万': [1280, 960],
  '1080P': [1920, 1080],
  '720P': [1280, 720],
  D1: [704, 576],
  '4CIF': [704, 576],
  CIF: [352, 288],
};

export const asSize: Reader = (text) => {
  const known = namedSizes[text.toUpperCase()];
  if (known !== undefined) return { value: known };
  const match = /^(\d{3,5})\s*[x×*]\s*(\d{3,5})$/i.exec(text);
  if (match !== null) return { value: [Number(match[1]), Number(match[2])] };
  const reason = `"${text}" is not a picture size like 1920*1080 or 1080P; it is left out`;
  return { issue: warning('resolution_unparsable', reason) };
};

export const asDuty: Reader = (text) =>
  /^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text)
    ? { value: text }
    : { issue: error('duty_unparsable', `"${text}" is not a time of day like 00:00-24:00`) };
