import type { Canvas } from '../scene/canvas.ts';
import type { SceneEventDraft } from '../scene/draft.ts';
import { type Evidence, followThing, keepEvidence, presenceOf } from '../scene/evidence.ts';
import { type CellBox, sharedCells } from '../scene/regions.ts';
import { rules } from './parameters.ts';
import { leftAbove } from './doubts.ts';
import type { RestingThing } from './resting-thing.ts';
import { touches } from './things.ts';

/** One heap of a raised event. */
interface Heap {
  evidence: Evidence;
  bounds: CellBox;
  /** Since when the ground shows where it was. */
  goneSinceMs: number | null;
  groundShare: number;
}

/** An event that was raised and whose things are still there: one heap, or several of one visit. */
export interface OpenEvent {
  readonly heaps: Heap[];
  /** Track ids of whoever brought it; empty when nobody was seen. */
  readonly bringers: Set<string>;
  /** The last moment at which whoever brought it was with it. */
  lastDepartedMs: number;
  draft: SceneEventDraft;
}

/** A picture of the thing and of its ground; call it before the thing is absorbed. */
export const keepHeap = ({ layers }: Canvas, thing: RestingThing): Heap => ({
  evidence: keepEvidence(layers, thing.cells, thing.bounds),
  bounds: thing.bounds,
  goneSinceMs: null,
  groundShare: 0,
});

export const bringersOf = ({ bringer }: RestingThing): string[] =>
  bringer === null ? [] : [bringer.trackId, bringer.followedTrackId];

/** Look at each heap of an event. @returns those that have been gone for long enough. */
export function watchHeaps(open: OpenEvent, { grid }: Canvas, nowMs: number, dtMs: number): Heap[] {
  for (const heap of open.heaps) {
    const { thingShare, groundShare } = presenceOf(heap.evidence, grid);
    if (thingShare > 0.5) followThing(heap.evidence, grid, dtMs);
    heap.groundShare = groundShare;
    if (groundShare < rules.clearedShare) heap.goneSinceMs = null;
    else heap.goneSinceMs ??= nowMs;
  }
  return open.heaps.filter(
    ({ goneSinceMs }) => goneSinceMs !== null && nowMs - goneSinceMs >= rules.clearedAfterMs,
  );
}

/** A resting thing beside a heap that has gone from its place: it was pushed or tipped over. */
export const isShifted = (heap: Heap, thing: RestingThing, { layers }: Canvas): boolean =>
  touches(heap.bounds, thing.bounds) &&
  looksLike(heap.evidence, layers, thing.cells) &&
  thing.appearance.leftScore >= leftAbove &&
  thing.clearMs >= 1_500 &&
  Math.abs(thing.restSinceMs - (heap.goneSinceMs ?? 0)) < 6_000;

/** So much larger or smaller, brighter or darker, or of another colour: it is another thing. */
const [sizeDiffers, lumaDiffers, colourDiffers] = [1.8, 28, 14];

function looksLike(was: Evidence, { rest }: Canvas['layers'], cells: Int32Array): boolean {
  const ratio = cells.length / Math.max(was.cells.length, 1);
  if (ratio > sizeDiffers || ratio < 1 / sizeDiffers) return false;
  const mean = (values: Float32Array): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  const now = (plane: Float32Array): number => mean(Float32Array.from(cells, (cell) => plane[cell] ?? 0));
  return (
    Math.abs(mean(was.thing) - now(rest.luma)) <= lumaDiffers &&
    Math.abs(mean(was.thingU) - now(rest.u)) + Math.abs(mean(was.thingV) - now(rest.v)) <= colourDiffers
  );
}

/** It lies on or against a heap that was raised, and nobody else is known to have brought it later. */
export function growsOn(open: OpenEvent, thing: RestingThing): boolean {
  const heap = open.heaps.find(({ bounds }) => touches(bounds, thing.bounds));
  if (heap === undefined) return false;
  const isOthers = thing.bringer !== null && !bringersOf(thing).some((id) => open.bringers.has(id));
  const isLater = thing.restSinceMs > open.draft.raisedAtMs;
  const smaller = Math.min(areaOf(heap.bounds), areaOf(thing.bounds));
  const isBeside = sharedCells(heap.bounds, thing.bounds) < 0.3 * smaller;
  return !(isOthers && isLater && isBeside && areaOf(thing.bounds) > 0.4 * areaOf(heap.bounds));
}

/** Put down by the same people before they had gone for good. */
export const isSameVisit = (open: OpenEvent, thing: RestingThing): boolean =>
  bringersOf(thing).some((id) => open.bringers.has(id)) &&
  thing.restSinceMs <= open.lastDepartedMs + rules.sameVisitMs;

const areaOf = (box: CellBox): number => (box.right - box.left + 1) * (box.bottom - box.top + 1);
