import type { BoxNorm, ObjectClass } from '../../contracts/index.ts';
import { assign, forbidden } from './assignment.ts';
import { grow, iou } from './box.ts';
import { type ClassVotes, mayBeSame, vote, winner } from './class-vote.ts';
import { type BoxState, boxOfState, coast, predictBox, startBox, updateBox } from './motion-filter.ts';

/** What a detector says of one object in one frame. */
export interface Detection extends BoxNorm {
  readonly className: ObjectClass;
  /** 0..1 */
  readonly confidence: number;
}

export interface TrackerOptions {
  /** Part of every track id. */
  readonly cameraId: string;
  /** A detection at or above this may start a track. */
  readonly reportThreshold?: number;
  /** A detection at or above this may continue one. */
  readonly continueThreshold?: number;
  /** A track that is not seen this long, while the detector looked, has ended. */
  readonly maxLostMs?: number;
  /** A new track that is not seen again within this time was a flicker. */
  readonly confirmWithinMs?: number;
}

export interface Track {
  /** Camera, time of the first detection, ordinal in that frame: the same in every replay. */
  readonly trackId: string;
  readonly className: ObjectClass;
  /** Mean score of its detections, 0..1. */
  readonly confidence: number;
  /** Filtered box; it may reach out of the picture. */
  readonly box: BoxNorm;
  /** Velocity of its centre, shares of the picture per second. */
  readonly vxNorm: number;
  readonly vyNorm: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly hits: number;
  /** `tentative`: seen once. `tracked`: seen in the last frame the detector looked at. `lost`: not seen there. */
  readonly state: 'tentative' | 'tracked' | 'lost';
}

export interface TrackStep {
  readonly capturedAtMs: number;
  /** `null`: the detector did not look at this frame; no track is lost by that. */
  readonly detections: readonly Detection[] | null;
}

export interface Tracker {
  /**
   * One frame further.
   * @param step captured time never goes back; a step that does is answered with the tracks as they were.
   * @returns every living track, oldest first.
   */
  step(step: TrackStep): readonly Track[];
}

interface LiveTrack {
  readonly trackId: string;
  motion: BoxState;
  /** Time of `motion`. */
  atMs: number;
  votes: ClassVotes;
  className: ObjectClass;
  confidenceSum: number;
  hits: number;
  readonly firstSeenAtMs: number;
  lastSeenAtMs: number;
  /** How long the detector looked without seeing it. */
  missedMs: number;
  state: Track['state'];
}

const defaults = {
  reportThreshold: 0.4,
  continueThreshold: 0.3,
  maxLostMs: 3_000,
  confirmWithinMs: 1_000,
} as const;

/** Boxes are grown by this share before they are compared: at 5 frames a second a walking person leaves their box. */
const firstGrowth = 0.25;
const secondGrowth = 0.5;

/** Cost of taking a detection for a track: 1 − overlap of the grown boxes; scores only break ties. */
function costs(tracks: readonly LiveTrack[], detections: readonly Detection[], growth: number): Float64Array {
  const matrix = new Float64Array(tracks.length * detections.length).fill(forbidden);
  for (const [row, track] of tracks.entries()) {
    const box = boxOfState(track.motion);
    // The longer nobody saw it, the further it may be from where it is expected.
    const reach = growth + Math.min(track.missedMs / 4_000, 0.5);
    const wide = grow(box, reach);
    for (const [column, detection] of detections.entries()) {
      if (!mayBeSame(track.className, detection.className)) continue;
      const ratio = (detection.wNorm * detection.hNorm) / (box.wNorm * box.hNorm);
      // What is a third of the size is a bag beside the person, not the person; at the border boxes are cut.
      const most = track.hits < 3 || touchesBorder(detection) ? 4 : 2.5;
      if (ratio > most || ratio < 1 / most) continue;
      const overlap = iou(wide, grow(detection, reach));
      if (overlap > 0.15)
        matrix[row * detections.length + column] = 1 - overlap - 0.05 * detection.confidence;
    }
  }
  return matrix;
}

/**
 * Two-stage association by motion and overlap: detections the detector is sure of first, then the weak ones for tracks
 * that got none, so that a person who is half hidden stays the same track. Time is captured time, so the frame
 * rate may vary.
 * @see Zhang et al. 2022, "ByteTrack", arXiv:2110.06864; Yang et al. 2023, buffered IoU, arXiv:2211.14317
 */
