import type { Canvas } from '../scene/canvas.ts';
import { Shows, ungroundCell } from '../scene/layers.ts';
import { appearanceOf } from '../scene/left-or-removed.ts';
import {
  type CellBox,
  growBox,
  heightOf,
  type Region,
  sharedCells,
  union,
  widthOf,
} from '../scene/regions.ts';
import { rules } from './parameters.ts';
import { leftAbove } from './doubts.ts';
import type { RestingThing, Whole } from './resting-thing.ts';

/**
 * Something that came, stood for a while and left, whatever it was: a vehicle that no detector named shows like this.
 * Times in captured ms.
 */
export interface Stander {
  readonly bounds: CellBox;
  /** Those that something was learnt in since are not among them. */
  cells: Int32Array;
  /** Since when each of the cells had rested when it was learnt, ms since the scene's first picture; null: it never was. */
  sinceMs: Float64Array | null;
  readonly arrivedAtMs: number;
  /** Null: it stands there still, and was learnt. */
  leftAtMs: number | null;
}

/** A thing that was found a moment ago and is not any more: did it stand there and leave? */
export function noteGone(standers: Stander[], canvas: Canvas, thing: RestingThing, nowMs: number): void {
  if (!mayStand(thing, nowMs) || shareOf(thing.cells, isGround(canvas)) < rules.goneShare) return;
  standers.push(standerOf(canvas, thing, nowMs - thing.goneMs));
}

/** A thing that is learnt now because nobody left it: it may leave again. */
export function noteAbsorbed(standers: Stander[], canvas: Canvas, thing: RestingThing, nowMs: number): void {
  if (mayStand(thing, nowMs)) standers.push(standerOf(canvas, thing, null));
}

/** What fills so much of the picture that it is learnt at once: a vehicle that stops near the camera does. */
export function noteLarge(standers: Stander[], canvas: Canvas, region: Region): void {
  const { layers, member, beganAtMs } = canvas;
  const { leftScore, isLight } = appearanceOf(layers, region.cells, member, region);
  if (isLight || leftScore < leftAbove) return;
  const cells = Int32Array.from(region.cells);
  const sinceMs = sinceOf(canvas, cells);
  const arrivedAtMs = beganAtMs + (sinceMs.toSorted()[Math.floor(rules.restQuantile * sinceMs.length)] ?? 0);
  standers.push({ bounds: { ...region }, cells, sinceMs, arrivedAtMs, leftAtMs: null });
}

/** What is learnt now in these cells lies over whatever was learnt there before, and stays when that leaves. */
export function learnOver(standers: readonly Stander[], { member }: Canvas, cells: Int32Array): void {
  for (const cell of cells) member[cell] = 1;
  for (const stander of standers) {
    const { cells: own, sinceMs } = stander;
    if (!own.some((cell) => member[cell] === 1)) continue;
    stander.sinceMs = sinceMs?.filter((_, index) => member[own[index] ?? 0] !== 1) ?? null;
    stander.cells = own.filter((cell) => member[cell] !== 1);
  }
  for (const cell of cells) member[cell] = 0;
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
    if (stander.leftAtMs !== null && nowMs - stander.leftAtMs >= rules.settledAfterLeavingMs)
      uncover(canvas, stander);
  }
  return standers.filter(
    ({ leftAtMs, arrivedAtMs }) => nowMs - (leftAtMs ?? arrivedAtMs) <= rules.rememberStanderMs,
  );
}

/** What left took its look with it: the ground under all that stays is the one from before. */
function uncover({ layers }: Canvas, { cells, sinceMs }: Stander): void {
  if (sinceMs === null) return;
  for (const [index, cell] of cells.entries()) {
    if (layers.hasPrevious[cell] === 1 && layers.shows[cell] !== Shows.moving)
      ungroundCell(layers, cell, sinceMs[index] ?? 0);
  }
}

/** Who stood beside a thing when it came to rest, was so much larger, and has left it behind, or stands there still. */
export function whoStoodAt(
  standers: readonly Stander[],
  { bounds, area, restSinceMs }: RestingThing,
): Stander | null {
  const found = standers.filter(
    ({ bounds: there, cells, arrivedAtMs, leftAtMs }) =>
      cells.length >= rules.carriedBy * area &&
      arrivedAtMs <= restSinceMs &&
      // What it hid comes to rest for the camera only when it has left.
      (leftAtMs ?? Infinity) >= restSinceMs - rules.revealedWithinMs &&
      sharedCells(growBox(bounds, reachOf(there)), there) > 0,
  );
  const hasLeft = ({ leftAtMs }: Stander): number => (leftAtMs === null ? 0 : 1);
  return found.toSorted((a, b) => hasLeft(b) - hasLeft(a) || b.cells.length - a.cells.length)[0] ?? null;
}

/** What moved where the thing came to rest came out of what stood there: somebody who walks up comes from elsewhere. */
export const isSourceOf = ({ bounds: there }: Stander, { bounds, origin }: RestingThing): boolean =>
  sharedCells(growBox(origin ?? bounds, rules.standsWithinCells), there) > 0;

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

const sinceOf = ({ layers }: Canvas, cells: Int32Array): Float64Array =>
  Float64Array.from(cells, (cell) => layers.restSinceMs[cell] ?? 0);

const standerOf = (
  canvas: Canvas,
  { bounds, cells, restSinceMs }: RestingThing,
  leftAtMs: number | null,
): Stander => ({
  bounds,
  cells,
  sinceMs: leftAtMs === null ? sinceOf(canvas, cells) : null,
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
