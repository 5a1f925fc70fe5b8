import type { BoxNorm, ObjectClass, SeenColour } from '../../../contracts/index.ts';
import { iou, isCarrier, type Track } from '../../track/index.ts';

/** Looks at one vehicle's colour, one after another; `unknown` when a look does not tell. */
export type ColourVotes = Map<SeenColour, number>;

/** Where a track was at one moment. */
export interface TrackMoment {
  readonly atMs: number;
  readonly box: BoxNorm;
}

/** The way of one track through the picture, thinned. */
export interface TrackPath {
  readonly trackId: string;
  className: ObjectClass;
  confidence: number;
  readonly firstSeenAtMs: number;
  lastSeenAtMs: number;
  /** The tracker still knows it. */
  isAlive: boolean;
  /** Seen at least twice. */
  isConfirmed: boolean;
  /**
   * It has been somewhere else, or goes on for one that has: a detector also finds "persons" in bags, and those
   * have always been where they are.
   */
  hasMoved: boolean;
  readonly moments: TrackMoment[];
  /** What was seen of a vehicle's colour, and when last. */
  readonly colours: ColourVotes;
  colourLookedAtMs: number;
}

/** Keep one moment per so many ms. */
const everyMs = 150;
const maxMoments = 1_200;

/** Paths of the tracks that could bring or be something, by track id. */
export type TrackMemory = Map<string, TrackPath>;

/**
 * Note where everybody is.
 * @param forgetMs paths that ended longer ago are dropped.
 */
export function noteTracks(
  memory: TrackMemory,
  tracks: readonly Track[],
  nowMs: number,
  forgetMs: number,
): void {
  for (const path of memory.values()) path.isAlive = false;
  for (const track of tracks) {
    if (!isCarrier(track.className)) continue;
    let path = memory.get(track.trackId);
    if (path === undefined) {
      path = {
        trackId: track.trackId,
        className: track.className,
        confidence: track.confidence,
        firstSeenAtMs: track.firstSeenAtMs,
        lastSeenAtMs: track.lastSeenAtMs,
        isAlive: true,
        isConfirmed: false,
        hasMoved: inherits(memory, track),
        moments: [],
        colours: new Map(),
        colourLookedAtMs: Number.NEGATIVE_INFINITY,
      };
      memory.set(track.trackId, path);
    }
    path.className = track.className;
    path.confidence = track.confidence;
    path.lastSeenAtMs = track.lastSeenAtMs;
    path.isAlive = true;
    path.isConfirmed ||= track.hits >= 2;
    if (track.lastSeenAtMs !== nowMs) continue;
    const first = path.moments[0];
    if (!path.hasMoved && first !== undefined) path.hasMoved = isElsewhere(first.box, track.box);
    const last = path.moments.at(-1);
    if (last === undefined || nowMs - last.atMs >= everyMs) {
      path.moments.push({ atMs: nowMs, box: track.box });
      // Somebody who stands for an hour: thin the old part, keep the beginning.
      if (path.moments.length > maxMoments) {
        for (let i = maxMoments >> 1; i > 0; i -= 2) path.moments.splice(i, 1);
      }
    }
  }
  for (const [trackId, path] of memory) {
    if (!path.isAlive && nowMs - path.lastSeenAtMs > forgetMs) memory.delete(trackId);
  }
}

/** Moved by its own width since. */
function isElsewhere(from: BoxNorm, to: BoxNorm): boolean {
  const width = Math.max(from.wNorm, to.wNorm);
  const x = Math.abs(from.xNorm + from.wNorm / 2 - to.xNorm - to.wNorm / 2);
  const foot = Math.abs(from.yNorm + from.hNorm - to.yNorm - to.hNorm);
  const head = Math.abs(from.yNorm - to.yNorm);
  // The detector may see more or less of somebody who stands: then only one end of the box moves.
  return x > width || Math.min(foot, head) > width;
}

/** Where two people cross, the one who stands may lose their track to the one who walks on, and gets a new one. */
const crossedMs = 3_000;

/** A new track where one that had moved was just lost, or was a moment ago: the same person, found again. */
function inherits(memory: TrackMemory, track: Track): boolean {
  for (const path of memory.values()) {
    const sinceMs = track.firstSeenAtMs - path.lastSeenAtMs;
    if (!path.hasMoved || sinceMs > 10_000) continue;
    const last = path.moments.at(-1);
    if (sinceMs > 0 && last !== undefined && iou(last.box, track.box) > 0.3) return true;
    for (let i = path.moments.length - 1; i >= 0; i--) {
      const moment = path.moments[i];
      if (moment === undefined || moment.atMs < track.firstSeenAtMs - crossedMs) break;
      if (moment.atMs < track.firstSeenAtMs && iou(moment.box, track.box) > 0.5) return true;
    }
  }
  return false;
}

/** Where the track was nearest to this time; null when it was not seen within `withinMs` of it. */
export function momentAt(path: TrackPath, atMs: number, withinMs: number): TrackMoment | null {
  let best: TrackMoment | null = null;
  for (const moment of path.moments) {
    const apart = Math.abs(moment.atMs - atMs);
    if (apart <= withinMs && (best === null || apart < Math.abs(best.atMs - atMs))) best = moment;
  }
  return best;
}
