import type { ParametersOf } from '../../../contracts/index.ts';
import type { Ground } from '../scene/ground.ts';
import { heightOf } from '../scene/regions.ts';
import {
  doubtfullyLeft,
  leastLeftOf,
  mayBePerson,
  mayBeThrown,
  mayReachOutside,
  plainlyLeft,
} from './doubts.ts';
import {
  areaOf,
  isAsTallAsBringer,
  isSmallBeside,
  isThin,
  isUpright,
  leastClearMs,
  ownSelfAbove,
  sizeAgainstBringer,
  sizeOnGround,
} from './fit.ts';
import type { RestingThing } from './resting-thing.ts';

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
/** Without a bringer everything else must be clear, and the rest this many times as long. */
const aloneFactor = 3;
const clearlyBrought = 0.5;
/** Where something passes this share of the time, something that passed says nothing. */
const busyFrom = 0.2;

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
  if (isUnloaded(thing)) {
    if (thing.stoodBeside?.leftAtMs === null) return { kind: 'wait', because: 'attended' };
  } else if (self > ownSelfAbove(thing)) {
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

/** What stood there was so much larger, and nothing came from elsewhere: what moved came out of it. */
const isUnloaded = ({ stoodBeside }: RestingThing): boolean => stoodBeside?.isSource === true;

/** From this share of the bringer's box on, what rests there may be the bringer. */
const ownSizeShare = 0.4;

/** So many times as high as wide is a door, or half of it. */
const doorFrom = 1.5;

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
  const standerLeftAtMs = thing.stoodBeside?.leftAtMs ?? null;
  const hasStood = standerLeftAtMs !== null && nowMs - standerLeftAtMs >= rule.minAwayMs;
  const isLoad = hasStood && isUnloaded(thing);
  if (restMs < (hasStood ? stoodFactor : aloneFactor) * rule.minRestMs)
    return { kind: 'wait', because: 'no-bringer' };
  // Where traffic passes all the time, that something passed says nothing; that something stood there does.
  const wasVisited = thing.wasLeft && thing.trafficShare < busyFrom;
  // A door that was left open and a tram are as tall as all that moved there.
  const isLower =
    !isUpright(thing, uprightFrom) && heightOf(thing.whole) <= loadHeights * thing.carrierHeight;
  const isBrought =
    (isLoad || (thing.selfArrival !== null && thing.whole.area < clearlyBrought * thing.broughtBy)) &&
    thing.cutBy === null &&
    isLower &&
    (hasStood || wasVisited);
  if (!isBrought) return { kind: 'reject', because: 'nobody-brought-it' };
  const isDoubtful = thing.isUncertainGround && !thing.isYoungGround;
  if (isDoubtful || thing.coveredMs > 0.2 * thing.lookedMs) return uncertain(thing, nowMs, rule);
  if (thing.appearance.leftScore < (isLoad ? doubtfullyLeft : plainlyLeft))
    return { kind: 'wait', because: 'outline' };
  if (thing.calmMs < 0.6 * thing.lookedMs) return { kind: 'wait', because: 'restless' };
  if (thing.aloneSinceMs === null || nowMs - thing.aloneSinceMs < rule.minAwayMs) {
    return { kind: 'wait', because: 'attended' };
  }
  return {
    kind: 'raise',
    departedAtMs: Math.max(thing.restSinceMs, standerLeftAtMs ?? thing.aloneSinceMs),
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
