import type { BoxNorm } from '../../../contracts/index.ts';
import { gapTo } from './bringer.ts';
import { hipHeights, isAsTallAsBringer, isSplitOff, isUpright } from './fit.ts';
import type { RestingThing } from './resting-thing.ts';

/** Above this something was left; in between the outline does not tell. */
export const leftAbove = 0.57;
/** Where the background is still being learnt or the camera has moved. */
export const doubtfullyLeft = 0.64;
/** Among ground that was laid open with it. */
const openGroundLeft = 0.72;
/** So clear that it is believed beside a vehicle while the background is still being learnt, or without a bringer. */
export const plainlyLeft = 0.8;
/** Enough where a person plainly put it down: things of the brightness of their ground look no stranger. */
const plainlyBroughtLeft = 0.5;
/** The same while the camera shakes, of what no movement of the background explains. */
const [plainlyBroughtMovedLeft, hardlyMoved] = [0.55, 0.3];

/** A person was with it at the put-down, it is a part of what moved there, and lies still since. */
function isPlainlyBrought({
  box,
  bringer,
  selfArrival,
  calmMs,
  restlessMs,
  lookedMs,
}: RestingThing): boolean {
  return (
    bringer?.className === 'person' &&
    bringer.distanceWidths <= 0.3 &&
    // Whoever only passed was there a moment before or after, and elsewhere when it came to rest.
    gapAcross(bringer.boxAtPutDown, box) <= stayedWithinWidths * bringer.boxAtPutDown.wNorm &&
    (selfArrival ?? 1) <= 0.47 &&
    calmMs >= 0.75 * lookedMs &&
    calmMs >= 0.85 * (calmMs + restlessMs)
  );
}

const stayedWithinWidths = 1.5;
const gapAcross = (one: BoxNorm, other: BoxNorm): number =>
  Math.max(0, one.xNorm - other.xNorm - other.wNorm, other.xNorm - one.xNorm - one.wNorm);

/** Of what a movement of the background explains in part while the camera moves. */
const movedLeft = 0.72;

/** Further from whoever put it down it was thrown, and must look plainly left. */
const [thrownFromWidths, thrownLeft] = [0.9, 0.7];

/** Upright, as tall as one who stands behind, and taken for a person now and then: somebody whom the detector mostly misses. */
export const mayBePerson = (thing: RestingThing): boolean =>
  isUpright(thing, 2) &&
  isAsTallAsBringer(thing, hipHeights) &&
  thing.personMs > Math.max(600, 0.03 * thing.lookedMs);

/** What the edge of the picture cuts must look so plainly left. */
const cutLeft = 0.7;
/** Nearer to a side of the picture than this share of it somebody may be half outside. */
const outsideNorm = 0.005;

/**
 * Somebody or a vehicle that stands half outside shows like a thing at the edge, and whoever passes like its bringer.
 * A thing that lies there was put down by one person who was seen whole at that side.
 */
export function mayReachOutside(thing: RestingThing): boolean {
  const { cutBy, bringer, appearance } = thing;
  if (cutBy === null) return false;
  if (bringer?.className !== 'person' || bringer.distanceWidths > 0.3) return true;
  return appearance.leftScore < cutLeft || gapTo(cutBy, bringer.boxAtPutDown) < outsideNorm;
}

/** What lies farther off than arms reach flew there: it looks plainly left, and like no edge of its ground. */
export const mayBeThrown = (thing: RestingThing): boolean =>
  (thing.bringer?.distanceWidths ?? 0) <= thrownFromWidths ||
  (thing.appearance.leftScore >= (isSplitOff(thing) ? doubtfullyLeft : thrownLeft) &&
    thing.appearance.movedShare <= hardlyMoved);

/** How plainly it must look left to be believed. */
export function leastLeftOf(thing: RestingThing): number {
  // Slow drift is not always known as such: edges of the ground come to rest beside where they were learnt,
  // cell by cell, and show as a thing only long after the first of them.
  if (!thing.isArrivalKnown && thing.appearance.movedShare > hardlyMoved) return plainlyLeft;
  if (thing.isInOpening) return openGroundLeft;
  if (thing.isUncertainGround) return doubtfullyLeft;
  if (thing.cameraMovedPx < 2) return isPlainlyBrought(thing) ? plainlyBroughtLeft : leftAbove;
  // An edge that the camera lays bare is the background a little beside.
  if (thing.appearance.movedShare > hardlyMoved) return movedLeft;
  return isPlainlyBrought(thing) ? plainlyBroughtMovedLeft : doubtfullyLeft;
}
