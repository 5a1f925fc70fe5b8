import type { BoxNorm, ParametersOf, SceneEventKind, Zone } from '../../../contracts/index.ts';
import type { Track } from '../../track/index.ts';
import type { Picture } from './analysis-grid.ts';
import type { Canvas } from './canvas.ts';
import type { Candidate, SceneEventDraft } from './draft.ts';
import type { Ground } from './ground.ts';
import type { TrackMemory } from './track-memory.ts';
import type { ViewCondition } from './view.ts';

/** What one picture says of the scene: computed once, read by every rule. Times in captured ms. */
export interface SceneFacts {
  readonly nowMs: number;
  /** Since the last picture, capped: a gap is no observation. */
  readonly dtMs: number;
  readonly picture: Picture;
  /** Zones of the camera that apply now; somebody may redraw them while it runs. */
  readonly zones: readonly Zone[];
  /** What the tracker says of this picture. */
  readonly tracks: readonly Track[];
  /** The ways of persons and vehicles of the last minutes. */
  readonly memory: TrackMemory;
  /** The picture made small, its learnt layers, its moving regions, and where it lies against the background. */
  readonly canvas: Canvas;
  /** The ground in metres; null where the camera's geometry is not known. */
  readonly ground: Ground | null;
  /** Answers to what rules asked of the fire model with the picture before. */
  readonly looks: readonly LookResult[];
  /** Whether the camera still shows its scene. */
  readonly view: ViewCondition;
  /** Until then the light or the camera changes as a whole: nothing is learnt, and what comes to rest is doubtful. */
  readonly heldUntilMs: number;
  readonly isHeld: boolean;
  /**
   * `same`: the scene goes on. `interrupted`: pictures are missing, or the background begins anew: what was coming to
   * rest cannot be told any more. `newView`: another picture size: nothing that was seen can be found again.
   */
  readonly continuity: 'same' | 'interrupted' | 'newView';
  /** The background begins anew with this picture because the light has changed: what rested there before rests still. */
  readonly isRelit: boolean;
}

/** A place of the picture at which a rule wants the fire model to look. */
export interface Look {
  readonly box: BoxNorm;
}

/** What the fire model saw there, 0 … 1. */
export interface LookResult extends Look {
  readonly pFire: number;
}

export interface RuleStep {
  /** Events that began, changed or ended with this picture. */
  readonly drafts: readonly SceneEventDraft[];
  /** Answered with the next picture, where there is a model to ask. */
  readonly looks?: readonly Look[];
  readonly candidates?: readonly Candidate[];
  readonly rejected?: readonly Candidate[];
}

/** One kind of event on one camera. It keeps its own state; the same facts in the same order give the same drafts. */
export interface SceneRule {
  step(facts: SceneFacts): RuleStep;
  /** It watches something for which the detector must look once a second although nothing moves. */
  needsDetector?(): boolean;
  /** It follows something that it wants to see in every picture although nothing moves. */
  needsEveryPicture?(): boolean;
}

export interface RuleContext<K extends SceneEventKind> {
  readonly cameraId: string;
  readonly kind: K;
  /** Part of every event id. */
  readonly ruleId: string;
  readonly parameters: ParametersOf<K>;
}

export type RuleFactory<K extends SceneEventKind> = (context: RuleContext<K>) => SceneRule;
