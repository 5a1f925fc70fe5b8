import type { Canvas } from '../scene/canvas.ts';
import { Shows } from '../scene/layers.ts';
import { type CellBox, growBox, heightOf, sharedCells, union, widthOf } from '../scene/regions.ts';
import { rules } from './parameters.ts';
import { leftAbove } from './doubts.ts';
import type { RestingThing, Whole } from './resting-thing.ts';

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
  const found = standers.filter(
    ({ bounds: there, cells, arrivedAtMs, leftAtMs }) =>
      leftAtMs !== null &&
      cells.length >= rules.carriedBy * area &&
      arrivedAtMs <= restSinceMs &&
      // What it hid comes to rest for the camera only when it has left.
      leftAtMs >= restSinceMs - rules.revealedWithinMs &&
      sharedCells(growBox(bounds, reachOf(there)), there) > 0,
  );
  return found.toSorted((a, b) => b.cells.length - a.cells.length)[0] ?? null;
}

/** Ground that somebody or something has laid open. Times in captured ms. */
export interface Opening {
  readonly bounds: CellBox;
  readonly area: number;
  readonly sinceMs: number;
}

/** It is smaller than so much of an opening, and so much of it lies within. */
const [openingShare, insideShare] = [0.5, 0.8];

/** What came to rest with ground that was laid open around it may be a part of that ground. */
export const liesInOpening = (
  openings: readonly Opening[],
  { bounds, area, restSinceMs }: RestingThing,
): boolean =>
  openings.some(
    (opening) =>
      area <= openingShare * opening.area &&
      Math.abs(opening.sinceMs - restSinceMs) <= rules.togetherMs &&
      sharedCells(bounds, opening.bounds) >= insideShare * widthOf(bounds) * heightOf(bounds),
  );

/** What does not look like open ground may be a part. */
const partLeft = 0.5;
/** Parts lie so near to each other, in cells or heights of one: between them a vehicle is as bright as its ground. */
const [partsWithinCells, partsWithinHeights] = [5, 0.6];

/**
 * What came to rest together and lies together: a vehicle that no detector names often shows in several parts, each of
 * which is small beside all that moved there.
 */
export function wholeOf(
  thing: RestingThing,
  things: readonly RestingThing[],
  standers: readonly Stander[],
): Whole {
  const others = [
    ...things.filter(
      (one) => one !== thing && !one.appearance.isLight && one.appearance.leftScore >= partLeft,
    ),
    ...standers.filter(({ leftAtMs }) => leftAtMs === null),
  ].filter((one) => Math.abs(cameAtMs(one) - thing.restSinceMs) <= rules.togetherMs);
  let whole: Whole = { ...thing.bounds, area: thing.area };
  for (let known = -1; known !== whole.area; ) {
    known = whole.area;
    const near = growBox(whole, Math.max(partsWithinCells, partsWithinHeights * heightOf(thing.bounds)));
    for (let i = others.length - 1; i >= 0; i--) {
      const part = others[i];
      if (part === undefined || sharedCells(near, part.bounds) === 0) continue;
      whole = { ...union(whole, part.bounds), area: whole.area + part.cells.length };
      others.splice(i, 1);
    }
  }
  return whole;
}

const cameAtMs = (one: RestingThing | Stander): number =>
  'restSinceMs' in one ? one.restSinceMs : one.arrivedAtMs;

/** As far as somebody carries a thing from a vehicle, cells: vehicles are the scale of their place. */
const reachOf = (there: CellBox): number =>
  Math.max(rules.standsWithinCells, rules.standsWithinSizes * Math.min(widthOf(there), heightOf(there)));

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
