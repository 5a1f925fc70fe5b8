import type { BoxNorm, ObjectClass } from '../../../contracts/index.ts';
import { grow, intersectionNorm, iou, shareInside } from '../../track/index.ts';
import {
  type ColourVotes,
  momentAt,
  type TrackMemory,
  type TrackMoment,
  type TrackPath,
} from '../scene/track-memory.ts';

/** Who brought a thing, and what became of them. */
export interface Bringer {
  /** The track that was there at the put-down. */
  readonly trackId: string;
  readonly className: ObjectClass;
  readonly arrivedAtMs: number;
  readonly boxAtPutDown: BoxNorm;
  /** Largest they were seen around the put-down: half hidden people look small. The scale of the place. */
  readonly sizeNorm: { readonly wNorm: number; readonly hNorm: number };
  /** Distance to the thing at the put-down in widths of the bringer: 0 touches it. */
  readonly distanceWidths: number;
  readonly enteredFrom: Side | null;
  /** It is a vehicle, or one stood in reach: more comes out of it than a person carries. */
  readonly hasVehicle: boolean;
  /** Of a vehicle, as it goes on being seen. */
  readonly colours: ColourVotes;
  /** The same person may get a new track id after an occlusion: the id that is followed now. */
  readonly followedTrackId: string;
}

export type Side = 'left' | 'right' | 'top' | 'bottom';

/** Aspect of the picture: widths and heights in shares are not the same length. */
export type Aspect = number;

/** Gap between two boxes in widths of `of`; 0 when they touch. */
export function gapWidths(of: BoxNorm, to: BoxNorm, aspect: Aspect): number {
  const dx = Math.max(0, of.xNorm - (to.xNorm + to.wNorm), to.xNorm - (of.xNorm + of.wNorm));
  const dy = Math.max(0, of.yNorm - (to.yNorm + to.hNorm), to.yNorm - (of.yNorm + of.hNorm));
  return Math.hypot(dx, dy / aspect) / Math.max(of.wNorm, 1e-4);
}

/** From where the bringer stands to where the thing touches the ground, in widths of the bringer. */
export function footDistanceWidths(of: BoxNorm, to: BoxNorm, aspect: Aspect): number {
  const dx = of.xNorm + of.wNorm / 2 - (to.xNorm + to.wNorm / 2);
  const dy = of.yNorm + of.hNorm - (to.yNorm + to.hNorm);
  return Math.hypot(dx, dy / aspect) / Math.max(of.wNorm, 1e-4);
}

/**
 * How far from where somebody stands a thing lies on the ground, in arm's lengths of about a quarter of their height.
 * Depth shows shortened: a step up or down in the picture is further than one to the side.
 */
function standDistance(of: BoxNorm, to: BoxNorm, aspect: Aspect): number {
  const dx = Math.max(0, Math.abs(of.xNorm + of.wNorm / 2 - to.xNorm - to.wNorm / 2) - to.wNorm / 2);
  const dy = Math.abs(of.yNorm + of.hNorm - to.yNorm - to.hNorm);
  return Math.hypot(dx * aspect, 2 * dy) / Math.max(0.4 * of.hNorm, 1e-4);
}

/** Their boxes touch in the picture, but they stand elsewhere: their feet are too high or too low. */
const isFarBehind = (of: BoxNorm, to: BoxNorm): boolean =>
  Math.abs(of.yNorm + of.hNorm - to.yNorm - to.hNorm) > 0.5 * of.hNorm;

/** Seconds before and after the put-down in which the bringer must have been seen. */
const [beforeMs, afterMs] = [2_500, 1_500];
/** Seconds around the put-down over which it counts how near somebody stays. */
const stayMs = 1_200;
/** Nearer than this many widths it can have been in their hands; a vehicle is emptied by people nobody detects. */
const handReach = { person: 0.9, vehicle: 0.6 };
/** What flew may come from so far, and is no taller than this share of whoever threw it; more where it came from them. */
const [throwReach, throwHeights, fromThemHeights] = [4.5, 0.45, 0.7];
/** So long before or after they must have been seen where it came from. */
const sameMomentMs = 2_000;

/** Where what moved at the thing came from, and when. */
type From = { readonly box: BoxNorm; readonly atMs: number } | null;

/** Whether they were where it came from. */
export function isFrom(origin: From, path: TrackPath | undefined): boolean {
  const then = origin === null || path === undefined ? null : momentAt(path, origin.atMs, sameMomentMs);
  return origin !== null && then !== null && intersectionNorm(grow(then.box, 0.2), origin.box) > 0;
}

/**
 * Which track brought it: the nearest one at the put-down, persons before vehicles.
 * @param flew nothing larger than the thing moved where it came to rest, so it may have been thrown; null: it did not.
 * @returns null when nobody was near enough.
 */
