import type { Zone } from '../../../contracts/index.ts';
import { createTracker } from '../../track/index.ts';
import { createScene, type SceneEventDraft, type SceneOptions } from '../index.ts';
import { beganAtMs, type StreetPicture } from './street.ts';

export interface SceneRun {
  /** The last revision of every event. */
  readonly events: readonly SceneEventDraft[];
  readonly revisions: readonly SceneEventDraft[];
  readonly rejections: readonly string[];
  readonly detectorRuns: number;
}

export type RunOptions = Pick<SceneOptions, 'rules' | 'geometry'> & { readonly zones?: readonly Zone[] };

/** Tracker and scene over a video, as the worker runs them. */
export function runScene(pictures: Iterable<StreetPicture>, options: RunOptions = {}): SceneRun {
  const cameraId = '33020300001320000101';
  const tracker = createTracker({ cameraId });
  const scene = createScene({ cameraId, ...options, zones: () => options.zones ?? [] });
  const revisions: SceneEventDraft[] = [];
  const rejections: string[] = [];
  let detectorRuns = 0;
  for (const picture of pictures) {
    const isNeeded = scene.needsDetection(picture);
    if (isNeeded) detectorRuns++;
    const detections = isNeeded ? picture.detections : null;
    const tracks = tracker.step({ capturedAtMs: picture.capturedAtMs, detections });
    const step = scene.step({ ...picture, tracks });
    revisions.push(...step.events);
    rejections.push(...step.rejected.map((one) => one.verdict));
  }
  const latest = new Map(revisions.map((one) => [one.eventId, one]));
  return { events: [...latest.values()], revisions, rejections, detectorRuns };
}

/** Seconds from the first picture. */
export const secondsOf = (ms: number | null | undefined): number =>
  ms === null || ms === undefined ? Number.NaN : (ms - beganAtMs) / 1_000;
