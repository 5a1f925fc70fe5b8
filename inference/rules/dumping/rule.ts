import type { ParametersOf, Zone } from '../../../contracts/index.ts';
import { clipToPicture, iou } from '../../track/index.ts';
import type { Canvas } from '../scene/canvas.ts';
import type { Candidate, SceneEventDraft } from '../scene/draft.ts';
import type { Ground } from '../scene/ground.ts';
import type { RuleContext, RuleFactory, RuleStep, SceneFacts, SceneRule } from '../scene/scene-rule.ts';
import { heightOf } from '../scene/regions.ts';
import { dumpingPlace, watchSettings } from './place.ts';
import { endDraft, joinDraft, makeDraft, moveDraft } from './draft.ts';
import { observe } from './observe.ts';
import {
  bringersOf,
  growsOn,
  isSameVisit,
  isShifted,
  keepHeap,
  type OpenEvent,
  watchHeaps,
} from './open-event.ts';
import { rules } from './parameters.ts';
import { addPast, comesAgain, notePast, type PastLook } from './past-looks.ts';
import { isTold, judge, type Verdict } from './judge.ts';
import type { RestingThing } from './resting-thing.ts';
import {
  isSourceOf,
  learnOver,
  liesInOpening,
  noteAbsorbed,
  noteGone,
  noteLarge,
  type Opening,
  type Stander,
  watchStanders,
  wholeOf,
  whoStoodAt,
} from './standers.ts';
import { absorbThing, findThings, relitThings } from './things.ts';

type DumpingParameters = ParametersOf<'illegal_dumping'>;

/** Things that somebody brought and left. */
export const createDumpingRule: RuleFactory<'illegal_dumping'> = (context) => new Dumping(context);

