import { createTracker, type Detection } from '../../track/index.ts';
import type { BoxPx } from '../truth.ts';
import { createByteTrack } from './baselines/byte-track.ts';
import type { FrameTracker } from './baselines/frame-tracker.ts';
import { createOcSort } from './baselines/oc-sort.ts';
import { createSort } from './baselines/sort.ts';
import type { ScoredBoxPx, TruthFrame } from './mot-text.ts';
import type { IdentifiedBox, IdentifiedFrames } from './sequence.ts';
import { setAside } from './set-aside.ts';
import { judgeTracking, type TrackingSums } from './tracking-score.ts';

/** Truth and detections of one recording, frame by frame. */
export interface TrackingSequence {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  readonly truth: readonly TruthFrame[];
  readonly detections: readonly (readonly ScoredBoxPx[])[];
}

/** As OC-SORT takes them: below that, the detectors of the benchmarks are wrong more often than right. */
const minConfidence = 0.6;
const startedAtMs = 1_750_000_000_000;

/** The product's own tracker behind the frame-wise face of the yardsticks; what it reports as `tracked` counts. */
export function productTracker({
  name,
  widthPx,
  heightPx,
  fps,
}: Omit<TrackingSequence, 'truth' | 'detections'>): FrameTracker {
  const tracker = createTracker({
    cameraId: name,
    reportThreshold: minConfidence,
    continueThreshold: minConfidence,
  });
  let frame = 0;
  return (found) => {
    const detections = found.map(
      ({ className, confidence, box: [x, y, w, h] }): Detection => ({
        className,
        confidence,
        xNorm: x / widthPx,
        yNorm: y / heightPx,
        wNorm: w / widthPx,
        hNorm: h / heightPx,
      }),
    );
    const tracks = tracker.step({
      capturedAtMs: startedAtMs + Math.round((frame++ * 1_000) / fps),
      detections,
    });
    return tracks.flatMap(({ trackId, state, box }): IdentifiedBox[] =>
      state === 'tracked' ? [{ id: trackId, box: toPx(box, widthPx, heightPx) }] : [],
    );
  };
}

const toPx = (
  box: Pick<Detection, 'xNorm' | 'yNorm' | 'wNorm' | 'hNorm'>,
  widthPx: number,
  heightPx: number,
): BoxPx => [box.xNorm * widthPx, box.yNorm * heightPx, box.wNorm * widthPx, box.hNorm * heightPx];

/** The product's tracker and the yardsticks, by name. */
export const trackers: Readonly<Record<string, (sequence: TrackingSequence) => FrameTracker>> = {
  ours: productTracker,
  SORT: createSort,
  ByteTrack: createByteTrack,
  'OC-SORT': createOcSort,
};

/** Feed a tracker the detections of a sequence. */
export function followSequence(sequence: TrackingSequence, tracker: FrameTracker): IdentifiedFrames {
  return sequence.truth.map((_, index) => tracker(sequence.detections[index] ?? []));
}

/** What a tracker did on a sequence, without what it found on truth that does not count. */
export function judgeSequence({ truth }: TrackingSequence, found: IdentifiedFrames): TrackingSums {
  const counted = truth.map((frame) => frame.counted);
  return judgeTracking(counted, setAside(truth, found));
}

/** The same recording with only every n-th frame, so that at most `maxFps` are left. */
export function thinned(sequence: TrackingSequence, maxFps: number): TrackingSequence {
  const every = Math.max(1, Math.ceil(sequence.fps / maxFps - 1e-9));
  const isKept = (_: unknown, index: number): boolean => index % every === 0;
  return {
    ...sequence,
    fps: sequence.fps / every,
    truth: sequence.truth.filter(isKept),
    detections: sequence.detections.filter(isKept),
  };
}
