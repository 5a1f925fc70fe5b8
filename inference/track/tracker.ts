import type { BoxNorm, ObjectClass } from '../../contracts/index.ts';
import { associate, type Candidate, type Sighting } from './association.ts';
import { type ClassVotes, groupOf, vote, winner } from './class-vote.ts';
import {
  boxOfMotion,
  bridgeGap,
  coast,
  type Motion,
  predictMotion,
  startMotion,
  updateMotion,
} from './motion-filter.ts';
import { parameters } from './parameters.ts';

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
  /** `tentative`: not sure yet that it is there. `tracked`: seen in the last frame the detector looked at. `lost`: not seen there. */
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

interface LiveTrack extends Candidate {
  readonly trackId: string;
  readonly motion: Motion;
  readonly votes: ClassVotes;
  className: ObjectClass;
  seenBox: BoxNorm;
  confidenceSum: number;
  /** What its detections add up to. */
  evidence: number;
  hits: number;
  missedMs: number;
  readonly firstSeenAtMs: number;
  lastSeenAtMs: number;
  state: Track['state'];
}

/** A detection with the group of its class. */
type Found = Detection & Sighting;

const defaults = { reportThreshold: 0.4, continueThreshold: 0.3 } as const;

/**
 * Association by motion and overlap, in the order in which mistakes are least likely: detections the detector is sure
 * of; weak ones for tracks that got none, so that a person who is half hidden stays the same track; what is left where
 * a track was a look ago; new tracks at the end. Time is captured time, so the frame rate may vary: a
 * track's own uncertainty says how far from its place it is looked for.
 * @see Zhang et al. 2022, "ByteTrack", arXiv:2110.06864; Cao et al. 2023, "Observation-Centric SORT",
 *   arXiv:2203.14360; Yang et al. 2023, buffered IoU, arXiv:2211.14317
 */
export function createTracker(options: TrackerOptions): Tracker {
  const { cameraId, reportThreshold, continueThreshold } = { ...defaults, ...options };
  const floor = reportThreshold * parameters.evidenceFloor;
  const evidenceOf = ({ confidence }: Detection): number => Math.max(confidence - floor, 0) / (1 - floor);
  let live: LiveTrack[] = [];
  let nowMs = Number.NEGATIVE_INFINITY;
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const see = (track: LiveTrack, detection: Detection): void => {
    const gapMs = nowMs - track.lastSeenAtMs;
    if (track.missedMs > 0) bridgeGap(track.motion, track.seenBox, detection, gapMs / 1_000);
    else updateMotion(track.motion, detection, Math.max(detection.confidence, 0.1));
    vote(track.votes, detection.className, detection.confidence);
    track.className = winner(track.votes);
    track.seenBox = detection;
    track.confidenceSum += detection.confidence;
    track.evidence += evidenceOf(detection);
    track.hits += 1;
    track.lastSeenAtMs = nowMs;
    track.missedMs = 0;
    const isSure = track.state !== 'tentative' || track.evidence >= parameters.minEvidence;
    track.state = isSure ? 'tracked' : 'tentative';
  };

  const begin = (detection: Found, ordinal: number): LiveTrack => ({
    trackId: `${cameraId}-${nowMs}-${ordinal}`,
    group: detection.group,
    motion: startMotion(detection),
    votes: new Map([[detection.className, detection.confidence]]),
    className: detection.className,
    seenBox: detection,
    confidenceSum: detection.confidence,
    evidence: evidenceOf(detection),
    hits: 1,
    firstSeenAtMs: nowMs,
    lastSeenAtMs: nowMs,
    missedMs: 0,
    state: 'tentative',
  });

  const miss = (track: LiveTrack, sinceLookMs: number): void => {
    track.missedMs += sinceLookMs;
    coast(track.motion, sinceLookMs / 1_000);
    if (track.state === 'tracked') track.state = 'lost';
    if (track.state === 'tentative' && track.missedMs > parameters.evidenceGapMs) track.evidence = 0;
  };

  const look = (detections: readonly Detection[]): void => {
    const sinceLookMs = Math.min(nowMs - lookedAtMs, parameters.maxLookGapMs);
    lookedAtMs = nowMs;
    for (const { motion } of live) predictMotion(motion, sinceLookMs / 1_000);
    const sure: Found[] = [];
    const weak: Found[] = [];
    for (const one of detections) {
      if (one.confidence < continueThreshold) continue;
      (one.confidence >= reportThreshold ? sure : weak).push({ ...one, group: groupOf(one.className) });
    }
    const [known, fresh]: [LiveTrack[], LiveTrack[]] = [[], []];
    for (const track of live) (track.state === 'tentative' ? fresh : known).push(track);
    const first = associate(known, sure, 'expected', see);
    const recent = first.tracks.filter(({ missedMs }) => missedMs <= parameters.weakWithinMs);
    const second = associate(recent, weak, 'expected', see);
    // Who stopped or turned is not where it was expected, but near where it was a look ago.
    const justSeen = second.tracks.filter(({ missedMs }) => missedMs === 0);
    const third = associate(justSeen, first.found, 'last', see);
    const fourth = associate(fresh, third.found, 'expected', see);
    for (const track of live) if (track.lastSeenAtMs < nowMs) miss(track, sinceLookMs);
    live = live.filter(isAlive);
    for (const [ordinal, detection] of fourth.found.entries()) live.push(begin(detection, ordinal));
  };

  return {
    step({ capturedAtMs, detections }) {
      if (capturedAtMs > nowMs) {
        nowMs = capturedAtMs;
        // Frames the detector skipped are no evidence: nothing moved there, so tracks stay where they were.
        if (detections !== null) look(detections);
      }
      return live.map(publish);
    },
  };
}

/** Not missed for too long, and its centre has not left the picture. */
function isAlive({ state, missedMs, motion: { x, y } }: LiveTrack): boolean {
  if (state === 'tentative') return missedMs <= parameters.maxTentativeMissMs;
  const isInside = x.position > -0.02 && x.position < 1.02 && y.position > -0.02 && y.position < 1.02;
  return missedMs <= parameters.maxLostMs && isInside;
}

const publish = (track: LiveTrack): Track => ({
  trackId: track.trackId,
  className: track.className,
  confidence: track.confidenceSum / track.hits,
  box: boxOfMotion(track.motion),
  vxNorm: track.motion.x.perSecond,
  vyNorm: track.motion.y.perSecond,
  firstSeenAtMs: track.firstSeenAtMs,
  lastSeenAtMs: track.lastSeenAtMs,
  hits: track.hits,
  state: track.state,
});
