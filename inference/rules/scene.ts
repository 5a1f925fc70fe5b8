import { clipToPicture, iou } from '../track/index.ts';
import { type Canvas, makeCanvas, markOccupied, seePicture } from './canvas.ts';
import { endDraft, makeDraft, moveDraft } from './draft.ts';
import { resetLayers, stepLayers } from './layers.ts';
import { createMotionGate } from './motion-gate.ts';
import { observe } from './observe.ts';
import { followThing, keepEvidence, presenceOf, type Evidence } from './open-event.ts';
import { rules } from './parameters.ts';
import type { CellBox } from './regions.ts';
import {
  type DumpingRule,
  isTold,
  judge,
  leftAbove,
  type RestingThing,
  type Verdict,
} from './resting-thing.ts';
import type {
  Candidate,
  Scene,
  SceneEventDraft,
  SceneInput,
  SceneOptions,
  SceneStep,
} from './scene-options.ts';
import { absorbThing, findThings, touches } from './things.ts';
import { noteTracks, type TrackMemory } from './track-memory.ts';
import { zoneOf } from './zones.ts';

interface OpenEvent {
  evidence: Evidence;
  bounds: CellBox;
  draft: SceneEventDraft;
  /** Since when the ground shows where the thing was. */
  goneSinceMs: number | null;
}

/** The state of one camera's scene. Deterministic: the same pictures and tracks give the same events. */
export function createScene(options: SceneOptions): Scene {
  return new DumpingScene(options);
}

class DumpingScene implements Scene {
  readonly #cameraId: string;
  readonly #rule: DumpingRule;
  readonly #zones: NonNullable<SceneOptions['zones']>;
  readonly #gate = createMotionGate();
  readonly #memory: TrackMemory = new Map();
  #canvas: Canvas | null = null;
  #lastMs = Number.NEGATIVE_INFINITY;
  #things: RestingThing[] = [];
  #open: OpenEvent[] = [];
  #searchedAtMs = Number.NEGATIVE_INFINITY;
  /** The light or the camera changed as a whole: until then nothing is learnt, and what comes to rest is doubtful. */
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #heldSinceMs = Number.NEGATIVE_INFINITY;
  #coveredBefore = 0;
  #movedAtMs = Number.NEGATIVE_INFINITY;
  #detectedAtMs = Number.NEGATIVE_INFINITY;

  constructor({ cameraId, dumping = {}, zones = [] }: SceneOptions) {
    this.#cameraId = cameraId;
    this.#rule = { ...rules.dumping, ...dumping };
    this.#zones = zones;
  }

