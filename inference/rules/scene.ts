import {
  eventKinds,
  type RuleParameters,
  type SceneEventKind,
  type SeenColour,
  type Zone,
} from '../../contracts/index.ts';
import type { Track } from '../track/index.ts';
import { ruleFactories } from './registry.ts';
import type { Picture } from './scene/analysis-grid.ts';
import { type Canvas, makeCanvas, markOccupied, seePicture } from './scene/canvas.ts';
import type { Candidate, SceneEventDraft } from './scene/draft.ts';
import { type CameraGeometry, type Ground, groundOf } from './scene/ground.ts';
import { stepLayers } from './scene/layers.ts';
import { createDamageWatch } from './scene/damage.ts';
import { relightLayers } from './scene/relight.ts';
import { createMotionGate } from './scene/motion-gate.ts';
import { sceneParameters as parameters } from './scene/parameters.ts';
import type { Look, LookResult, RuleFactory, RuleStep, SceneFacts, SceneRule } from './scene/scene-rule.ts';
import { ViewWatch } from './scene/view.ts';
import { noteTracks, type TrackMemory } from './scene/track-memory.ts';
import { colourOf, noteColours } from './scene/vehicle-colour.ts';

export interface SceneOptions {
  readonly cameraId: string;
  /** By rule id; what is left out is the rule's own. */
  readonly rules?: { readonly [R in keyof RuleParameters]?: Partial<RuleParameters[R]> };
  /** How the camera stands over the ground, asked for until it is known. */
  readonly geometry?: () => CameraGeometry | null;
  /** Asked for with every picture: somebody may redraw them while the camera runs. */
  readonly zones?: () => readonly Zone[];
}

export interface SceneInput extends Picture {
  /** What the tracker says of the same picture. */
  readonly tracks: readonly Track[];
  /** Answers to the `looks` of the step before; left out: there is no model to ask. */
  readonly looks?: readonly LookResult[];
}

export interface SceneStep {
  /** Where the fire model should look at this picture; the answers go into the next step. */
  readonly looks: readonly Look[];
  readonly events: readonly SceneEventDraft[];
  readonly candidates: readonly Candidate[];
  /** Candidates that were given up in this step, with the reason. */
  readonly rejected: readonly Candidate[];
}

export interface Scene {
  /**
   * Cheap look at a picture before the detector: does it pay to run it? Call it once for every picture, before `step`.
   * True while something moves, while a rule watches something (once a second), and every ten seconds.
   */
  needsDetection(picture: Picture): boolean;
  /**
   * One picture further. Captured time only goes forward: a picture that is not later than the last is left out, and
   * so are most pictures of a scene in which nothing has moved for a while. The picture is read, not kept.
   */
  step(input: SceneInput): SceneStep;
  /** What the looks at a vehicle so far agree on; null for whoever is none. */
  colourOf(track: Track): SeenColour | null;
}

/** The state of one camera's scene. Deterministic: the same pictures and tracks give the same events. */
export function createScene(options: SceneOptions): Scene {
  return new CameraScene(options);
}

function createRules({ cameraId, rules = {} }: SceneOptions): SceneRule[] {
  return Object.entries(ruleFactories).map(([name, factory]) => {
    const kind = name as SceneEventKind;
    const { ruleId, defaults } = eventKinds[kind];
    // The registry pairs each kind with the factory of the same kind; a loop over it cannot say so.
    const create = factory as RuleFactory<SceneEventKind>;
    const given = { ...defaults, ...rules[ruleId] };
    return create({ cameraId, kind, ruleId, parameters: given });
  });
}

