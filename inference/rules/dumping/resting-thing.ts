import type { BoxNorm, ParametersOf } from '../../../contracts/index.ts';
import type { ShiftPx } from '../scene/analysis-grid.ts';
import type { Appearance } from '../scene/left-or-removed.ts';
import { type Bringer, gapTo, type Side, type Whereabouts } from './bringer.ts';
import type { Ground } from '../scene/ground.ts';
import { type CellBox, heightOf, widthOf } from '../scene/regions.ts';

/** A region of static foreground that may turn out to be a dumped thing. Times in captured ms. */
export interface RestingThing {
  cells: Int32Array;
  bounds: CellBox;
  box: BoxNorm;
  area: number;
  /** The put-down: when the first quarter of its cells came to rest. */
  restSinceMs: number;
  /** It tipped over or was shifted with nobody near: it stays the same thing with the same put-down. */
  isPinned: boolean;
  lastFoundAtMs: number;
  /** Time it was looked at, time its cells showed it unmoved, and time they moved with nobody in front. */
  lookedMs: number;
  calmMs: number;
  restlessMs: number;
  /** Time a detector saw a person exactly where it is. */
  personMs: number;
  /** Time a person or vehicle that stood still covered it. */
  coveredMs: number;
  vehicleCoveredMs: number;
  /** How long it has been seen unmoved since nobody stood over it any more. */
  clearMs: number;
  /** How long the ground has lain open where it was. */
  goneMs: number;
  appearance: Appearance;
  /** Cells of the largest region that moved there just before. */
  broughtBy: number;
  /** Its size against the moving region that brought it: near 1 it came by itself. Null: nothing moved there. */
  selfArrival: number | null;
  /** It was found soon enough for that to be remembered. */
  isArrivalKnown: boolean;
  /** Something moved beside it right after the put-down: whoever left it. */
  wasLeft: boolean;
  /**
   * What moved there just before was larger and lay over it, as somebody does who carries it: cells from its lowest to
   * its highest; 0: nothing did.
   */
  carrierHeight: number;
  /** When something larger that had stood beside it left it behind; null: nothing did. */
  standerLeftAtMs: number | null;
  /** Share of the time before in which something as large moved there: where traffic passes, that is no sign. */
  trafficShare: number;
  bringer: Bringer | null;
  whereabouts: Whereabouts | null;
  leftTo: Side | null;
  /** Somebody who was there at the put-down is still beside it. */
  isAttended: boolean;
  /** Since when nobody has been near. */
  aloneSinceMs: number | null;
  /** How far the picture has moved since the put-down: edges of the ground show beside where they were learnt. */
  cameraMovedPx: number;
  shiftAtRest: ShiftPx;
  /** The background was still young, or the light had just changed, when it came to rest. */
  isUncertainGround: boolean;
  /** Only because the camera has just begun. */
  isYoungGround: boolean;
  /** The side of the picture that it reaches: nobody sees how much more of it there is outside. */
  cutBy: Side | null;
  /** It came to rest with ground that was laid open around it. */
  isInOpening: boolean;
  /** It and what came to rest with it beside it. */
  whole: Whole;
}

/** Bounds and cells of several things. */
export type Whole = CellBox & { readonly area: number };

export type Rejection =
  | 'removed'
  | 'light'
  | 'came-by-itself'
  | 'vehicle'
  | 'restless'
  | 'nobody-brought-it'
  | 'ignored-zone'
  | 'thin'
  | 'camera-moved'
  | 'too-large'
  | 'too-small'
  | 'uncertain'
  | 'seen-before';

export type Verdict =
  | { readonly kind: 'wait'; readonly because: string }
  | { readonly kind: 'reject'; readonly because: Rejection }
  | { readonly kind: 'raise'; readonly departedAtMs: number; readonly caveats: readonly string[] };

type DumpingRule = ParametersOf<'illegal_dumping'>;