export function findBringer(
  memory: TrackMemory,
  thing: BoxNorm,
  putDownAtMs: number,
  aspect: Aspect,
  flew: { readonly origin: From } | null,
): Bringer | null {
  let best: { path: TrackPath; moment: TrackMoment; gap: number; cost: number } | null = null;
  for (const path of memory.values()) {
    if (!path.isConfirmed) continue;
    if (path.className !== 'person' && !stoodAt(path, thing, putDownAtMs, aspect)) continue;
    const heights = flew !== null && isFrom(flew.origin, path) ? fromThemHeights : throwHeights;
    const isThrower = (box: BoxNorm): boolean =>
      flew !== null && path.className === 'person' && thing.hNorm <= heights * box.hNorm;
    let [nearest, stayed, cost] = [null as TrackMoment | null, 0, Infinity];
    let leastGap = Infinity;
    for (const moment of path.moments) {
      if (moment.atMs < putDownAtMs - beforeMs || moment.atMs > putDownAtMs + afterMs) continue;
      const gap = gapWidths(moment.box, thing, aspect);
      const reach = isThrower(moment.box)
        ? throwReach
        : path.className === 'person'
          ? handReach.person
          : handReach.vehicle;
      if (gap > reach || isItself(moment.box, thing) || isFarBehind(moment.box, thing)) continue;
      const apartMs = Math.abs(moment.atMs - putDownAtMs);
      const steps = Math.min(standDistance(moment.box, thing, aspect), 3);
      // Whoever puts something down stays for a moment; whoever passes is soon elsewhere.
      if (apartMs <= stayMs) stayed += 1 - steps / 3;
      const now = gap + 0.5 * steps + (0.4 * apartMs) / beforeMs;
      if (now < cost) [nearest, cost, leastGap] = [moment, now, gap];
    }
    if (nearest === null) continue;
    if (!couldBring(path, putDownAtMs) && !isBriefVisitor(memory, path, thing, putDownAtMs)) continue;
    cost += (path.className === 'person' ? 0 : 1) - 0.08 * Math.min(stayed, 10);
    if (best === null || cost < best.cost) best = { path, moment: nearest, gap: leastGap, cost };
  }
  if (best === null) return null;
  const { path } = best;
  const atPutDown = momentAt(path, putDownAtMs, beforeMs) ?? best.moment;
  return {
    trackId: path.trackId,
    className: path.className,
    arrivedAtMs: path.firstSeenAtMs,
    boxAtPutDown: atPutDown.box,
    sizeNorm: sizeAround(path, best.moment, thing),
    distanceWidths: best.gap,
    enteredFrom: sideOf(path.moments[0]?.box),
    hasVehicle: memory
      .values()
      .some(
        (one) => one.isConfirmed && one.className !== 'person' && stoodAt(one, thing, putDownAtMs, aspect),
      ),
    colours: path.colours,
    followedTrackId: path.trackId,
  };
}

function sizeAround(
  { moments, className }: TrackPath,
  nearest: TrackMoment,
  thing: BoxNorm,
): Bringer['sizeNorm'] {
  const near = moments.filter(
    ({ atMs, box }) =>
      Math.abs(atMs - nearest.atMs) <= 2_000 &&
      // A vehicle that goes on towards the camera is soon twice as large: it is a scale only where the thing lies.
      (className === 'person' || !isFarBehind(box, thing)),
  );
  return {
    wNorm: Math.max(nearest.box.wNorm, ...near.map(({ box }) => box.wNorm)),
    hNorm: Math.max(nearest.box.hNorm, ...near.map(({ box }) => box.hNorm)),
  };
}

/** Slower than this many of its widths per second a vehicle stands. */
const standingWidthsPerS = 0.3;

/** Nobody unloads a vehicle that drives by or waits farther up the road: it must have stood in reach around the put-down. */
function stoodAt(path: TrackPath, thing: BoxNorm, putDownAtMs: number, aspect: Aspect): boolean {
  let from: TrackMoment | null = null;
  for (const moment of path.moments) {
    if (moment.atMs < putDownAtMs - 10_000 || moment.atMs > putDownAtMs + 5_000) continue;
    if (gapWidths(moment.box, thing, aspect) > handReach.vehicle) {
      from = null;
      continue;
    }
    if (from === null) from = moment;
    const overS = (moment.atMs - from.atMs) / 1_000;
    if (overS < 1) continue;
    if (footDistanceWidths(moment.box, from.box, aspect) / overS <= standingWidthsPerS) return true;
    from = moment;
  }
  return false;
}

/** It was there before the thing was, or came from somewhere else: not the thing itself under a wrong name. */
export const couldBring = (path: TrackPath, putDownAtMs: number): boolean =>
  path.hasMoved || path.firstSeenAtMs < putDownAtMs - 2_000;

/** So many times as large as the thing, and not there before: so long before the put-down it counts. */
const [visitorBoxes, visitorMs] = [3, 4_000];

/**
 * Somebody whom the detector finds only now and then goes by many tracks, none of which moves: much larger than the
 * thing, and nothing like a person was seen where they stand before they came.
 */
