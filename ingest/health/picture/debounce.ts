import type { Sign } from './suspect.ts';

/** One fault over time: raised by 3 of 5 pictures, cleared by 5 good ones in a row. */
export interface Watch {
  /** Newest last, at most `remembered`. */
  readonly recent: readonly { readonly sign: Sign; readonly atMs: number; readonly sinceMs: number }[];
  /** Since when the fault has been there; null: it is not. */
  readonly sinceMs: number | null;
}

const remembered = 5;
const raising = 3;

export const atEase: Watch = { recent: [], sinceMs: null };

/**
 * Take one sign into account. Pictures that cannot tell neither raise nor clear.
 * @param sinceMs when what the sign speaks of began, where it speaks of more than this picture.
 * @returns the watch, and when the fault ended if it has just been cleared: with the first good picture.
 */
export function stepWatch(
  watch: Watch,
  sign: Sign,
  atMs: number,
  sinceMs = atMs,
): { readonly watch: Watch; readonly endedAtMs: number | null } {
  if (sign === 'blind') return { watch, endedAtMs: null };
  const recent = [...watch.recent, { sign, atMs, sinceMs }].slice(-remembered);
  if (watch.sinceMs === null) {
    const signs = recent.filter((one) => one.sign === 'yes');
    const isRaised = signs.length >= raising;
    return { watch: { recent, sinceMs: isRaised ? (signs[0]?.sinceMs ?? atMs) : null }, endedAtMs: null };
  }
  const isCleared = recent.length === remembered && recent.every((one) => one.sign === 'no');
  if (!isCleared) return { watch: { recent, sinceMs: watch.sinceMs }, endedAtMs: null };
  return { watch: { recent, sinceMs: null }, endedAtMs: recent[0]?.atMs ?? atMs };
}