/** Below this the outline belongs to the ground as it was: something was taken away. */
const removedBelow = 0.4;
/** From this share on the background a little beside explains what is seen. */
const movedAbove = 0.8;
/** Above this something was left; in between the outline does not tell. */
export const leftAbove = 0.57;
/** The moving region was not larger than what rests now: nothing was left behind, it stopped. */
const selfAbove = 0.7;
/** Of what is as tall as they are, or at least as tall as their hip: one who carries it shows beside it. */
const [tallSelfAbove, hipSelfAbove] = [0.5, 0.85];
/** Without a bringer everything else must be clear, and the rest this many times as long. */
const aloneFactor = 3;
/** Where the background is still being learnt or the camera has moved. */
const doubtfullyLeft = 0.64;
/** Among ground that was laid open with it. */
const openGroundLeft = 0.72;
/** So clear that it is believed beside a vehicle while the background is still being learnt, or without a bringer. */
const plainlyLeft = 0.8;
const clearlyBrought = 0.5;
/** Enough where a person plainly put it down: things of the brightness of their ground look no stranger. */
const plainlyBroughtLeft = 0.5;
/** The same while the camera shakes, of what no movement of the background explains. */
const [plainlyBroughtMovedLeft, hardlyMoved] = [0.55, 0.3];
/** Where something passes this share of the time, something that passed says nothing. */
const busyFrom = 0.2;
/** Nobody carries what is so much larger than all that moved there: it is light. */
const lightSelfAbove = 2.5;

/** So long it must have been seen with nobody in front, however short the rule's own times are. */
const leastClearMs = 2_000;
/** So long before it is refused for how it looks. */
const showsAfterMs = 500;

/** Is it a dumped thing? Pure judgement over what was gathered; the order is from the surest answer to the weakest. */
export function judge(thing: RestingThing, nowMs: number, rule: DumpingRule, ground: Ground | null): Verdict {
  const restMs = nowMs - thing.restSinceMs;
  const { appearance } = thing;
  if (restMs < Math.min(rule.minRestMs, 4_000)) return { kind: 'wait', because: 'rest' };
  // What shows of somebody who stands there, or has just gone, says nothing of what they leave.
  if (thing.clearMs >= showsAfterMs) {
    if (appearance.leftScore < removedBelow) return { kind: 'reject', because: 'removed' };
    if (appearance.isLight) return { kind: 'reject', because: 'light' };
    if (appearance.movedShare > movedAbove) return { kind: 'reject', because: 'camera-moved' };
  }
  if (restMs < rule.minRestMs) return { kind: 'wait', because: 'rest' };
  if (isThin(thing)) return { kind: 'reject', because: 'thin' };
  if (thing.vehicleCoveredMs > 0.5 * thing.lookedMs) return { kind: 'reject', because: 'vehicle' };
  const self = thing.selfArrival ?? 0;
  if (self > ownSelfAbove(thing)) {
    // Somebody may still stand there unseen, and leave something after all.
    const isSeen = !isSmallBeside(thing) || thing.clearMs >= rule.minRestMs;
    return isSeen
      ? { kind: 'reject', because: 'came-by-itself' }
      : { kind: 'wait', because: 'came-by-itself' };
  }
  if (thing.clearMs < Math.max(rule.minAwayMs, leastClearMs)) return { kind: 'wait', because: 'covered' };
  const misfit = sizeOnGround(thing, ground) ?? sizeAgainstBringer(thing);
  if (misfit !== null) return { kind: 'reject', because: misfit };
  const seenMs = thing.calmMs + thing.restlessMs;
  if (seenMs > 0 && thing.restlessMs > 0.4 * seenMs) return { kind: 'wait', because: 'restless' };
  if (thing.calmMs < 0.3 * rule.minRestMs) return { kind: 'wait', because: 'hidden' };
  // Somebody was near, but nothing moved there: an edge that a camera lays bare as it moves.
  const isBrought = thing.bringer !== null && (thing.selfArrival !== null || !thing.isArrivalKnown);
  return isBrought ? judgeBrought(thing, nowMs, rule) : judgeUnbrought(thing, nowMs, rule);
}

/** What somebody carries is lower than this many of their heights, and covers less than this many of their boxes. */
const [carriedHeights, carriedBoxes] = [1.05, 2.2];
/** What a vehicle leaves is lower than it and covers less than this many of its boxes; more is a door, the ground or another one. */
const loadBoxes = 1;
/** Smaller than this share of their height, about 17 cm, it is litter or noise: the bringer is the scale of the place. */
const leastHeights = 0.1;

