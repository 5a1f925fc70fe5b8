import { iou, isCarrier, type Track } from '../../track/index.ts';
import {
  couldBring,
  covers,
  findBringer,
  findContinuation,
  isFrom,
  gapWidths,
  sideOf,
  whereabouts,
} from './bringer.ts';
import type { Canvas } from '../scene/canvas.ts';
import { Shows } from '../scene/layers.ts';
import { rules } from './parameters.ts';
import type { RestingThing } from './resting-thing.ts';
import { momentAt, type TrackMemory, type TrackPath } from '../scene/track-memory.ts';

export interface Observing {
  readonly memory: TrackMemory;
  readonly tracks: readonly Track[];
  readonly nowMs: number;
  readonly dtMs: number;
  readonly awayWidths: number;
}

/** What one picture says of a resting thing: is it seen, does it move, who stands over it, where is its bringer. */
export function observe(canvas: Canvas, thing: RestingThing, context: Observing): void {
  const aspect = canvas.widthPx / canvas.heightPx;
  const { dtMs, nowMs } = context;
  const { restShare, movingShare, groundShare } = whatShows(canvas, thing);
  const around = whoIsThere(thing, context, aspect);
  thing.lookedMs += dtMs;
  if (restShare >= 0.6) thing.calmMs += dtMs;
  else if (!around.isHidden && movingShare > 0.25) thing.restlessMs += dtMs;
  if (around.isPerson) thing.personMs += dtMs;
  if (around.isCovered) thing.coveredMs += dtMs;
  if (around.isCovered && around.isVehicle) thing.vehicleCoveredMs += dtMs;
  // Where the ground shows again, what rested there has just gone.
  if (around.isCovered || groundShare > 0.4) thing.clearMs = 0;
  else if (restShare >= 0.6) thing.clearMs += dtMs;
  thing.isAttended = around.isAttended;
  if (around.isNear) thing.aloneSinceMs = null;
  else thing.aloneSinceMs ??= nowMs;
  // The ground lies open again and nobody is in front: it is gone, and what comes here next is something else.
  thing.goneMs = groundShare > rules.goneShare && !around.isHidden ? thing.goneMs + dtMs : 0;
  followBringer(thing, context, aspect);
}

function whatShows(
  { layers }: Canvas,
  { cells }: RestingThing,
): { restShare: number; movingShare: number; groundShare: number } {
  let rest = 0;
  let moving = 0;
  for (const cell of cells) {
    const shows = layers.shows[cell];
    if (shows === Shows.rest) rest++;
    else if (shows === Shows.moving) moving++;
  }
  const all = Math.max(cells.length, 1);
  return { restShare: rest / all, movingShare: moving / all, groundShare: (all - rest - moving) / all };
}

interface Around {
  /** Somebody is within their own width of it. */
  readonly isNear: boolean;
  /** Somebody is in front of it. */
  readonly isHidden: boolean;
  /** Somebody stands where it is, and does not just walk by. */
  readonly isCovered: boolean;
  readonly isVehicle: boolean;
  /** The detector says a person where it is. */
  readonly isPerson: boolean;
  /** Somebody who was there at the put-down has not gone, whoever brought it. */
  readonly isAttended: boolean;
}

function whoIsThere(thing: RestingThing, { memory, tracks }: Observing, aspect: number): Around {
  let [isNear, isHidden, isCovered, isVehicle, isAttended] = [false, false, false, false, false];
  const isPerson = tracks.some(({ className, box }) => className === 'person' && iou(box, thing.box) >= 0.5);
  for (const track of tracks) {
    if (!isCarrier(track.className) || track.hits < 2) continue;
    if (isVehicleItself(track, thing)) [isHidden, isCovered, isVehicle] = [true, true, true];
    const path = memory.get(track.trackId);
    if (path === undefined || !(couldBring(path, thing.restSinceMs) || isPlainPerson(track, thing))) continue;
    if (isMistaken(track, thing)) continue;
    const speedWidths = Math.hypot(track.vxNorm, track.vyNorm / aspect) / Math.max(track.box.wNorm, 1e-4);
    const isPassing = speedWidths > rules.passingWidthsPerS;
    if (gapWidths(track.box, thing.box, aspect) <= 1) {
      // Traffic that goes by does not stay with it.
      isNear ||= !isPassing;
      isAttended ||= track.className === 'person' && wasThere(path, thing, aspect);
    }
    if (!covers(track.box, thing.box, 0.4)) continue;
    isHidden = true;
    if (isPassing) continue;
    isCovered = true;
    const isSameSize = thing.box.wNorm * thing.box.hNorm >= 0.25 * track.box.wNorm * track.box.hNorm;
    if (track.className !== 'person' && isSameSize) isVehicle = true;
  }
  if (isLostStander(thing, memory, tracks)) [isNear, isHidden, isCovered] = [true, true, true];
  return { isNear, isHidden, isCovered, isVehicle, isPerson, isAttended };
}

