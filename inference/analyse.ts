import type {
  Frame,
  Observation,
  RuleParameters,
  SeenColour,
  TrackedDetection,
  Zone,
} from '../contracts/index.ts';
import { cropAround, type Detection } from './detect/index.ts';
import {
  type CameraGeometry,
  createScene,
  type Look,
  type LookResult,
  type SceneEventDraft,
} from './rules/index.ts';
import type { DetectorPool } from './runtime/index.ts';
import { clipToPicture, createTracker, type Track } from './track/index.ts';

/** A picture on borrowed memory. */
export interface BorrowedFrame extends Frame {
  /** Gives the memory back; `data` is not read any more. */
  release(): void;
}

export interface AnalysisOptions {
  readonly cameraId: string;
  /** Asked for with every picture. */
  readonly zones: () => readonly Zone[];
  readonly rules: RuleParameters;
  /** How the camera stands over the ground, once its asset file is known. */
  readonly geometry?: () => CameraGeometry | null;
  readonly detector: DetectorPool;
  /** Looks again at what seems to burn; null or left out: it stays unconfirmed. */
  readonly fireModel?: DetectorPool | null;
  /**
   * Pictures that the detector may look at while earlier ones are still on their way: 0 for a live camera, whose next
   * picture is not there yet; one per detector thread for a replay. The same number gives the same answers.
   */
  readonly framesInFlight: number;
}

/** What one picture brought. */
export interface AnalysedFrame {
  readonly capturedAtMs: number;
  readonly mediaTimeMs: number;
  /** Null when nothing is tracked in it. */
  readonly observation: Observation | null;
  /** Events that began, changed or ended with this picture. */
  readonly drafts: readonly SceneEventDraft[];
  readonly sourceWidthPx: number;
  readonly sourceHeightPx: number;
  /** Whether the detector looked at it. */
  readonly wasDetected: boolean;
}

function trackedDetection(track: Track, colour: SeenColour | null): TrackedDetection | null {
  if (track.state !== 'tracked') return null;
  const box = clipToPicture(track.box);
  if (box.wNorm <= 0 || box.hNorm <= 0) return null;
  const { trackId, className, confidence } = track;
  return { trackId, className, confidence, ...box, ...(colour === null ? {} : { colour }) };
}

/**
 * Look at the pictures of one camera: motion gate, detector, tracker, rules. Every picture is given back.
 *
 * Pictures are judged strictly in order, whatever the order in which the detector's threads finish.
 * @throws what the detector throws, after the picture it concerns was given back.
 */
export async function* analyseFrames(
  frames: AsyncIterable<BorrowedFrame>,
  options: AnalysisOptions,
): AsyncGenerator<AnalysedFrame, void, undefined> {
  const {
    cameraId,
    zones,
    rules,
    detector,
    framesInFlight,
    geometry = () => null,
    fireModel = null,
  } = options;
  const scene = createScene({ cameraId, zones, rules, geometry });
  const tracker = createTracker({
    cameraId,
    reportThreshold: detector.reportThreshold,
    continueThreshold: detector.continueThreshold,
  });
  const inFlight: { readonly frame: BorrowedFrame; readonly detections: Promise<Detection[] | null> }[] = [];

  let looks: readonly LookResult[] = [];

  const judge = async (
    frame: BorrowedFrame,
    detections: readonly Detection[] | null,
  ): Promise<AnalysedFrame> => {
    const tracks = tracker.step({ capturedAtMs: frame.capturedAtMs, detections });
    const { events, looks: asked } = scene.step({ ...pictureOf(frame), tracks, looks });
    looks = fireModel === null ? [] : await lookAt(frame, asked, fireModel);
    const seen =
      detections === null
        ? []
        : tracks.flatMap((track) => trackedDetection(track, scene.colourOf(track)) ?? []);
    return {
      capturedAtMs: frame.capturedAtMs,
      mediaTimeMs: frame.mediaTimeMs,
      observation:
        seen.length === 0 ? null : { cameraId, capturedAtMs: frame.capturedAtMs, detections: seen },
      drafts: events,
      sourceWidthPx: frame.sourceWidthPx,
      sourceHeightPx: frame.sourceHeightPx,
      wasDetected: detections !== null,
    };
  };
  const finishOldest = async (): Promise<AnalysedFrame> => {
    const oldest = inFlight.shift();
    if (oldest === undefined) throw new RangeError('Nothing is in flight.');
    try {
      return await judge(oldest.frame, await oldest.detections);
    } finally {
      oldest.frame.release();
    }
  };

  try {
    for await (const frame of frames) {
      const detections = scene.needsDetection(frame) ? detector.detect(frame) : Promise.resolve(null);
      // Whoever waits for it sees the error; until then it must not count as unhandled.
      detections.catch(() => undefined);
      inFlight.push({ frame, detections });
      if (inFlight.length > framesInFlight) yield await finishOldest();
    }
    while (inFlight.length > 0) yield await finishOldest();
  } finally {
    // A reader that leaves early: the threads may still be reading these pictures.
    for (const { frame, detections } of inFlight) {
      await detections.catch(() => undefined);
      frame.release();
    }
  }
}

/** Room around what seems to burn, so that the model sees what it burns on. */
const roomAround = 1.8;

async function lookAt(
  frame: BorrowedFrame,
  asked: readonly Look[],
  model: DetectorPool,
): Promise<LookResult[]> {
  return await Promise.all(
    asked.map(async ({ box }): Promise<LookResult> => {
      const [seen] = await model.detect(cropAround(frame, box, roomAround), { minConfidence: 0 });
      return { box, pFire: seen?.confidence ?? 0 };
    }),
  );
}

const pictureOf = ({ capturedAtMs, widthPx, heightPx, data }: BorrowedFrame) => ({
  capturedAtMs,
  widthPx,
  heightPx,
  data,
});
