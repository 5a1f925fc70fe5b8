import type { Span } from './intervals.ts';

/** In order, without overlap and without empty ones. All functions below take and give such lists. */
export type Spans = readonly Span[];

const startOf = ({ fromMs }: Span): number => fromMs;

/** The list by its times, equal ones as they were; most lists are, which is told without a copy. */
export function inTimeOrder<T>(list: readonly T[], atMs: (one: T) => number): readonly T[] {
  let reachedMs = -Infinity;
  for (const one of list) {
    const at = atMs(one);
    if (at < reachedMs) return list.toSorted((a, b) => atMs(a) - atMs(b));
    reachedMs = at;
  }
  return list;
}

/**
 * Any spans as one list in order; those that touch or overlap become one.
 * @param maxGapMs gaps up to this long are filled as well.
 */
export function joinSpans(spans: readonly Span[], maxGapMs = 0): Span[] {
  const joined: Span[] = [];
  for (const { fromMs, toMs } of inTimeOrder(spans, startOf)) {
    if (toMs <= fromMs) continue;
    const last = joined.at(-1);
    if (last === undefined || fromMs - last.toMs > maxGapMs) joined.push({ fromMs, toMs });
    else if (toMs > last.toMs) joined[joined.length - 1] = { fromMs: last.fromMs, toMs };
  }
  return joined;
}

/** Position of the first span that ends after a moment. */
function firstEndingAfter(spans: Spans, atMs: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.toMs ?? Infinity) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function intersectSpans(a: Spans, b: Spans): Span[] {
  const common: Span[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const one = a[i];
    const other = b[j];
    if (one === undefined || other === undefined) return common;
    const fromMs = Math.max(one.fromMs, other.fromMs);
    const toMs = Math.min(one.toMs, other.toMs);
    if (toMs > fromMs) common.push({ fromMs, toMs });
    if (one.toMs < other.toMs) i++;
    else j++;
  }
}

/** What of `a` lies outside `b`. */
export function subtractSpans(a: Spans, b: Spans): Span[] {
  if (b.length === 0) return [...a];
  const rest: Span[] = [];
  for (const { fromMs, toMs } of a) {
    let reachedMs = fromMs;
    for (let j = firstEndingAfter(b, fromMs); j < b.length; j++) {
      const cut = b[j];
      if (cut === undefined || cut.fromMs >= toMs) break;
      if (cut.fromMs > reachedMs) rest.push({ fromMs: reachedMs, toMs: cut.fromMs });
      reachedMs = cut.toMs;
    }
    if (reachedMs < toMs) rest.push({ fromMs: reachedMs, toMs });
  }
  return rest;
}

/** Seconds of a list within one span. */
export function secondsWithin(spans: Spans, within: Span): number {
  let sumMs = 0;
  for (let i = firstEndingAfter(spans, within.fromMs); i < spans.length; i++) {
    const span = spans[i];
    if (span === undefined || span.fromMs >= within.toMs) break;
    sumMs += Math.min(span.toMs, within.toMs) - Math.max(span.fromMs, within.fromMs);
  }
  return Math.round(sumMs / 1_000);
}

/** Whether a moment lies in the list. */
export const holds = (spans: Spans, atMs: number): boolean =>
  (spans[firstEndingAfter(spans, atMs)]?.fromMs ?? Infinity) <= atMs;