/** Where the camera's geometry is known: smaller than this is litter or noise. */
const leastM = 0.15;

function sizeOnGround({ box, bounds }: RestingThing, ground: Ground | null): 'too-small' | null {
  const left = ground?.at([box.xNorm, box.yNorm + box.hNorm]) ?? null;
  const right = ground?.at([box.xNorm + box.wNorm, box.yNorm + box.hNorm]) ?? null;
  if (left === null || right === null) return null;
  const widthM = Math.hypot(right.xM - left.xM, right.zM - left.zM);
  return Math.max(1, heightOf(bounds) / widthOf(bounds)) * widthM < leastM ? 'too-small' : null;
}

/** A door that somebody leaves open, a vehicle that nobody detected, a scrap of paper. */
function sizeAgainstBringer({ bringer, box, bounds }: RestingThing): 'too-large' | 'too-small' | null {
  if (bringer === null) return null;
  const { wNorm, hNorm } = bringer.sizeNorm;
  if (bringer.className !== 'person')
    return areaOf(box) > loadBoxes * wNorm * hNorm || box.hNorm > hNorm ? 'too-large' : null;
  if (box.hNorm > carriedHeights * hNorm || areaOf(box) > carriedBoxes * wNorm * hNorm) return 'too-large';
  const widthInHeights = (box.hNorm * widthOf(bounds)) / heightOf(bounds);
  return Math.max(box.hNorm, widthInHeights) < leastHeights * hNorm ? 'too-small' : null;
}

/** A strip as a wire, a kerb or the edge of a camera that moved by less than a pixel shows. */
function isThin({ bounds }: RestingThing): boolean {
  const [wide, high] = [widthOf(bounds), heightOf(bounds)];
  return Math.min(wide, high) <= 6 && Math.max(wide, high) >= 4 * Math.min(wide, high);
}

/** From this share of the bringer's box on, what rests there may be the bringer. */
const ownSizeShare = 0.4;

const areaOf = (box: BoxNorm): number => box.wNorm * box.hNorm;

/** Brought by a person, or small against the vehicle that stood there: then it may well have been thrown. */
function isSmallBeside({ bringer, box }: RestingThing): boolean {
  if (bringer === null) return false;
  return bringer.className === 'person' || areaOf(box) < 0.3 * areaOf(bringer.boxAtPutDown);
}

/** From which size on, against what moved there, it must have come by itself. */
function ownSelfAbove(thing: RestingThing): number {
  if (!isSmallBeside(thing)) return selfAbove;
  if (thing.clearMs < leastClearMs) return Infinity;
  if (isAsTallAsBringer(thing)) return tallSelfAbove;
  return isAsTallAsBringer(thing, hipHeights) ? hipSelfAbove : lightSelfAbove;
}

/** A door, or somebody else who came to stand there: nobody carries what is as tall as they are and hides them. */
const isAsTallAsBringer = ({ bringer, box }: RestingThing, heights = tallHeights): boolean =>
  bringer !== null && box.hNorm > heights * bringer.sizeNorm.hNorm;
const [tallHeights, hipHeights] = [0.85, 0.4];

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

/** Further from whoever put it down it was thrown, and must look plainly left. */
const [thrownFromWidths, thrownLeft] = [0.9, 0.7];

const isUpright = ({ bounds }: RestingThing, from: number): boolean =>
  heightOf(bounds) >= from * widthOf(bounds);
/** So many times as high as wide is a door, or half of it. */
const doorFrom = 1.5;

/** Upright, as tall as one who stands behind, and taken for a person now and then: somebody whom the detector mostly misses. */
const mayBePerson = (thing: RestingThing): boolean =>
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
function mayReachOutside(thing: RestingThing): boolean {
  const { cutBy, bringer, appearance } = thing;
  if (cutBy === null) return false;
  if (bringer?.className !== 'person' || bringer.distanceWidths > 0.3) return true;
  return appearance.leftScore < cutLeft || gapTo(cutBy, bringer.boxAtPutDown) < outsideNorm;
}