export function createTracker(options: TrackerOptions): Tracker {
  const { cameraId, reportThreshold, continueThreshold, maxLostMs, confirmWithinMs } = {
    ...defaults,
    ...options,
  };
  let live: LiveTrack[] = [];
  let nowMs = Number.NEGATIVE_INFINITY;
  let lookedAtMs: number | null = null;

  const see = (track: LiveTrack, detection: Detection): void => {
    track.motion = updateBox(track.motion, detection, Math.max(detection.confidence, 0.1));
    track.votes = vote(track.votes, detection.className, detection.confidence);
    track.className = winner(track.votes);
    track.confidenceSum += detection.confidence;
    track.hits += 1;
    track.lastSeenAtMs = nowMs;
    track.missedMs = 0;
    track.state = 'tracked';
  };

  /** Pair off; what stays over comes back. */
  const match = (
    tracks: readonly LiveTrack[],
    detections: readonly Detection[],
    growth: number,
  ): { tracks: LiveTrack[]; detections: Detection[] } => {
    const columnOf = assign(costs(tracks, detections, growth), tracks.length, detections.length);
    const taken = new Set<number>();
    const leftTracks: LiveTrack[] = [];
    for (const [row, track] of tracks.entries()) {
      const column = columnOf[row] ?? -1;
      const detection = detections[column];
      if (detection === undefined) leftTracks.push(track);
      else {
        see(track, detection);
        taken.add(column);
      }
    }
    return { tracks: leftTracks, detections: detections.filter((_, column) => !taken.has(column)) };
  };

  const begin = (detection: Detection, ordinal: number): LiveTrack => ({
    trackId: `${cameraId}-${nowMs}-${ordinal}`,
    motion: startBox(detection),
    atMs: nowMs,
    votes: vote(new Map(), detection.className, detection.confidence),
    className: detection.className,
    confidenceSum: detection.confidence,
    hits: 1,
    firstSeenAtMs: nowMs,
    lastSeenAtMs: nowMs,
    missedMs: 0,
    state: 'tentative',
  });

  const look = (detections: readonly Detection[]): void => {
    const sinceLookMs = lookedAtMs === null ? 0 : nowMs - lookedAtMs;
    lookedAtMs = nowMs;
    const sure = detections.filter((one) => one.confidence >= reportThreshold);
    const weak = detections.filter(
      (one) => one.confidence < reportThreshold && one.confidence >= continueThreshold,
    );
    const confirmed = live.filter((track) => track.state !== 'tentative');
    const tentative = live.filter((track) => track.state === 'tentative');
    const first = match(confirmed, sure, firstGrowth);
    // A weak box may be a reflection or a neighbour: only a track seen a moment ago may take it.
    const recent = first.tracks.filter((track) => track.missedMs <= 1_000);
    const second = match(recent, weak, firstGrowth);
    const third = match(
      first.tracks.filter((track) => track.missedMs > 1_000 || second.tracks.includes(track)),
      first.detections,
      secondGrowth,
    );
    const fourth = match(tentative, third.detections, secondGrowth);
    for (const track of [...third.tracks, ...fourth.tracks]) {
      track.missedMs += sinceLookMs;
      track.motion = coast(track.motion, sinceLookMs / 1_000);
      if (track.state === 'tracked') track.state = 'lost';
    }
    live = live.filter((track) =>
      track.state === 'tentative'
        ? track.missedMs <= confirmWithinMs
        : track.missedMs <= maxLostMs && !isOutside(boxOfState(track.motion)),
    );
    for (const [ordinal, detection] of fourth.detections.entries()) live.push(begin(detection, ordinal));
  };

  return {
    step({ capturedAtMs, detections }) {
      if (capturedAtMs > nowMs) {
        nowMs = capturedAtMs;
        for (const track of live) {
          // Frames the detector skipped are no evidence: nothing moved there, so the box stays where it was.
          if (detections !== null) track.motion = predictBox(track.motion, (nowMs - track.atMs) / 1_000);
          if (detections !== null) track.atMs = nowMs;
        }
        if (detections !== null) look(detections);
      }
      return live.map(publish);
    },
  };
}

const touchesBorder = ({ xNorm, yNorm, wNorm, hNorm }: BoxNorm): boolean =>
  xNorm < 0.01 || yNorm < 0.01 || xNorm + wNorm > 0.99 || yNorm + hNorm > 0.99;

/** The centre has left the picture. */
const isOutside = (box: BoxNorm): boolean => {
  const x = box.xNorm + box.wNorm / 2;
  const y = box.yNorm + box.hNorm / 2;
  return x < -0.02 || x > 1.02 || y < -0.02 || y > 1.02;
};

const publish = (track: LiveTrack): Track => ({
  trackId: track.trackId,
  className: track.className,
  confidence: track.confidenceSum / track.hits,
  box: boxOfState(track.motion),
  vxNorm: track.motion.x.perSecond,
  vyNorm: track.motion.y.perSecond,
  firstSeenAtMs: track.firstSeenAtMs,
  lastSeenAtMs: track.lastSeenAtMs,
  hits: track.hits,
  state: track.state,
});
