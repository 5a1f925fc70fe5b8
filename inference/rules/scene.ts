import type { BoxNorm, RuleTraceEntry } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import { clipToPicture, isCarrier, type Track } from '../track/index.ts';
import { type AnalysisGrid, makeGrid, noShift, readPicture, type ShiftPx } from './analysis-grid.ts';
import { covers, findBringer, findContinuation, gapWidths, sideOf, whereabouts } from './bringer.ts';
import { absorbCell, type Layers, makeLayers, resetLayers, Shows, stepLayers } from './layers.ts';
import { appearanceOf } from './left-or-removed.ts';
import { findGain } from './light.ts';
import { createMotionGate } from './motion-gate.ts';
import { createMoverMemory, type MoverMemory } from './movers.ts';
import { type Evidence, followThing, keepEvidence, presenceOf } from './open-event.ts';
import { rules } from './parameters.ts';
import { type CellBox, createRegionFinder, heightOf, type Region, sharedCells, widthOf } from './regions.ts';
import { findShift, makeProjections, project, type Projections } from './registration.ts';
import {
  confidenceOf,
  type DumpingRule,
  judge,
  type Rejection,
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
import { noteTracks, type TrackMemory } from './track-memory.ts';
import { zoneOf } from './zones.ts';

/** Everything that hangs on the size of the picture. */
interface Canvas {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly grid: AnalysisGrid;
  readonly layers: Layers;
  readonly finder: ReturnType<typeof createRegionFinder>;
  readonly movers: MoverMemory;
  readonly mask: Uint8Array;
  readonly member: Uint8Array;
  readonly now: Projections;
  readonly reference: Projections;
  readonly beganAtMs: number;
}

interface OpenEvent {
  evidence: Evidence;
  bounds: CellBox;
  draft: SceneEventDraft;
  goneSinceMs: number | null;
}

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
  #shift: ShiftPx = noShift;
  #things: RestingThing[] = [];
  #open: OpenEvent[] = [];
  #ordinal = 0;
  #searchedAtMs = Number.NEGATIVE_INFINITY;
  /** Light or camera changed as a whole: until then nothing is learnt, and what comes to rest is doubtful. */
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
    const gain = this.#see(canvas, input);
    this.#learn(canvas, nowMs, dtMs, gain);
    canvas.movers.note(canvas.layers, nowMs);
    const events = this.#watchOpen(canvas, nowMs, dtMs);
    for (const thing of this.#things) this.#observe(canvas, thing, input.tracks, nowMs, dtMs);
    const rejected: Candidate[] = [];
    if (nowMs - this.#searchedAtMs >= rules.searchEveryMs && nowMs >= this.#heldUntilMs) {
      this.#searchedAtMs = nowMs;
      events.push(...this.#search(canvas, nowMs));
      this.#judgeAll(canvas, nowMs, events, rejected);
    }
    return {
      events,
      rejected,
      candidates: this.#things.map((thing) => describe(thing, this.#judge(thing, nowMs))),
    };
  }

  #canvasFor({ widthPx, heightPx, capturedAtMs }: SceneInput): Canvas {
    if (this.#canvas?.widthPx === widthPx && this.#canvas.heightPx === heightPx) return this.#canvas;
    const grid = makeGrid(widthPx, heightPx, rules.gridColumns);
    const { columns, rows } = grid;
    this.#canvas = {
      widthPx,
      heightPx,
      grid,
      layers: makeLayers(columns, rows),
      finder: createRegionFinder(columns, rows),
      movers: createMoverMemory(columns, rows, rules.moverMemoryMs),
      mask: new Uint8Array(columns * rows),
      member: new Uint8Array(columns * rows),
      now: makeProjections(grid),
      reference: makeProjections(grid),
      beganAtMs: capturedAtMs,
    };
    // Another picture size is another view: what was watched cannot be found again in it.
    this.#things = [];
    this.#open = [];
    this.#shift = noShift;
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

  /** Read the picture where the background lies; @returns its brightness against the background. */
  #see({ grid, layers, now, reference, beganAtMs }: Canvas, input: SceneInput): number {
    readPicture(grid, input, this.#shift);
    if (input.capturedAtMs === beganAtMs) {
      resetLayers(layers, grid);
      return 1;
    }
    project(grid.luma, grid.columns, grid.rows, now);
    project(layers.background.luma, grid.columns, grid.rows, reference);
    const moved = findShift(now, reference);
    if (moved !== null && (Math.abs(moved.dx) >= 0.4 || Math.abs(moved.dy) >= 0.4)) {
      this.#shift = {
        dx: limit(this.#shift.dx + Math.round(moved.dx * grid.scale)),
        dy: limit(this.#shift.dy + Math.round(moved.dy * grid.scale)),
      };
      readPicture(grid, input, this.#shift);
    }
    return findGain(grid.luma, layers.background.luma);
  }

  #learn({ grid, layers, beganAtMs }: Canvas, nowMs: number, dtMs: number, gain: number): void {
    const isHeld = nowMs < this.#heldUntilMs;
    const covered = stepLayers(
      layers,
      grid,
      { nowMs: nowMs - beganAtMs, dtMs, gain, isLearning: !isHeld },
      rules.layers,
    );
    const isGlobal = covered > rules.globalChangeShare;
    if (isGlobal && (isHeld || this.#coveredBefore < rules.globalChangeShare / 2)) {
      if (!isHeld) this.#heldSinceMs = nowMs;
      this.#heldUntilMs = nowMs + rules.holdMs;
      if (nowMs - this.#heldSinceMs > rules.giveUpHoldMs) {
        resetLayers(layers, grid);
        this.#things = [];
        this.#heldUntilMs = nowMs;
      }
    }
    this.#coveredBefore = covered;
  }

  /** Look after what was raised: is it still there? */
  #watchOpen({ grid, layers }: Canvas, nowMs: number, dtMs: number): SceneEventDraft[] {
    if (nowMs < this.#heldUntilMs) return [];
    const ended: SceneEventDraft[] = [];
    for (const open of this.#open) {
      const { thingShare, groundShare } = presenceOf(open.evidence, grid);
      if (thingShare > 0.5) followThing(open.evidence, grid, dtMs);
      if (groundShare < rules.clearedShare || thingShare > 1 - rules.clearedShare) {
        open.goneSinceMs = null;
        continue;
      }
      open.goneSinceMs ??= nowMs;
      if (nowMs - open.goneSinceMs < rules.clearedAfterMs) continue;
      const { draft } = open;
      open.draft = {
        ...draft,
        phase: 'ended',
        revision: draft.revision + 1,
        moments: { ...draft.moments, clearedAtMs: open.goneSinceMs },
        trace: [
          ...draft.trace,
          trace(
            'cleared: share of it that shows the ground',
            open.goneSinceMs,
            nowMs,
            groundShare,
            rules.clearedShare,
          ),
        ],
      };
      ended.push(open.draft);
      for (const cell of open.evidence.cells) layers.restSinceMs[cell] = -1;
    }
    this.#open = this.#open.filter((open) => open.draft.phase !== 'ended');
    return ended;
  }

  /** What one picture says of a resting thing. */
  #observe(canvas: Canvas, thing: RestingThing, tracks: readonly Track[], nowMs: number, dtMs: number): void {
    const { layers, widthPx, heightPx } = canvas;
    const aspect = widthPx / heightPx;
    let rest = 0;
    let moving = 0;
    for (const cell of thing.cells) {
      const shows = layers.shows[cell];
      if (shows === Shows.rest) rest++;
      else if (shows === Shows.moving) moving++;
    }
    const restShare = rest / Math.max(thing.cells.length, 1);
    const movingShare = moving / Math.max(thing.cells.length, 1);
    let isHidden = false;
    let isCovered = false;
    let isByVehicle = false;
    let isNear = false;
    for (const track of tracks) {
      if (!isCarrier(track.className) || track.hits < 2) continue;
      if (gapWidths(track.box, thing.box, aspect) <= 1) isNear = true;
      if (!covers(track.box, thing.box, 0.4)) continue;
      isHidden = true;
      const speedWidths = Math.hypot(track.vxNorm, track.vyNorm / aspect) / Math.max(track.box.wNorm, 1e-4);
      if (speedWidths > rules.passingWidthsPerS) continue;
      isCovered = true;
      const isSameSize = thing.box.wNorm * thing.box.hNorm >= 0.25 * track.box.wNorm * track.box.hNorm;
      if (track.className !== 'person' && isSameSize) isByVehicle = true;
    }
    thing.lookedMs += dtMs;
    if (restShare >= 0.6) thing.calmMs += dtMs;
    else if (!isHidden && movingShare > 0.25) thing.restlessMs += dtMs;
    if (isCovered) {
      thing.coveredMs += dtMs;
      thing.uncoveredSinceMs = null;
      if (isByVehicle) thing.vehicleCoveredMs += dtMs;
    } else thing.uncoveredSinceMs ??= nowMs;
    if (isNear) thing.aloneSinceMs = null;
    else thing.aloneSinceMs ??= nowMs;
    this.#follow(thing, nowMs, aspect);
  }

  /** Who brought it, and where they are now. */
  #follow(thing: RestingThing, nowMs: number, aspect: number): void {
    if (thing.bringer === null || nowMs - thing.restSinceMs < 2_000) {
      thing.bringer = findBringer(this.#memory, thing.box, thing.restSinceMs, aspect);
    }
    if (thing.bringer === null) return;
    let path = this.#memory.get(thing.bringer.followedTrackId);
    if (path === undefined) {
      thing.whereabouts ??= { kind: 'unseen', sinceMs: thing.restSinceMs };
      return;
    }
    let where = whereabouts(path, thing.box, nowMs, this.#rule.awayWidths, aspect, thing.restSinceMs);
    if (where.kind === 'unseen') {
      const next = findContinuation(this.#memory, path, aspect, rules.continueTrackMs);
      if (next !== null) {
        thing.bringer = { ...thing.bringer, followedTrackId: next.trackId };
        path = next;
        where = whereabouts(next, thing.box, nowMs, this.#rule.awayWidths, aspect, thing.restSinceMs);
      }
    }
    thing.whereabouts = where;
    thing.leftTo = sideOf(path.moments.at(-1)?.box);
  }

  /** Find what rests and give it to the things that are known; @returns updates of raised ones that were moved. */
  #search(canvas: Canvas, nowMs: number): SceneEventDraft[] {
    const { layers, mask, finder, grid, beganAtMs } = canvas;
    const cells = grid.luma.length;
    const sceneMs = nowMs - beganAtMs;
    for (let cell = 0; cell < cells; cell++) {
      const since = layers.restSinceMs[cell] ?? -1;
      mask[cell] = since >= 0 ? 1 : 0;
      if (since >= 0 && sceneMs - since > rules.absorbAfterMs) {
        absorbCell(layers, cell);
        mask[cell] = 0;
      }
    }
    const minArea = Math.max(rules.minAreaCells, Math.round(rules.minAreaShare * cells));
    const regions = finder.find(mask, {
      gapCells: rules.gapCells,
      minArea,
      sinceMs: layers.restSinceMs,
      togetherMs: rules.togetherMs,
    });
    const updates: SceneEventDraft[] = [];
    for (const region of regions) {
      const known = bestMatch(region, this.#things);
      if (known !== null) {
        adopt(known, region, this.#boxNorm(canvas, region), nowMs);
        continue;
      }
      const open = this.#open.find((one) => touches(one.bounds, region));
      if (open !== undefined) {
        const update = this.#shiftOpen(canvas, open, region, nowMs);
        if (update !== null) updates.push(update);
        continue;
      }
      if (region.area > rules.maxAreaShare * cells) {
        for (const cell of region.cells) absorbCell(layers, cell);
        continue;
      }
      this.#things.push(this.#newThing(canvas, region, nowMs));
    }
    this.#things = this.#things.filter((thing) => nowMs - thing.lastFoundAtMs <= rules.lostAfterMs);
    for (const thing of this.#things) this.#examine(canvas, thing, nowMs);
    return updates;
  }

  /** Something rests at a raised thing: it tipped over or was pushed, or more was put there. One heap, one event. */
  #shiftOpen(canvas: Canvas, open: OpenEvent, region: Region, nowMs: number): SceneEventDraft | null {
    const { layers, grid } = canvas;
    if (nowMs - canvas.beganAtMs - median(region.cells, layers.restSinceMs) < rules.settleOpenMs) return null;
    const { groundShare } = presenceOf(open.evidence, grid);
    const hasMoved = groundShare > 0.5;
    const bounds = hasMoved ? tight(region, grid.columns) : union(open.bounds, tight(region, grid.columns));
    const evidence = keepEvidence(layers, region.cells, region);
    for (const cell of region.cells) absorbCell(layers, cell);
    if (hasMoved) open.evidence = evidence;
    open.bounds = bounds;
    open.goneSinceMs = null;
    open.draft = {
      ...open.draft,
      phase: 'updated',
      revision: open.draft.revision + 1,
      box: this.#boxNorm(canvas, bounds),
    };
    return open.draft;
  }

  #newThing(canvas: Canvas, region: Region, nowMs: number): RestingThing {
    const { layers, movers, beganAtMs, grid } = canvas;
    const restSinceMs = beganAtMs + quantile(region.cells, layers.restSinceMs, 0.25);
    const bounds = tight(region, grid.columns);
    const largest = movers.largestAt(bounds, restSinceMs - 4_000, restSinceMs + 400);
    return {
      ordinal: this.#ordinal++,
      cells: Int32Array.from(region.cells),
      bounds,
      box: this.#boxNorm(canvas, bounds),
      area: region.area,
      restSinceMs,
      lastFoundAtMs: nowMs,
      lookedMs: 0,
      calmMs: 0,
      restlessMs: 0,
      coveredMs: 0,
      vehicleCoveredMs: 0,
      uncoveredSinceMs: nowMs,
      appearance: { leftScore: 0.5, isLight: false },
      selfArrival: largest === 0 ? null : region.area / largest,
      wasLeft: false,
      bringer: null,
      whereabouts: null,
      leftTo: null,
      aloneSinceMs: null,
      isUncertainGround:
        restSinceMs - beganAtMs < rules.youngMs || restSinceMs < this.#heldUntilMs + rules.doubtAfterHoldMs,
    };
  }

  #examine({ layers, movers, member }: Canvas, thing: RestingThing, nowMs: number): void {
    for (const cell of thing.cells) member[cell] = 1;
    thing.appearance = appearanceOf(layers, thing.cells, member, thing.bounds);
    for (const cell of thing.cells) member[cell] = 0;
    if (!thing.wasLeft && nowMs - thing.restSinceMs < 8_000) {
      const moved = movers.largestAt(thing.bounds, thing.restSinceMs + 300, thing.restSinceMs + 6_000);
      thing.wasLeft = moved > 0.4 * thing.area;
    }
  }

  #judge(thing: RestingThing, nowMs: number): Verdict {
    const zone = zoneOf(clipToPicture(thing.box), this.#zones);
    if (zone === null) return { kind: 'reject', because: 'ignored-zone' };
    return judge(thing, nowMs, { ...this.#rule, minRestMs: zone.minRestMs ?? this.#rule.minRestMs });
  }

  #judgeAll(canvas: Canvas, nowMs: number, events: SceneEventDraft[], rejected: Candidate[]): void {
    const staying: RestingThing[] = [];
    for (const thing of this.#things) {
      const verdict = this.#judge(thing, nowMs);
      if (verdict.kind === 'raise') events.push(this.#raise(canvas, thing, nowMs, verdict));
      else if (verdict.kind === 'reject' && isDue(verdict.because, nowMs - thing.restSinceMs)) {
        rejected.push(describe(thing, verdict));
        for (const cell of thing.cells) {
          if ((canvas.layers.restSinceMs[cell] ?? -1) >= 0) absorbCell(canvas.layers, cell);
        }
      } else staying.push(thing);
    }
    this.#things = staying;
  }

  #raise(
    canvas: Canvas,
    thing: RestingThing,
    nowMs: number,
    verdict: Extract<Verdict, { kind: 'raise' }>,
  ): SceneEventDraft {
    const zone = zoneOf(clipToPicture(thing.box), this.#zones);
    const zoneId = zone?.zoneId ?? '';
    const minRestMs = zone?.minRestMs ?? this.#rule.minRestMs;
    const startedAtMs = Math.round(thing.restSinceMs);
    const departedAtMs = Math.round(verdict.departedAtMs);
    const { bringer } = thing;
    const draft: SceneEventDraft = {
      eventId: deterministicId('sceneEvent', this.#cameraId, rules.ruleId, zoneId, startedAtMs),
      revision: 0,
      cameraId: this.#cameraId,
      kind: 'illegal_dumping',
      phase: 'started',
      ruleId: rules.ruleId,
      zoneId,
      startedAtMs,
      raisedAtMs: nowMs,
      moments: {
        arrivedAtMs: bringer === null ? null : Math.min(bringer.arrivedAtMs, startedAtMs),
        putDownAtMs: startedAtMs,
        departedAtMs,
        clearedAtMs: null,
      },
      box: clipToPicture(thing.box),
      actor:
        bringer === null
          ? null
          : {
              className: bringer.className,
              trackId: bringer.trackId,
              box: clipToPicture(bringer.boxAtPutDown),
              colour: null,
              enteredFrom: bringer.enteredFrom,
              leftTo: thing.leftTo,
            },
      confidence: confidenceOf(thing),
      caveats: [...verdict.caveats],
      trace: traceOf(thing, nowMs, minRestMs, this.#rule, departedAtMs),
    };
    this.#open.push({
      evidence: keepEvidence(canvas.layers, thing.cells, thing.bounds),
      bounds: thing.bounds,
      draft,
      goneSinceMs: null,
    });
    for (const cell of thing.cells) {
      if ((canvas.layers.restSinceMs[cell] ?? -1) >= 0) absorbCell(canvas.layers, cell);
    }
    return draft;
  }

  #boxNorm({ grid, widthPx, heightPx }: Canvas, box: CellBox): BoxNorm {
    const { scale } = grid;
    return clipToPicture({
      xNorm: (box.left * scale + this.#shift.dx) / widthPx,
      yNorm: (box.top * scale + this.#shift.dy) / heightPx,
      wNorm: (widthOf(box) * scale) / widthPx,
      hNorm: (heightOf(box) * scale) / heightPx,
    });
  }
}

const limit = (px: number): number => Math.max(-rules.maxShiftPx, Math.min(rules.maxShiftPx, px));

const trace = (
  condition: string,
  fromMs: number,
  toMs: number | null,
  measured: number | null,
  threshold: number | null,
): RuleTraceEntry => ({
  condition,
  fromMs: Math.round(fromMs),
  toMs: toMs === null ? null : Math.round(toMs),
  measured: measured === null ? null : Math.round(measured * 1_000) / 1_000,
  threshold,
});

function traceOf(
  thing: RestingThing,
  nowMs: number,
  minRestMs: number,
  rule: DumpingRule,
  departedAtMs: number,
): RuleTraceEntry[] {
  const { restSinceMs, bringer, whereabouts: where } = thing;
  const entries = [
    trace('rest ms', restSinceMs, nowMs, nowMs - restSinceMs, minRestMs),
    trace('outline belongs to now, share', restSinceMs, nowMs, thing.appearance.leftScore, null),
    trace('seen unmoved, share', restSinceMs, nowMs, thing.calmMs / Math.max(thing.lookedMs, 1), null),
  ];
  if (thing.selfArrival !== null) {
    entries.push(trace('size against what moved there, ratio', restSinceMs, nowMs, thing.selfArrival, null));
  }
  if (bringer === null) return entries;
  entries.push(
    trace('bringer in the picture', bringer.arrivedAtMs, departedAtMs, null, null),
    trace('bringer at put-down, widths', restSinceMs, restSinceMs, bringer.distanceWidths, null),
    trace('bringer away ms', departedAtMs, nowMs, nowMs - departedAtMs, rule.minAwayMs),
  );
  if (where?.kind === 'away') {
    entries.push(trace('bringer away, widths', departedAtMs, nowMs, where.widths, rule.awayWidths));
  }
  return entries;
}

/** Some refusals are sure at once, others only after a while in which something better may turn up. */
const isDue = (because: Rejection, restMs: number): boolean =>
  because === 'removed' || because === 'light' ? restMs >= 4_000 : restMs >= 20_000;

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

const area = (box: CellBox): number => widthOf(box) * heightOf(box);

/** The known thing that shares most with a region; sharing a third of the smaller one is enough. */
function bestMatch(region: Region, things: readonly RestingThing[]): RestingThing | null {
  let best: RestingThing | null = null;
  let most = 0.3;
  for (const thing of things) {
    const share = sharedCells(region, thing.bounds) / Math.min(area(region), area(thing.bounds));
    if (share > most) [best, most] = [thing, share];
  }
  return best;
}

function adopt(thing: RestingThing, region: Region, box: BoxNorm, nowMs: number): void {
  // A second region of the same thing in the same search adds to it.
  if (thing.lastFoundAtMs === nowMs) {
    const cells = new Int32Array(thing.cells.length + region.cells.length);
    cells.set(thing.cells);
    cells.set(region.cells, thing.cells.length);
    thing.cells = cells;
    thing.bounds = union(thing.bounds, region);
    const right = Math.max(thing.box.xNorm + thing.box.wNorm, box.xNorm + box.wNorm);
    const bottom = Math.max(thing.box.yNorm + thing.box.hNorm, box.yNorm + box.hNorm);
    const xNorm = Math.min(thing.box.xNorm, box.xNorm);
    const yNorm = Math.min(thing.box.yNorm, box.yNorm);
    thing.box = { xNorm, yNorm, wNorm: right - xNorm, hNorm: bottom - yNorm };
    thing.area += region.area;
    return;
  }
  thing.cells = Int32Array.from(region.cells);
  thing.bounds = { left: region.left, top: region.top, right: region.right, bottom: region.bottom };
  thing.box = box;
  thing.area = region.area;
  thing.lastFoundAtMs = nowMs;
}

const union = (a: CellBox, b: CellBox): CellBox => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});

/** Near enough to be the same heap: within a third of its size. */
function touches(bounds: CellBox, region: CellBox): boolean {
  const margin = 1 + Math.ceil(Math.min(widthOf(bounds), heightOf(bounds)) / 3);
  return (
    region.left <= bounds.right + margin &&
    region.right >= bounds.left - margin &&
    region.top <= bounds.bottom + margin &&
    region.bottom >= bounds.top - margin
  );
}

function quantile(cells: Int32Array, values: Float64Array, share: number): number {
  const sorted = Float64Array.from(cells, (cell) => values[cell] ?? 0).toSorted();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

const median = (cells: Int32Array, values: Float64Array): number => quantile(cells, values, 0.5);

/** Bounds without the outermost hundredths of its cells on each side: single stray cells do not widen the box. */
function tight(region: Region, columns: number): CellBox {
  const xs = Int32Array.from(region.cells, (cell) => cell % columns).toSorted();
  const ys = Int32Array.from(region.cells, (cell) => Math.floor(cell / columns)).toSorted();
  const cut = Math.floor(0.015 * xs.length);
  return {
    left: xs[cut] ?? region.left,
    right: xs[xs.length - 1 - cut] ?? region.right,
    top: ys[cut] ?? region.top,
    bottom: ys[ys.length - 1 - cut] ?? region.bottom,
  };
}