class Dumping implements SceneRule {
  readonly #cameraId: string;
  readonly #rule: DumpingParameters;
  readonly #ruleId: string;
  #zones: readonly Zone[] = [];
  #ground: Ground | null = null;
  #things: RestingThing[] = [];
  #open: OpenEvent[] = [];
  #standers: Stander[] = [];
  #openings: Opening[] = [];
  #past: PastLook[] = [];
  #raster = '';
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
    const { canvas, nowMs, dtMs, tracks, memory, heldUntilMs, continuity, zones, view, ground } = facts;
    // A camera that does not show its scene is told as that; what it shows instead is no dumping.
    const isHeld = facts.isHeld || (view.fault !== null && view.fault !== 'frozen');
    this.#zones = zones;
    this.#ground = ground;
    if (continuity !== 'same') {
      this.#things = facts.isRelit ? relitThings(canvas, this.#things) : [];
      [this.#standers, this.#openings] = [[], []];
    }
    // Evidence lies on the raster: a stream that changes its size keeps what was raised where the raster is the same.
    const raster = `${canvas.grid.columns} ${canvas.grid.rows}`;
    if (continuity === 'newView' && raster !== this.#raster) [this.#open, this.#past] = [[], []];
    this.#raster = raster;
    for (const thing of isHeld ? [] : this.#things) {
      const { awayWidths } = this.#ruleAt(thing);
      observe(canvas, thing, { memory, tracks, nowMs, dtMs, awayWidths });
    }
    const drafts = isHeld ? [] : this.#watchOpen(canvas, nowMs, dtMs);
    const rejected: Candidate[] = [];
    if (!isHeld && nowMs - this.#searchedAtMs >= rules.searchEveryMs) {
      this.#searchedAtMs = nowMs;
      const before = this.#things;
      this.#things = findThings(canvas, before, nowMs, heldUntilMs, (region) => {
        learnOver(this.#standers, canvas, region.cells);
        noteLarge(this.#standers, canvas, region);
      });
      this.#noteStanders(canvas, before, nowMs);
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
      const gone = watchHeaps(open, canvas, nowMs, dtMs);
      const [first] = gone;
      if (first === undefined) continue;
      const shifted = this.#things.find((thing) => isShifted(first, thing, canvas));
      if (shifted !== undefined) {
        this.#things = this.#things.filter((thing) => thing !== shifted);
        open.heaps[open.heaps.indexOf(first)] = keepHeap(canvas, shifted);
        this.#absorb(canvas, shifted);
        open.draft = moveDraft(open.draft, shifted.box, open.heaps.length === 1 ? 'replace' : 'add');
        events.push(open.draft);
      } else if (gone.length === open.heaps.length) {
        const goneSinceMs = Math.max(...gone.map((heap) => heap.goneSinceMs ?? nowMs));
        open.draft = endDraft(open.draft, goneSinceMs, nowMs, first.groundShare);
        for (const { evidence } of open.heaps) addPast(this.#past, evidence, nowMs);
        events.push(open.draft);
      }
    }
    this.#open = this.#open.filter((open) => open.draft.phase !== 'ended');
    return events;
  }

  /** Who stood somewhere and left: where nobody was detected, that is who brought what lies there. */
  #noteStanders(canvas: Canvas, before: readonly RestingThing[], nowMs: number): void {
    for (const thing of before) {
      if (!this.#things.includes(thing)) noteGone(this.#standers, canvas, thing, nowMs);
    }
    this.#standers = watchStanders(this.#standers, canvas, nowMs);
    this.#openings = this.#openings.filter(({ sinceMs }) => nowMs - sinceMs <= rules.absorbAfterMs);
    for (const thing of this.#things) {
      thing.whole = wholeOf(thing, this.#things, this.#standers);
      thing.isInOpening ||= liesInOpening(this.#openings, thing);
      const stander = thing.bringer?.className === 'person' ? null : whoStoodAt(this.#standers, thing);
      thing.stoodBeside =
        stander === null ? null : { leftAtMs: stander.leftAtMs, isSource: isSourceOf(stander, thing) };
      if (stander === null || stander.leftAtMs === null) continue;
      thing.carrierHeight = Math.max(thing.carrierHeight, heightOf(stander.bounds));
    }
  }

  #judge(thing: RestingThing, nowMs: number): Verdict {
    const place = dumpingPlace(clipToPicture(thing.box), this.#zones, nowMs);
    if (place.kind === 'unwatched') return { kind: 'reject', because: 'ignored-zone' };
    return judge(thing, nowMs, this.#ruleAt(thing), this.#ground);
  }

  #judgeAll(canvas: Canvas, nowMs: number, events: SceneEventDraft[], rejected: Candidate[]): void {
    const staying: RestingThing[] = [];
    for (const thing of this.#things) {
      let verdict = this.#judge(thing, nowMs);
      if (verdict.kind === 'raise' && comesAgain(this.#past, canvas, thing))
        verdict = { kind: 'reject', because: 'seen-before' };
      if (verdict.kind === 'raise') {
        const event = this.#raise(canvas, thing, nowMs, verdict);
        if (event !== null) events.push(event);
        continue;
      }
      if (verdict.kind === 'reject' && isTold(verdict.because, nowMs - thing.restSinceMs)) {
        rejected.push(describe(thing, verdict));
        learnOver(this.#standers, canvas, thing.cells);
        noteAbsorbed(this.#standers, canvas, thing, nowMs);
        notePast(this.#past, canvas, thing, verdict.because, nowMs);
        if (verdict.because === 'removed') this.#openings.push(openingOf(thing));
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
    const grown = this.#open.find((open) => growsOn(open, thing));
    const sameVisit = grown ?? this.#open.find((open) => isSameVisit(open, thing));
    if (sameVisit !== undefined) return this.#join(canvas, sameVisit, thing, nowMs, verdict.departedAtMs);
    const place = dumpingPlace(clipToPicture(thing.box), this.#zones, nowMs);
    if (place.kind === 'unwatched') return null;
    const draft = makeDraft(thing, nowMs, verdict, {
      cameraId: this.#cameraId,
      ruleId: this.#ruleId,
      zoneId: place.zoneId,
      suppression: place.kind === 'suppressed' ? { zoneId: place.zoneId, because: place.because } : null,
      rule: this.#ruleAt(thing),
    });
    const heaps = [keepHeap(canvas, thing)];
    this.#absorb(canvas, thing);
    const bringers = new Set(bringersOf(thing));
    this.#open.push({ heaps, bringers, draft, lastDepartedMs: verdict.departedAtMs });
    return draft;
  }

  #absorb(canvas: Canvas, thing: RestingThing): void {
    learnOver(this.#standers, canvas, thing.cells);
    absorbThing(canvas, thing);
  }

  /** More on the same heap, or another heap of the same visit: one event. */
  #join(
    canvas: Canvas,
    open: OpenEvent,
    thing: RestingThing,
    nowMs: number,
    departedAtMs: number,
  ): SceneEventDraft | null {
    const heap = keepHeap(canvas, thing);
    this.#absorb(canvas, thing);
    open.heaps.push(heap);
    open.lastDepartedMs = Math.max(open.lastDepartedMs, departedAtMs);
    for (const id of bringersOf(thing)) open.bringers.add(id);
    const joined = joinDraft(open.draft, thing, nowMs);
    // A sliver that was hidden at first is no news.
    if (iou(open.draft.box, joined.box) > rules.sameBoxIou) return null;
    open.draft = joined;
    return joined;
  }
}

const openingOf = ({ bounds, area, restSinceMs }: RestingThing): Opening => ({
  bounds,
  area,
  sinceMs: restSinceMs,
});

const describe = (thing: RestingThing, verdict: Verdict): Candidate => ({
  box: thing.box,
  restSinceMs: thing.restSinceMs,
  verdict: verdict.kind === 'raise' ? 'raise' : `${verdict.kind}: ${verdict.because}`,
  leftScore: thing.appearance.leftScore,
  strangeScore: thing.appearance.strangeScore,
  movedShare: thing.appearance.movedShare,
  selfArrival: thing.selfArrival,
  calmShare: thing.calmMs / Math.max(thing.lookedMs, 1),
  coveredShare: thing.coveredMs / Math.max(thing.lookedMs, 1),
  bringerTrackId: thing.bringer?.trackId ?? null,
});
