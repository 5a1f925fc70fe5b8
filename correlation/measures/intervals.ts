import type { CameraHealth, CameraState } from '../../contracts/index.ts';

/** A span of time, half-open `[fromMs, toMs)`. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Causes by which a platform marks what a person typed in afterwards. */
const manualCauses = new Set(['manualentry', 'correction', '人工录入', '人工更正', '更正']);

/** Whether a row of states is a person's word, not a measurement. */
export const isManualCause = (cause: string): boolean => manualCauses.has(cause.trim().toLowerCase());

/** A camera was in one state all that time. */
export interface StateInterval extends Span {
  readonly state: CameraState;
  readonly cause: string;
}

/**
 * States of one camera over a window from what ingest reported.
 *
 * A sample holds until the next one, at most `validForMs`; where nothing holds, the state is unknown. So an ingest
 * that died is seen as not knowing, not as a camera that stayed well.
 * @param samples of one camera, in any order.
 * @returns intervals in order, without gap or overlap, covering the window.
 */
export function intervalsFromHealth(samples: readonly CameraHealth[], window: Span): StateInterval[] {
  const ordered = samples.toSorted((a, b) => a.observedAtMs - b.observedAtMs);
  const held = ordered.map(({ observedAtMs, validForMs, state, cause }, index) => ({
    state,
    cause,
    fromMs: observedAtMs,
    toMs: Math.min(observedAtMs + validForMs, ordered[index + 1]?.observedAtMs ?? Infinity),
  }));
  return fillWithUnknown(held, window);
}

/** Cause of the unknown time that no row and no sample speaks of. */
export const nothingReported = 'nothing reported';

/** Clip to the window, fill what is left open with `unknown`, join equal neighbours. */
function fillWithUnknown(ordered: readonly StateInterval[], window: Span): StateInterval[] {
  const filled: StateInterval[] = [];
  const add = (interval: StateInterval): void => {
    if (interval.toMs <= interval.fromMs) return;
    const last = filled.at(-1);
    if (last?.state === interval.state && last.cause === interval.cause) {
      filled[filled.length - 1] = { ...last, toMs: interval.toMs };
    } else filled.push(interval);
  };
  const unknown = (fromMs: number, toMs: number): StateInterval => ({
    state: 'unknown',
    cause: nothingReported,
    fromMs,
    toMs,
  });
  let reachedMs = window.fromMs;
  for (const interval of ordered) {
    const fromMs = Math.max(interval.fromMs, reachedMs);
    const toMs = Math.min(interval.toMs, window.toMs);
    if (toMs <= fromMs) continue;
    add(unknown(reachedMs, fromMs));
    add({ ...interval, fromMs, toMs });
    reachedMs = toMs;
  }
  add(unknown(reachedMs, window.toMs));
  return filled;
}

/**
 * States of one camera from rows of another platform, where rows may overlap, leave gaps or be empty.
 *
 * Rules R3–R5: an empty row is ignored; where rows overlap, the one with the later start wins while it lasts, of equal
 * starts the later row; when it ends, an earlier one that still lasts applies again; no row is unknown.
 */
export function intervalsFromRows(rows: readonly StateInterval[], window: Span): StateInterval[] {
  const valid = rows
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .map((row, order) => ({ ...row, order }))
    .toSorted((a, b) => a.fromMs - b.fromMs || a.order - b.order);
  const edges = [...new Set(valid.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].toSorted((a, b) => a - b);
  const pieces: StateInterval[] = [];
  const open: typeof valid = [];
  let next = 0;
  for (const [index, fromMs] of edges.entries()) {
    const toMs = edges[index + 1];
    if (toMs === undefined) break;
    for (let row = valid[next]; row !== undefined && row.fromMs <= fromMs; row = valid[++next])
      open.push(row);
    // The last that was opened and still lasts wins; ended ones on top are forgotten.
    while ((open.at(-1)?.toMs ?? Infinity) <= fromMs) open.pop();
    const winner = open.at(-1);
    if (winner !== undefined) pieces.push({ state: winner.state, cause: winner.cause, fromMs, toMs });
  }
  return fillWithUnknown(pieces, window);
}

/** The state at one moment; `unknown` outside the intervals. */
export const stateAt = (intervals: readonly StateInterval[], atMs: number): CameraState =>
  intervals.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.state ?? 'unknown';

/** The time that two lists of spans have in common; each list in order and without overlap. */
export function commonMs(a: readonly Span[], b: readonly Span[]): number {
  let sumMs = 0;
  let j = 0;
  for (const span of a) {
    while (j > 0 && (b[j - 1]?.toMs ?? -Infinity) > span.fromMs) j--;
    for (let other = b[j]; other !== undefined && other.fromMs < span.toMs; other = b[++j]) {
      sumMs += Math.max(0, Math.min(span.toMs, other.toMs) - Math.max(span.fromMs, other.fromMs));
    }
  }
  return sumMs;
}
