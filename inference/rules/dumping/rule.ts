import type { ParametersOf, Zone } from '../../../contracts/index.ts';
import { clipToPicture, iou } from '../../track/index.ts';
import type { Canvas } from '../scene/canvas.ts';
import type { Candidate, SceneEventDraft } from '../scene/draft.ts';
import { type Evidence, followThing, keepEvidence, presenceOf } from '../scene/evidence.ts';
import type { CellBox } from '../scene/regions.ts';
import type { RuleContext, RuleFactory, RuleStep, SceneFacts, SceneRule } from '../scene/scene-rule.ts';
import { dumpingPlace, watchSettings } from './place.ts';
import { endDraft, makeDraft, moveDraft } from './draft.ts';
import { observe } from './observe.ts';
import { rules } from './parameters.ts';
import { isTold, judge, leftAbove, type RestingThing, type Verdict } from './resting-thing.ts';
import { absorbThing, findThings, touches } from './things.ts';

type DumpingParameters = ParametersOf<'illegal_dumping'>;

interface OpenEvent {
  evidence: Evidence;
  bounds: CellBox;
  draft: SceneEventDraft;
  /** Since when the ground shows where the thing was. */
  goneSinceMs: number | null;
}

/** Things that somebody brought and left. */
export const createDumpingRule: RuleFactory<'illegal_dumping'> = (context) => new Dumping(context);

class Dumping implements SceneRule {
  readonly #cameraId: string;
  readonly #rule: DumpingParameters;
  readonly #ruleId: string;
  #zones: readonly Zone[] = [];
  #things: RestingThing[] = [];
  #open: OpenEvent[] = [];
  #searchedAtMs = Number.NEGATIVE_INFINITY;

  constructor({ cameraId, ruleId, parameters }: RuleContext<'illegal_dumping'>) {
    this.#cameraId = cameraId;
    this.#ruleId = ruleId;
    this.#rule = parameters;
  }

  needsDetector(): boolean {
    return this.#things.length > 0;
  }

  step(facts: SceneFacts): RuleStep {
    const { canvas, nowMs, dtMs, tracks, memory, isHeld, heldUntilMs, continuity, zones } = facts;
    this.#zones = zones;
    if (continuity !== 'same') this.#things = [];
    if (continuity === 'newView') this.#open = [];
    for (const thing of this.#things) {
      const { awayWidths } = this.#ruleAt(thing);
      observe(canvas, thing, { memory, tracks, nowMs, dtMs, awayWidths });
    }
    const drafts = isHeld ? [] : this.#watchOpen(canvas, nowMs, dtMs);
    const rejected: Candidate[] = [];
    if (!isHeld && nowMs - this.#searchedAtMs >= rules.searchEveryMs) {
      this.#searchedAtMs = nowMs;
      this.#things = findThings(canvas, this.#things, nowMs, heldUntilMs);
      this.#judgeAll(canvas, nowMs, drafts, rejected);
    }
    const candidates = this.#things.map((thing) => describe(thing, this.#judge(thing, nowMs)));
    return { drafts, rejected, candidates };
  }

  /** The rule where a thing lies: the zone's own values instead of the common ones. */
  #ruleAt(thing: RestingThing): DumpingParameters {
    return { ...this.#rule, ...watchSettings(clipToPicture(thing.box), this.#zones) };
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
    const place = dumpingPlace(clipToPicture(thing.box), this.#zones, nowMs);
    if (place.kind === 'unwatched') return { kind: 'reject', because: 'ignored-zone' };
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
    const place = dumpingPlace(clipToPicture(thing.box), this.#zones, nowMs);
    if (place.kind === 'unwatched') return null;
    const draft = makeDraft(thing, nowMs, verdict, {
      cameraId: this.#cameraId,
      ruleId: this.#ruleId,
      zoneId: place.zoneId,
      suppression: place.kind === 'suppressed' ? { zoneId: place.zoneId, because: place.because } : null,
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
