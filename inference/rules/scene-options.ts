import type { BoxNorm, SceneEvent } from '../../contracts/index.ts';
import type { ZoneConfig } from '../../kernel/index.ts';
import type { Track } from '../track/index.ts';
import type { Picture } from './analysis-grid.ts';
import type { DumpingRule } from './resting-thing.ts';

export interface SceneOptions {
  readonly cameraId: string;
  /** Default: 10 s at rest, bringer 3 s further away than 2 of their widths. */
  readonly dumping?: Partial<DumpingRule>;
  readonly zones?: readonly ZoneConfig[];
}

export interface SceneInput extends Picture {
  /** What the tracker says of the same picture. */
  readonly tracks: readonly Track[];
}

/** A scene event as far as pixels tell it; the shell adds media and where the camera stands. */
export type SceneEventDraft = Omit<
  SceneEvent,
  'areaCode' | 'sourceWidthPx' | 'sourceHeightPx' | 'location' | 'poleNumber' | 'clockOffsetMs' | 'media'
>;

/** What is being watched and why nothing was raised of it yet: for the lab and for logs. */
export interface Candidate {
  readonly box: BoxNorm;
  readonly restSinceMs: number;
  readonly verdict: string;
  readonly leftScore: number;
  readonly selfArrival: number | null;
  readonly calmShare: number;
  readonly coveredShare: number;
  readonly bringerTrackId: string | null;
}

export interface SceneStep {
  readonly events: readonly SceneEventDraft[];
  readonly candidates: readonly Candidate[];
  /** Candidates that were given up in this step, with the reason. */
  readonly rejected: readonly Candidate[];
}

export interface Scene {
  /**
   * Cheap look at a picture before the detector: does it pay to run it? Call it once for every picture, before `step`.
   * True while something moves, while a candidate is open (once a second), and every ten seconds.
   */
  needsDetection(picture: Picture): boolean;
  /**
   * One picture further. Captured time only goes forward: a picture that is not later than the last is left out.
   * The picture is read, not kept.
   */
  step(input: SceneInput): SceneStep;
}
