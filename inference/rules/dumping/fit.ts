import type { BoxNorm } from '../../../contracts/index.ts';
import type { Ground } from '../scene/ground.ts';
import { heightOf, widthOf } from '../scene/regions.ts';
import type { RestingThing } from './resting-thing.ts';

/** The moving region was not larger than what rests now: nothing was left behind, it stopped. */
const selfAbove = 0.7;
/** Of what is as tall as they are, or at least as tall as their hip: one who carries it shows beside it. */
const [tallSelfAbove, hipSelfAbove] = [0.5, 0.85];
/** Nobody carries what is so much larger than all that moved there: it is light. */
const lightSelfAbove = 2.5;

/** So long it must have been seen with nobody in front, however short the rule's own times are. */
export const leastClearMs = 2_000;

/** What somebody carries is lower than this many of their heights, and covers less than this many of their boxes. */
const [carriedHeights, carriedBoxes] = [1.05, 2.2];
/** What a vehicle leaves is lower than it and covers less than this many of its boxes; more is a door, the ground or another one. */
const loadBoxes = 1;
/** Smaller than this share of their height, about 17 cm, it is litter or noise: the bringer is the scale of the place. */
const leastHeights = 0.1;

/** Where the camera's geometry is known: smaller than this is litter or noise. */
const leastM = 0.15;

export function sizeOnGround({ box, bounds }: RestingThing, ground: Ground | null): 'too-small' | null {
  const left = ground?.at([box.xNorm, box.yNorm + box.hNorm]) ?? null;
  const right = ground?.at([box.xNorm + box.wNorm, box.yNorm + box.hNorm]) ?? null;
  if (left === null || right === null) return null;
  const widthM = Math.hypot(right.xM - left.xM, right.zM - left.zM);
  return Math.max(1, heightOf(bounds) / widthOf(bounds)) * widthM < leastM ? 'too-small' : null;
}

/** A door that somebody leaves open, a vehicle that nobody detected, a scrap of paper. */
export function sizeAgainstBringer({ bringer, box, bounds }: RestingThing): 'too-large' | 'too-small' | null {
  if (bringer === null) return null;
  const { wNorm, hNorm } = bringer.sizeNorm;
  if (bringer.className !== 'person')
    return areaOf(box) > loadBoxes * wNorm * hNorm || box.hNorm > hNorm ? 'too-large' : null;
  if (box.hNorm > carriedHeights * hNorm || areaOf(box) > carriedBoxes * wNorm * hNorm) return 'too-large';
  const widthInHeights = (box.hNorm * widthOf(bounds)) / heightOf(bounds);
  return Math.max(box.hNorm, widthInHeights) < leastHeights * hNorm ? 'too-small' : null;
}

/** A strip as a wire, a kerb or the edge of a camera that moved by less than a pixel shows. */
export function isThin({ bounds }: RestingThing): boolean {
  const [wide, high] = [widthOf(bounds), heightOf(bounds)];
  return Math.min(wide, high) <= 6 && Math.max(wide, high) >= 4 * Math.min(wide, high);
}

export const areaOf = (box: BoxNorm): number => box.wNorm * box.hNorm;

/** Brought by a person, or small against the vehicle that stood there: then it may well have been thrown. */
export function isSmallBeside({ bringer, box }: RestingThing): boolean {
  if (bringer === null) return false;
  return bringer.className === 'person' || areaOf(box) < 0.3 * areaOf(bringer.boxAtPutDown);
}

/** From which size on, against what moved there, it must have come by itself. */
export function ownSelfAbove(thing: RestingThing): number {
  if (!isSmallBeside(thing)) return selfAbove;
  if (thing.clearMs < leastClearMs) return Infinity;
  if (isAsTallAsBringer(thing)) return tallSelfAbove;
  if (isSplitOff(thing)) return lightSelfAbove;
  return isAsTallAsBringer(thing, hipHeights) ? hipSelfAbove : lightSelfAbove;
}

/**
 * What moved where it came to rest came from where its bringer was, and nobody stands like that: it flew out of their
 * hands, however large it is beside what moved.
 */
export const isSplitOff = (thing: RestingThing): boolean =>
  thing.isFromBringer && !isUpright(thing, standsFrom);
const standsFrom = 1.5;

/** A door, or somebody else who came to stand there: nobody carries what is as tall as they are and hides them. */
export const isAsTallAsBringer = ({ bringer, box }: RestingThing, heights = tallHeights): boolean =>
  bringer !== null && box.hNorm > heights * bringer.sizeNorm.hNorm;
const tallHeights = 0.85;
export const hipHeights = 0.4;

export const isUpright = ({ bounds }: RestingThing, from: number): boolean =>
  heightOf(bounds) >= from * widthOf(bounds);
