import i18next from 'i18next';

/** The district's clock, wherever the browser stands. */
const timeZone = 'Asia/Shanghai';

const cached = new Map<string, Intl.DateTimeFormat>();
function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${i18next.language} ${JSON.stringify(options)}`;
  const found =
    cached.get(key) ?? new Intl.DateTimeFormat(i18next.language, { timeZone, hourCycle: 'h23', ...options });
  cached.set(key, found);
  return found;
}

const clockParts = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;

/** `2026-05-11 08:01:02` in the words of the language, +08:00. */
export const dateTime = (atMs: number): string =>
  formatter({ year: 'numeric', month: '2-digit', day: '2-digit', ...clockParts }).format(atMs);

/** What somebody typed as `2026-05-11T08:01`, by the district's clock. */
export const districtTimeMs = (typed: string): number => Date.parse(`${typed}+08:00`);

/** `05/11`, +08:00. */
export const monthDay = (atMs: number): string =>
  formatter({ month: '2-digit', day: '2-digit' }).format(atMs);

/** `08:01:02`, +08:00. */
export const clockTime = (atMs: number): string => formatter(clockParts).format(atMs);

/** A share as a percentage with one decimal; never rounded up to 100 %. */
export function percent(share: number): string {
  const digits = { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
  const shown = share < 1 ? Math.min(share, 0.999) : share;
  return new Intl.NumberFormat(i18next.language, digits).format(shown);
}

/** A share as whole percent, for scores. */
export const wholePercent = (share: number): string =>
  new Intl.NumberFormat(i18next.language, { style: 'percent', maximumFractionDigits: 0 }).format(share);

export const amount = (value: number, maximumFractionDigits = 1): string =>
  new Intl.NumberFormat(i18next.language, { maximumFractionDigits }).format(value);

const spanUnits = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `3.2 s`, `4 min`, `5 h` or `3 days`, in the words of the language: the largest unit of which there are two. */
export function span(ms: number): string {
  const [unit, unitMs] = spanUnits.find(([, lengthMs]) => Math.abs(ms) >= 2 * lengthMs) ?? ['second', 1_000];
  return new Intl.NumberFormat(i18next.language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(ms / unitMs);
}