/** A vehicle that came so fast that its track begins where it parked: surely named, and just as large as what rests there. */
const isVehicleItself = ({ className, confidence, box }: Track, thing: RestingThing): boolean =>
  className !== 'person' && confidence >= rules.plainVehicleFrom && iou(box, thing.box) >= 0.5;

/**
 * Somebody came, stood still, and the detector lost them: what rests there is as large as they are, and lies where they
 * were seen last. They have not gone as long as it does.
 */
function isLostStander(thing: RestingThing, memory: TrackMemory, tracks: readonly Track[]): boolean {
  for (const path of memory.values()) {
    if (path.className !== 'person' || !path.hasMoved || path.lastSeenAtMs < thing.restSinceMs) continue;
    const last = path.moments.at(-1);
    if (last === undefined || iou(last.box, thing.box) < rules.ownBoxIou) continue;
    if (tracks.some(({ trackId, box }) => trackId === path.trackId && iou(box, thing.box) < 0.1)) continue;
    const tallest = path.moments.reduce((most, { box }) => Math.max(most, box.hNorm), 0);
    if (thing.box.hNorm >= rules.ownHeightShare * tallest) return true;
  }
  return false;
}

function wasThere(path: TrackPath, { box, restSinceMs }: RestingThing, aspect: number): boolean {
  const then = momentAt(path, restSinceMs, 1_500);
  return then !== null && gapWidths(then.box, box, aspect) <= 1;
}

/** Somebody who never moved under this track, but is larger than the thing and plainly a person, or much larger. */
function isPlainPerson({ className, confidence, box }: Track, thing: RestingThing): boolean {
  if (className !== 'person') return false;
  // As tall as who is said to have brought it: two people crossed, and one has the other's track.
  if (iou(box, thing.box) >= 0.5) {
    const isTall = box.hNorm >= rules.lowestPersonShare * (thing.bringer?.sizeNorm.hNorm ?? Infinity);
    return isTall && confidence >= rules.tallPersonFrom;
  }
  return (
    confidence >= rules.plainPersonFrom ||
    box.wNorm * box.hNorm > rules.largerPerson * thing.box.wNorm * thing.box.hNorm
  );
}

/** A track that stuck to the thing itself: the same box, and too small for a person beside the one who brought it. */
function isMistaken(track: Track, { box, bringer }: RestingThing): boolean {
  if (bringer === null || track.trackId === bringer.followedTrackId) return false;
  return (
    track.className === 'person' &&
    bringer.className === 'person' &&
    iou(track.box, box) > 0.5 &&
    box.hNorm < rules.lowestPersonShare * bringer.boxAtPutDown.hNorm
  );
}

/** What moved there was of its own size: if somebody brought it, they threw it. */
const flew = ({ area, broughtBy }: RestingThing): boolean =>
  area >= rules.thrownShare[0] * broughtBy && area <= rules.thrownShare[1] * broughtBy;

/** Who brought it, and where they are now. */
function followBringer(thing: RestingThing, context: Observing, aspect: number): void {
  const { memory, nowMs, awayWidths } = context;
  if (thing.bringer === null || nowMs - thing.restSinceMs < rules.chooseBringerMs) {
    const from = flew(thing) ? { origin: thing.origin } : null;
    thing.bringer = findBringer(memory, thing.box, thing.restSinceMs, aspect, from);
    thing.isFromBringer = isFrom(thing.origin, memory.get(thing.bringer?.trackId ?? ''));
  }
  if (thing.bringer === null) return;
  let path = memory.get(thing.bringer.followedTrackId);
  if (path === undefined) {
    thing.whereabouts ??= { kind: 'unseen', sinceMs: thing.restSinceMs };
    return;
  }
  let where = whereabouts(path, thing.box, nowMs, awayWidths, aspect, thing.restSinceMs);
  if (where.kind === 'unseen') {
    const next = findContinuation(memory, path, aspect, rules.continueTrackMs);
    if (next !== null) {
      thing.bringer = { ...thing.bringer, followedTrackId: next.trackId };
      path = next;
      where = whereabouts(next, thing.box, nowMs, awayWidths, aspect, thing.restSinceMs);
    }
  }
  thing.whereabouts = where;
  thing.leftTo = sideOf(path.moments.at(-1)?.box);
}