  needsDetection({ capturedAtMs, data, widthPx, heightPx }: Parameters<Scene['needsDetection']>[0]): boolean {
    if (this.#gate.step(capturedAtMs, data, widthPx, heightPx).isMoving) this.#movedAtMs = capturedAtMs;
    const sinceDetectionMs = capturedAtMs - this.#detectedAtMs;
    const isNeeded =
      capturedAtMs - this.#movedAtMs <= rules.detectAfterMotionMs ||
      (this.#things.length > 0 && sinceDetectionMs >= rules.detectCandidateEveryMs) ||
      sinceDetectionMs >= rules.detectAnywayEveryMs;
    if (isNeeded) this.#detectedAtMs = capturedAtMs;
    return isNeeded;
  }

  step(input: SceneInput): SceneStep {
    const nowMs = input.capturedAtMs;
    if (nowMs <= this.#lastMs) return { events: [], candidates: [], rejected: [] };
    const canvas = this.#canvasFor(input);
    const gapMs = nowMs - this.#lastMs;
    const dtMs = Math.min(gapMs, rules.maxStepMs);
    if (gapMs > rules.maxGapMs && Number.isFinite(gapMs)) this.#resume(canvas, nowMs);
    this.#lastMs = nowMs;
    noteTracks(this.#memory, input.tracks, nowMs, rules.forgetTrackMs);
    const gain = seePicture(canvas, input);
    const isYoung = nowMs - canvas.beganAtMs < rules.layers.youngMs;
    this.#learn(canvas, nowMs, dtMs, gain, isYoung ? markOccupied(canvas, input.tracks) : null);
    canvas.movers.note(canvas.layers, nowMs);
    const isHeld = nowMs < this.#heldUntilMs;
    const context = { memory: this.#memory, tracks: input.tracks, nowMs, dtMs };
    for (const thing of this.#things) {
      const { awayWidths } = this.#ruleAt(thing);
      observe(canvas, thing, { ...context, awayWidths });
    }
    const events = isHeld ? [] : this.#watchOpen(canvas, nowMs, dtMs);
    const rejected: Candidate[] = [];
    if (!isHeld && nowMs - this.#searchedAtMs >= rules.searchEveryMs) {
      this.#searchedAtMs = nowMs;
      this.#things = findThings(canvas, this.#things, nowMs, this.#heldUntilMs);
      this.#judgeAll(canvas, nowMs, events, rejected);
    }
    const candidates = this.#things.map((thing) => describe(thing, this.#judge(thing, nowMs)));
    return { events, rejected, candidates };
  }

  /** The rule where a thing lies: the zone's own values instead of the common ones. */
  #ruleAt(thing: RestingThing): DumpingRule {
    return { ...this.#rule, ...zoneOf(clipToPicture(thing.box), this.#zones)?.rule };
  }

  #canvasFor(input: SceneInput): Canvas {
    const { widthPx, heightPx } = input;
    if (this.#canvas?.widthPx === widthPx && this.#canvas.heightPx === heightPx) return this.#canvas;
    this.#canvas = makeCanvas(input);
    // Another picture size is another view: what was watched cannot be found again in it.
    this.#things = [];
    this.#open = [];
    this.#lastMs = Number.NEGATIVE_INFINITY;
    return this.#canvas;
  }

  /** After a gap nobody knows what happened in between. */
  #resume({ layers }: Canvas, nowMs: number): void {
    layers.trialSinceMs.fill(-1);
    this.#things = [];
    this.#heldUntilMs = nowMs + rules.holdMs;
    this.#heldSinceMs = nowMs;
  }

  #learn(
    { grid, layers, beganAtMs }: Canvas,
    nowMs: number,
    dtMs: number,
    gain: number,
    occupied: Uint8Array | null,
  ): void {
    const isHeld = nowMs < this.#heldUntilMs;
    const step = { nowMs: nowMs - beganAtMs, dtMs, gain, isLearning: !isHeld, occupied };
    const covered = stepLayers(layers, grid, step, rules.layers);
    const isSudden = this.#coveredBefore < rules.globalChangeShare / 2;
    this.#coveredBefore = covered;
    if (covered <= rules.globalChangeShare || (!isHeld && !isSudden)) return;
    if (!isHeld) this.#heldSinceMs = nowMs;
    this.#heldUntilMs = nowMs + rules.holdMs;
    if (nowMs - this.#heldSinceMs <= rules.giveUpHoldMs) return;
    // It stays different: another light or another view, to be learnt anew.
    resetLayers(layers, grid);
    this.#things = [];
    this.#heldUntilMs = nowMs;
  }

  /** Look after what was raised: is it still there? */
  #watchOpen(canvas: Canvas, nowMs: number, dtMs: number): SceneEventDraft[] {
    const events: SceneEventDraft[] = [];
    for (const open of this.#open) {
      const { thingShare, groundShare } = presenceOf(open.evidence, canvas.grid);
      if (thingShare > 0.5) followThing(open.evidence, canvas.grid, dtMs);
      if (groundShare < rules.clearedShare) {
        open.goneSinceMs = null;
        continue;
      }
      open.goneSinceMs ??= nowMs;
      if (nowMs - open.goneSinceMs < rules.clearedAfterMs) continue;
      const shifted = this.#things.find((thing) => isShifted(open, thing));
      if (shifted === undefined) {
        open.draft = endDraft(open.draft, open.goneSinceMs, nowMs, groundShare);
      } else {
        this.#things = this.#things.filter((thing) => thing !== shifted);
        this.#anchor(canvas, open, shifted, 'replace');
      }
      events.push(open.draft);
    }
    this.#open = this.#open.filter((open) => open.draft.phase !== 'ended');
    return events;
  }

  /** The raised thing lies differently now, or the heap has grown. One heap, one event. */
  #anchor(canvas: Canvas, open: OpenEvent, thing: RestingThing, how: 'replace' | 'add'): void {
    const evidence = keepEvidence(canvas.layers, thing.cells, thing.bounds);
    absorbThing(canvas, thing);
    if (how === 'replace') {
      open.evidence = evidence;
      open.bounds = thing.bounds;
    }
    open.goneSinceMs = null;
    open.draft = moveDraft(open.draft, thing.box, how);
  }

  #judge(thing: RestingThing, nowMs: number): Verdict {
    const zone = zoneOf(clipToPicture(thing.box), this.#zones);
    if (zone === null) return { kind: 'reject', because: 'ignored-zone' };
    return judge(thing, nowMs, this.#ruleAt(thing));
  }

  #judgeAll(canvas: Canvas, nowMs: number, events: SceneEventDraft[], rejected: Candidate[]): void {
    const staying: RestingThing[] = [];
    for (const thing of this.#things) {
      const verdict = this.#judge(thing, nowMs);
      if (verdict.kind === 'raise') {
        const event = this.#raise(canvas, thing, nowMs, verdict);
        if (event !== null) events.push(event);
        continue;
      }
      if (verdict.kind === 'reject' && isTold(verdict.because, nowMs - thing.restSinceMs)) {
        rejected.push(describe(thing, verdict));
        absorbThing(canvas, thing);
      } else staying.push(thing);
    }
    this.#things = staying;
  }

  #raise(
    canvas: Canvas,
    thing: RestingThing,
    nowMs: number,
    verdict: Extract<Verdict, { kind: 'raise' }>,
  ): SceneEventDraft | null {
    const heap = this.#open.find((open) => touches(open.bounds, thing.bounds));
    if (heap !== undefined) {
      const before = heap.draft;
      this.#anchor(canvas, heap, thing, 'add');
      // A sliver that was hidden at first is no news.
      if (iou(before.box, heap.draft.box) > rules.sameBoxIou) heap.draft = before;
      return heap.draft === before ? null : heap.draft;
    }
    const zone = zoneOf(clipToPicture(thing.box), this.#zones);
    const draft = makeDraft(thing, nowMs, verdict, {
      cameraId: this.#cameraId,
      zoneId: zone?.zoneId ?? '',
      rule: this.#ruleAt(thing),
    });
    const evidence = keepEvidence(canvas.layers, thing.cells, thing.bounds);
    absorbThing(canvas, thing);
    this.#open.push({ evidence, bounds: thing.bounds, draft, goneSinceMs: null });
    return draft;
  }
}

/** A resting thing beside a raised one that has gone from its place: it was pushed or tipped over. */
const isShifted = (open: OpenEvent, thing: RestingThing): boolean =>
  touches(open.bounds, thing.bounds) &&
  thing.appearance.leftScore >= leftAbove &&
  thing.clearMs >= 1_500 &&
  Math.abs(thing.restSinceMs - (open.goneSinceMs ?? 0)) < 6_000;

const describe = (thing: RestingThing, verdict: Verdict): Candidate => ({
  box: thing.box,
  restSinceMs: thing.restSinceMs,
  verdict: verdict.kind === 'raise' ? 'raise' : `${verdict.kind}: ${verdict.because}`,
  leftScore: thing.appearance.leftScore,
  selfArrival: thing.selfArrival,
  calmShare: thing.calmMs / Math.max(thing.lookedMs, 1),
  coveredShare: thing.coveredMs / Math.max(thing.lookedMs, 1),
  bringerTrackId: thing.bringer?.trackId ?? null,
});