class CameraScene implements Scene {
  readonly #rules: readonly SceneRule[];
  readonly #zones: () => readonly Zone[];
  readonly #geometry: () => CameraGeometry | null;
  #ground: Ground | null = null;
  readonly #view: ViewWatch;
  readonly #gate = createMotionGate();
  readonly #damage = createDamageWatch();
  readonly #memory: TrackMemory = new Map();
  #canvas: Canvas | null = null;
  #lastMs = Number.NEGATIVE_INFINITY;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #heldSinceMs = Number.NEGATIVE_INFINITY;
  #coveredBefore = 0;
  #gatedAtMs = Number.NEGATIVE_INFINITY;
  #movedAtMs = Number.NEGATIVE_INFINITY;
  #detectedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SceneOptions) {
    this.#rules = createRules(options);
    this.#view = new ViewWatch({ ...eventKinds.camera_tamper.defaults, ...options.rules?.tamper });
    this.#zones = options.zones ?? (() => []);
    this.#geometry = options.geometry ?? (() => null);
  }

  needsDetection({ capturedAtMs, data, widthPx, heightPx }: Picture): boolean {
    this.#gatedAtMs = capturedAtMs;
    if (this.#gate.step(capturedAtMs, data, widthPx, heightPx).isMoving) this.#movedAtMs = capturedAtMs;
    const sinceDetectionMs = capturedAtMs - this.#detectedAtMs;
    const isNeeded =
      capturedAtMs - this.#movedAtMs <= parameters.detectAfterMotionMs ||
      sinceDetectionMs >= parameters.detectAnywayEveryMs ||
      (sinceDetectionMs >= parameters.detectCandidateEveryMs &&
        this.#rules.some((rule) => rule.needsDetector?.() === true));
    if (isNeeded) this.#detectedAtMs = capturedAtMs;
    return isNeeded;
  }

  colourOf({ trackId, className }: Track): SeenColour | null {
    const path = this.#memory.get(trackId);
    return path === undefined ? null : colourOf(className, path.colours);
  }

  step(input: SceneInput): SceneStep {
    if (input.capturedAtMs <= this.#lastMs || this.#isIdle(input))
      return { events: [], looks: [], candidates: [], rejected: [] };
    const facts = this.#see(input);
    const steps = this.#rules.map((rule): RuleStep => rule.step(facts));
    return {
      events: steps.flatMap(({ drafts }) => drafts),
      looks: steps.flatMap(({ looks = [] }) => looks),
      candidates: steps.flatMap(({ candidates = [] }) => candidates),
      rejected: steps.flatMap(({ rejected = [] }) => rejected),
    };
  }

  /** The next picture would say the same as the last: nothing moves, and no rule waits for anything. */
  #isIdle({ capturedAtMs, widthPx, heightPx }: Picture): boolean {
    const { idleAfterMs, idleStepMs } = parameters;
    const canvas = this.#canvas;
    return (
      canvas !== null &&
      canvas.widthPx === widthPx &&
      canvas.heightPx === heightPx &&
      // Without the gate nobody knows whether anything moves.
      this.#gatedAtMs >= capturedAtMs &&
      capturedAtMs - this.#movedAtMs > idleAfterMs &&
      capturedAtMs - this.#lastMs < idleStepMs &&
      capturedAtMs >= this.#heldUntilMs &&
      // The layers see by less than the gate does, in the dark above all.
      !canvas.movers.isMoving &&
      !this.#rules.some((rule) => rule.needsDetector?.() === true || rule.needsEveryPicture?.() === true)
    );
  }

  #see(input: SceneInput): SceneFacts {
    const nowMs = input.capturedAtMs;
    const isNewView = this.#canvas?.widthPx !== input.widthPx || this.#canvas.heightPx !== input.heightPx;
    const canvas = isNewView ? makeCanvas(input) : (this.#canvas ?? makeCanvas(input));
    this.#canvas = canvas;
    if (isNewView) this.#ground = null;
    this.#ground ??= this.#groundOf(input);
    // Another picture size is another view: there is no gap between the two.
    const gapMs = isNewView ? Number.POSITIVE_INFINITY : nowMs - this.#lastMs;
    const dtMs = Math.min(gapMs, parameters.maxStepMs);
    let isInterrupted = gapMs > parameters.maxGapMs && Number.isFinite(gapMs);
    if (isInterrupted) this.#resume(canvas, nowMs);
    this.#lastMs = nowMs;
    noteTracks(this.#memory, input.tracks, nowMs, parameters.forgetTrackMs);
    const gain = seePicture(canvas, input);
    // What is not of the scene teaches nothing, and nothing is judged by it.
    const damage = this.#damage.step(canvas.grid, canvas.layers.background.luma, dtMs);
    const isDamaged = damage !== null;
    if (isDamaged) {
      if (nowMs >= this.#heldUntilMs) this.#heldSinceMs = nowMs;
      this.#heldUntilMs = Math.max(this.#heldUntilMs, nowMs + parameters.damagedHoldMs);
    }
    const isYoung = nowMs - canvas.beganAtMs < parameters.layers.youngMs;
    const occupied = isYoung ? markOccupied(canvas, input.tracks) : null;
    const isAnew = this.#learn(canvas, nowMs, dtMs, { gain, occupied, isFrozen: isDamaged });
    const isRelit = isAnew && !isInterrupted;
    isInterrupted ||= isAnew;
    canvas.movers.note(canvas.layers, nowMs);
    if (!isDamaged) noteColours(this.#memory, canvas, input.tracks, nowMs);
    if (isNewView) this.#view.reset();
    const scene = { canvas, tracks: input.tracks, coveredShare: this.#coveredBefore, dtMs, damage };
    const view = this.#view.step(input, scene);
    // What the camera shows may not be its scene: nothing is learnt from it, and nothing is raised of it.
    if (view.isDoubtful) this.#heldUntilMs = Math.max(this.#heldUntilMs, nowMs + parameters.holdMs);
    return {
      nowMs,
      dtMs,
      picture: input,
      zones: this.#zones(),
      looks: input.looks ?? [],
      tracks: input.tracks,
      memory: this.#memory,
      canvas,
      ground: this.#ground,
      view,
      heldUntilMs: this.#heldUntilMs,
      isHeld: nowMs < this.#heldUntilMs,
      isRelit,
      continuity: isNewView ? 'newView' : isInterrupted ? 'interrupted' : 'same',
    };
  }

  #groundOf({ widthPx, heightPx }: Picture): Ground | null {
    const geometry = this.#geometry();
    return geometry === null ? null : groundOf(geometry, widthPx / heightPx);
  }

  /** After a gap nobody knows what happened in between. */
  #resume({ layers }: Canvas, nowMs: number): void {
    layers.trialSinceMs.fill(-1);
    this.#heldUntilMs = nowMs + parameters.holdMs;
    this.#heldSinceMs = nowMs;
  }

  /** @returns whether the background was given up and begins anew. */
  #learn(
    { loops, grid, layers, beganAtMs }: Canvas,
    nowMs: number,
    dtMs: number,
    seen: { readonly gain: number; readonly occupied: Uint8Array | null; readonly isFrozen: boolean },
  ): boolean {
    const isHeld = nowMs < this.#heldUntilMs;
    const step = { nowMs: nowMs - beganAtMs, dtMs, isLearning: !isHeld, ...seen };
    const covered = stepLayers(loops, layers, grid, step, parameters.layers);
    const isSudden = this.#coveredBefore < parameters.globalChangeShare / 2;
    this.#coveredBefore = covered;
    if (seen.isFrozen || covered <= parameters.globalChangeShare || (!isHeld && !isSudden)) return false;
    if (!isHeld) this.#heldSinceMs = nowMs;
    this.#heldUntilMs = nowMs + parameters.holdMs;
    if (nowMs - this.#heldSinceMs <= parameters.giveUpHoldMs) return false;
    // It stays different: another light or another view, to be learnt anew.
    relightLayers(layers, grid);
    this.#heldUntilMs = nowMs;
    return true;
  }
}