/** What lies farther off than arms reach flew there: it looks plainly left, and like no edge of its ground. */
const mayBeThrown = ({ bringer, appearance }: RestingThing): boolean =>
  (bringer?.distanceWidths ?? 0) <= thrownFromWidths ||
  (appearance.leftScore >= thrownLeft && appearance.movedShare <= hardlyMoved);

function leastLeftOf(thing: RestingThing): number {
  // Slow drift is not always known as such: edges of the ground come to rest beside where they were learnt,
  // cell by cell, and show as a thing only long after the first of them.
  if (!thing.isArrivalKnown && thing.appearance.movedShare > hardlyMoved) return plainlyLeft;
  if (thing.isInOpening) return openGroundLeft;
  if (thing.isUncertainGround) return doubtfullyLeft;
  if (thing.cameraMovedPx < 2) return isPlainlyBrought(thing) ? plainlyBroughtLeft : leftAbove;
  // An edge that the camera lays bare is the background a little beside.
  if (thing.appearance.movedShare > hardlyMoved) return plainlyLeft;
  return isPlainlyBrought(thing) ? plainlyBroughtMovedLeft : doubtfullyLeft;
}

function judgeBrought(thing: RestingThing, nowMs: number, rule: DumpingRule): Verdict {
  const leastLeft = leastLeftOf(thing);
  if (thing.appearance.leftScore < leastLeft) return { kind: 'wait', because: 'outline' };
  if (mayReachOutside(thing)) return uncertain(thing, nowMs, rule);
  const where = thing.whereabouts;
  const caveats = thing.isUncertainGround ? ['background-learning'] : [];
  const isSure = thing.isYoungGround && thing.appearance.leftScore >= plainlyLeft;
  if (thing.isUncertainGround && thing.bringer?.className !== 'person' && !isSure)
    return uncertain(thing, nowMs, rule);
  if (where === null || where.kind === 'near' || thing.isAttended)
    return { kind: 'wait', because: 'attended' };
  if (mayBePerson(thing)) return { kind: 'wait', because: 'may be a person' };
  if (!mayBeThrown(thing)) return { kind: 'wait', because: 'outline' };
  if (where.kind === 'away') {
    // As large as they are: it may be somebody who stands there and whom the detector lost.
    const mayStand = thing.bringer?.className === 'person' && isAsTallAsBringer(thing);
    // A door that they left open is as tall and stands for hours; what is so tall does not come out of one's hands.
    if (mayStand && isUpright(thing, doorFrom) && thing.bringer?.hasVehicle === false)
      return uncertain(thing, nowMs, rule);
    const minAwayMs = mayStand ? aloneFactor * rule.minRestMs : rule.minAwayMs;
    return nowMs - where.sinceMs >= minAwayMs
      ? { kind: 'raise', departedAtMs: where.sinceMs, caveats }
      : { kind: 'wait', because: 'away' };
  }
  // Lost where something of their own size rests now: it may be themselves, sitting down.
  if (areaOf(thing.box) > ownSizeShare * areaOf(thing.bringer?.boxAtPutDown ?? thing.box)) {
    return { kind: 'wait', because: 'may be the bringer' };
  }
  // Hidden behind something, or missed by the detector: only a long time with nobody near makes it a departure.
  const unseenMs = nowMs - where.sinceMs;
  const aloneMs = thing.aloneSinceMs === null ? 0 : nowMs - thing.aloneSinceMs;
  if (aloneMs >= rule.minRestMs || unseenMs >= aloneFactor * rule.minRestMs) {
    return { kind: 'raise', departedAtMs: where.sinceMs, caveats: [...caveats, 'bringer-lost'] };
  }
  return { kind: 'wait', because: 'unseen' };
}

/** What nobody was seen to bring is lower than this share of whatever carried it, and does not stand like a person. */
const [loadHeights, uprightFrom] = [0.8, 1.8];
/** Where something that nobody named was seen to stand and leave, so many times the rest is enough. */
const stoodFactor = 1.5;

