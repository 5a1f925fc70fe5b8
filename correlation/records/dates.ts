const tokenPatterns: Readonly<Record<string, string>> = {
  yyyy: String.raw`(?<year>\d{4})`,
  MM: String.raw`(?<month>\d{2})`,
  M: String.raw`(?<month>\d{1,2})`,
  dd: String.raw`(?<day>\d{2})`,
  d: String.raw`(?<day>\d{1,2})`,
  HH: String.raw`(?<hour>\d{2})`,
  H: String.raw`(?<hour>\d{1,2})`,
  mm: String.raw`(?<minute>\d{2})`,
  ss: String.raw`(?<second>\d{2})`,
  hh: String.raw`(?<hour12>\d{1,2})`,
  a: String.raw`(?<half>[AaPp]\.?[Mm]\.?|上午|下午)`,
  SSS: String.raw`(?<milli>\d{1,3})`,
};

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function patternOf(format: string): RegExp {
  const parts = format.split(/(yyyy|MM|M|dd|d|HH|H|hh|mm|ss|SSS|a)/);
  return new RegExp(`^${parts.map((part) => tokenPatterns[part] ?? escapeRegExp(part)).join('')}$`);
}

const patterns = new Map<string, RegExp>();
const cachedPattern = (format: string): RegExp => {
  const known = patterns.get(format) ?? patternOf(format);
  patterns.set(format, known);
  return known;
};

/** `+08:00` in milliseconds. */
export function offsetMs(utcOffset: string): number {
  const [hours = '0', minutes = '0'] = utcOffset.slice(1).split(':');
  return (utcOffset.startsWith('-') ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  clocks.set(timeZone, clock);
  return clock;
}

/** What a zone's clocks were ahead of UTC by at a moment. */
function zoneOffsetMs(timeZone: string, atMs: number): number {
  const name = clockOf(timeZone)
    .formatToParts(atMs)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const offset = name?.slice(3) ?? '';
  return offset === '' ? 0 : offsetMs(offset);
}

/**
 * The moment of a local time. An hour that a clock change leaves out or brings twice is read by the clock before the
 * change.
 * @param zone an offset like `+08:00`, or the name of a time zone.
 */
function toUtcMs(localMs: number, zone: string): number {
  if (/^[+-]/.test(zone)) return localMs - offsetMs(zone);
  const before = localMs - zoneOffsetMs(zone, localMs - 86_400_000);
  const actual = localMs - zoneOffsetMs(zone, before);
  return zoneOffsetMs(zone, actual) === localMs - actual ? actual : before;
}

const isoPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

function readOne(text: string, format: string, zone: string): number | null {
  if (format === 'iso') {
    if (!isoPattern.test(text)) return null;
    // Date.parse takes 2026-02-30 for 2 March, so the day is looked at on its own.
    const day = fromParts(text.slice(0, 4), text.slice(5, 7), text.slice(8, 10));
    const atMs = Date.parse(text);
    return day === null || Number.isNaN(atMs) ? null : atMs;
  }
  if (format === 'epochS') return /^\d{9,11}(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1_000) : null;
  if (format === 'epochMs') return /^\d{12,14}$/.test(text) ? Number(text) : null;
  const groups = cachedPattern(format).exec(text)?.groups;
  if (groups === undefined) return null;
  const { year = '', month = '', day = '', minute = '0', second = '0', milli = '0' } = groups;
  const hour = hourOf(groups);
  const dayMs = fromParts(year, month, day);
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (dayMs === null || !isTime) return null;
  const timeMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000;
  return toUtcMs(dayMs + timeMs + Number(milli.padEnd(3, '0')), zone);
}

/** 12 a.m. is midnight, 12 p.m. noon. */
function hourOf({ hour, hour12, half }: Record<string, string | undefined>): string {
  if (hour12 === undefined) return hour ?? '0';
  const inHalf = Number(hour12);
  if (inHalf < 1 || inHalf > 12) return '99';
  return String((inHalf % 12) + (/^(?:p|下)/i.test(half ?? '') ? 12 : 0));
}

/** Midnight UTC of a day of the calendar, or null when there is no such day. */
function fromParts(year: string, month: string, day: string): number | null {
  const atMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const back = new Date(atMs);
  return back.getUTCMonth() === Number(month) - 1 && back.getUTCDate() === Number(day) ? atMs : null;
}

/**
 * Read a moment by the first format that fits.
 * @param zone of moments that do not give their own: an offset like `+08:00`, or the name of a time zone.
 * @returns milliseconds since 1970, or null when no format fits or the day does not exist.
 */
export function readMoment(text: string, formats: readonly string[], zone: string): number | null {
  for (const format of formats) {
    const atMs = readOne(text, format, zone);
    if (atMs !== null && atMs >= 0) return atMs;
  }
  return null;
}