function isBriefVisitor(memory: TrackMemory, path: TrackPath, thing: BoxNorm, putDownAtMs: number): boolean {
  const box = path.moments[0]?.box;
  if (path.className !== 'person' || box === undefined) return false;
  if (box.wNorm * box.hNorm < visitorBoxes * thing.wNorm * thing.hNorm) return false;
  return memory
    .values()
    .every(({ moments }) =>
      moments.every((was) => was.atMs > putDownAtMs - visitorMs || iou(was.box, box) < 0.5),
    );
}

/** The track is what rests there: it stopped, it did not bring anything. */
export const isItself = (track: BoxNorm, thing: BoxNorm): boolean =>
  iou(track, thing) > 0.5 ||
  (shareInside(thing, track) > 0.7 &&
    thing.hNorm > 0.6 * track.hNorm &&
    thing.wNorm * thing.hNorm > 0.5 * track.wNorm * track.hNorm);

/** Where the bringer is against the thing. */
export type Whereabouts =
  | { readonly kind: 'near'; readonly widths: number }
  | { readonly kind: 'away'; readonly sinceMs: number; readonly widths: number; readonly leftTo: Side | null }
  /** Not seen any more, last seen near: hidden, sitting or missed by the detector. */
  | { readonly kind: 'unseen'; readonly sinceMs: number };

/** A track that was not seen for so long is not "there" any more. */
const freshMs = 1_200;

/**
 * Where the bringer is now, and since when they are away without a break.
 * @param awayWidths further than this is away.
 * @param sinceMs what was before (the put-down) does not count.
 */
export function whereabouts(
  path: TrackPath,
  thing: BoxNorm,
  nowMs: number,
  awayWidths: number,
  aspect: Aspect,
  sinceMs: number,
): Whereabouts {
  let awaySince: number | null = null;
  let widths = 0;
  for (let i = path.moments.length - 1; i >= 0; i--) {
    const moment = path.moments[i];
    if (moment === undefined || moment.atMs < sinceMs) break;
    const distance = footDistanceWidths(moment.box, thing, aspect);
    if (i === path.moments.length - 1) widths = distance;
    if (distance <= awayWidths) break;
    awaySince = moment.atMs;
  }
  const last = path.moments.at(-1);
  const leftTo = sideOf(last?.box);
  if (awaySince !== null) return { kind: 'away', sinceMs: awaySince, widths, leftTo };
  if (nowMs - path.lastSeenAtMs <= freshMs) return { kind: 'near', widths };
  // Gone over the edge of the picture beside the thing: that is away too.
  if (!path.isAlive && leftTo !== null) {
    return { kind: 'away', sinceMs: path.lastSeenAtMs, widths: Math.max(widths, awayWidths), leftTo };
  }
  return { kind: 'unseen', sinceMs: path.lastSeenAtMs };
}

/** A lost person comes back as a new track near the place where they were lost. */
export function findContinuation(
  memory: TrackMemory,
  lost: TrackPath,
  aspect: Aspect,
  withinMs: number,
): TrackPath | null {
  const from = lost.moments.at(-1);
  if (from === undefined) return null;
  let best: TrackPath | null = null;
  let least = Infinity;
  for (const path of memory.values()) {
    if (path === lost || !path.isConfirmed) continue;
    if ((path.className === 'person') !== (lost.className === 'person')) continue;
    const gapMs = path.firstSeenAtMs - lost.lastSeenAtMs;
    if (gapMs <= 0 || gapMs > withinMs) continue;
    const to = path.moments[0];
    if (to === undefined) continue;
    const distance = footDistanceWidths(from.box, to.box, aspect);
    if (distance > 1.5 + gapMs / 700) continue;
    if (distance < least) [best, least] = [path, distance];
  }
  return best;
}

const sides: readonly Side[] = ['left', 'right', 'bottom', 'top'];

/** From a box to a side of the picture, in shares of the picture. */
export function gapTo(side: Side, { xNorm, yNorm, wNorm, hNorm }: BoxNorm): number {
  if (side === 'left') return xNorm;
  if (side === 'right') return 1 - xNorm - wNorm;
  return side === 'top' ? yNorm : 1 - yNorm - hNorm;
}

/** The side of the picture that a box touches. */
export function sideOf(box: BoxNorm | undefined): Side | null {
  if (box === undefined) return null;
  const edge = 0.03;
  const gaps = sides.map((side) => ({ side, gap: gapTo(side, box) })).toSorted((a, b) => a.gap - b.gap);
  const [nearest] = gaps;
  return nearest !== undefined && nearest.gap <= edge ? nearest.side : null;
}

/** Does somebody stand here? A box that covers most of the thing. */
export const covers = (track: BoxNorm, thing: BoxNorm, share: number): boolean =>
  intersectionNorm(grow(track, 0.05), thing) >= share * thing.wNorm * thing.hNorm;