function judgeUnbrought(thing: RestingThing, nowMs: number, rule: DumpingRule): Verdict {
  const restMs = nowMs - thing.restSinceMs;
  const hasStood = thing.standerLeftAtMs !== null && nowMs - thing.standerLeftAtMs >= rule.minAwayMs;
  if (restMs < (hasStood ? stoodFactor : aloneFactor) * rule.minRestMs)
    return { kind: 'wait', because: 'no-bringer' };
  // Where traffic passes all the time, that something passed says nothing; that something stood there does.
  const wasVisited = thing.wasLeft && thing.trafficShare < busyFrom;
  // A door that was left open and a tram are as tall as all that moved there.
  const isLower =
    !isUpright(thing, uprightFrom) && heightOf(thing.whole) <= loadHeights * thing.carrierHeight;
  const isBrought =
    thing.selfArrival !== null &&
    thing.whole.area < clearlyBrought * thing.broughtBy &&
    thing.cutBy === null &&
    isLower &&
    (hasStood || wasVisited);
  if (!isBrought) return { kind: 'reject', because: 'nobody-brought-it' };
  const isDoubtful = thing.isUncertainGround && !thing.isYoungGround;
  if (isDoubtful || thing.coveredMs > 0.2 * thing.lookedMs) return uncertain(thing, nowMs, rule);
  if (thing.appearance.leftScore < plainlyLeft) return { kind: 'wait', because: 'outline' };
  if (thing.calmMs < 0.6 * thing.lookedMs) return { kind: 'wait', because: 'restless' };
  if (thing.aloneSinceMs === null || nowMs - thing.aloneSinceMs < rule.minAwayMs) {
    return { kind: 'wait', because: 'attended' };
  }
  return {
    kind: 'raise',
    departedAtMs: Math.max(thing.restSinceMs, thing.standerLeftAtMs ?? thing.aloneSinceMs),
    caveats: [...(thing.isYoungGround ? ['background-learning'] : []), 'no-bringer-seen'],
  };
}

/** Nothing can be said of it, and after a while it belongs to the place. */
const uncertain = (thing: RestingThing, nowMs: number, rule: DumpingRule): Verdict =>
  nowMs - thing.restSinceMs > (aloneFactor + 1) * rule.minRestMs
    ? { kind: 'reject', because: 'uncertain' }
    : { kind: 'wait', because: 'uncertain' };

/** Some refusals are sure at once, others only after a while in which something better may turn up. */
export function isTold(because: Rejection, restMs: number): boolean {
  if (because === 'seen-before') return true;
  if (because === 'removed' || because === 'light') return restMs >= 4_000;
  // A vehicle that stands over what it unloads takes minutes.
  return restMs >= (because === 'vehicle' ? 120_000 : 20_000);
}

/** Between two points of a straight line, outside of them the nearer one. */
const ramp = (value: number, from: readonly [number, number], to: readonly [number, number]): number => {
  const share = Math.min(1, Math.max(0, (value - from[0]) / (to[0] - from[0])));
  return from[1] + share * (to[1] - from[1]);
};

/**
 * 0..1: the share of alerts like this one that are right, as far as the generated cases can tell: each doubt takes its
 * part away. Never 1, because real scenes hold what no case shows.
 */
export function confidenceOf(thing: RestingThing): number {
  const { appearance, bringer, whereabouts: where, selfArrival } = thing;
  const share = (ms: number): number => ms / Math.max(1, thing.lookedMs);
  const sure =
    ramp(appearance.leftScore, [0.5, 0.72], [0.72, 0.97]) *
    ramp(selfArrival ?? 0.5, [0.3, 1], [0.7, 0.75]) *
    ramp(thing.calmMs / Math.max(1, thing.calmMs + thing.restlessMs), [0.6, 0.85], [0.95, 1]) *
    ramp(share(thing.coveredMs), [0.2, 1], [0.8, 0.88]) *
    ramp(bringer?.distanceWidths ?? 0, [0, 1], [0.9, 0.88]) *
    (bringer === null ? 0.7 : bringer.className === 'person' ? 1 : 0.95) *
    (bringer !== null && where?.kind !== 'away' ? 0.85 : 1) *
    (thing.isUncertainGround ? 0.88 : 1) *
    (thing.cutBy === null ? 1 : 0.85) *
    (thing.cameraMovedPx >= 2 ? 0.92 : 1);
  return Math.round(1_000 * sure) / 1_000;
}
