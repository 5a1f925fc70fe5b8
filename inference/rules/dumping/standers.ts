import type { Canvas } from '../scene/canvas.ts';
import { Shows } from '../scene/layers.ts';
import { type CellBox, growBox, sharedCells } from '../scene/regions.ts';
import { rules } from './parameters.ts';
import { leftAbove, type RestingThing } from './resting-thing.ts';

/**
 * Something that came, stood for a while and left, whatever it was: a vehicle that no detector named shows like this.
 * Times in captured ms.
 */
export interface Stander {
  readonly bounds: CellBox;
  readonly cells: Int32Array;
  readonly arrivedAtMs: number;
  /** Null: it stands there still, and was learnt. */
  leftAtMs: number | null;
}

/** A thing that was found a moment ago and is not any more: did it stand there and leave? */
export function noteGone(standers: Stander[], canvas: Canvas, thing: RestingThing, nowMs: number): void {
  if (!mayStand(thing, nowMs) || shareOf(thing.cells, isGround(canvas)) < rules.goneShare) return;
  standers.push(standerOf(thing, nowMs - thing.goneMs));
}

/** A thing that is learnt now because nobody left it: it may leave again. */
export function noteAbsorbed(standers: Stander[], thing: RestingThing, nowMs: number): void {
  if (mayStand(thing, nowMs)) standers.push(standerOf(thing, null));
}

/** Who was learnt and has left since; who left long ago is forgotten. */
export function watchStanders(standers: readonly Stander[], canvas: Canvas, nowMs: number): Stander[] {
  const { hasPrevious } = canvas.layers;
  for (const stander of standers) {
    // The layers bring the ground back where what they had learnt leaves.
    if (
      stander.leftAtMs === null &&
      shareOf(stander.cells, (cell) => hasPrevious[cell] !== 1) >= rules.goneShare
    )
      stander.leftAtMs = nowMs;
  }
  return standers.filter(
    ({ leftAtMs, arrivedAtMs }) => nowMs - (leftAtMs ?? arrivedAtMs) <= rules.rememberStanderMs,
  );
}

/** Who stood beside a thing when it came to rest, was so much larger, and has left it behind. */
export function whoStoodAt(
  standers: readonly Stander[],
  { bounds, area, restSinceMs }: RestingThing,
): Stander | null {
  const near = growBox(bounds, rules.standsWithinCells);
  const found = standers.filter(
    ({ bounds: there, cells, arrivedAtMs, leftAtMs }) =>
      leftAtMs !== null &&
      cells.length >= rules.carriedBy * area &&
      arrivedAtMs <= restSinceMs &&
      // What it hid comes to rest for the camera only when it has left.
      leftAtMs >= restSinceMs - rules.revealedWithinMs &&
      sharedCells(near, there) > 0,
  );
  return found.toSorted((a, b) => b.cells.length - a.cells.length)[0] ?? null;
}

const standerOf = ({ bounds, cells, restSinceMs }: RestingThing, leftAtMs: number | null): Stander => ({
  bounds,
  cells,
  arrivedAtMs: restSinceMs,
  leftAtMs,
});

/** Ground that was laid open does not stand there. */
const mayStand = (thing: RestingThing, nowMs: number): boolean =>
  thing.appearance.leftScore >= leftAbove && nowMs - thing.restSinceMs >= rules.standsForMs;

const isGround =
  ({ layers }: Canvas) =>
  (cell: number): boolean =>
    layers.shows[cell] === Shows.background;

const shareOf = (cells: Int32Array, is: (cell: number) => boolean): number =>
  cells.reduce((sum, cell) => sum + (is(cell) ? 1 : 0), 0) / Math.max(cells.length, 1);
