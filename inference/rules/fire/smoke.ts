import type { BoxNorm } from '../../../contracts/index.ts';
import { shareInside } from '../../track/index.ts';
import { boxNormOf } from '../scene/canvas.ts';
import { type SceneEventDraft, traceEntry } from '../scene/draft.ts';
import { beginEvent, endEvent } from '../scene/event-draft.ts';
import { type CellBox, growBox, type Region, sharedCells } from '../scene/regions.ts';
import type { RuleContext, SceneFacts } from '../scene/scene-rule.ts';
import { ignoredBy, wholePicture } from '../scene/zones.ts';
import { SmokeMap, type Veil } from './smoke-map.ts';

const searchEveryMs = 1_000;
/** Not found for this long before it was told it was none; after it was told it has blown away. */
const [lostAfterMs, endAfterMs] = [3_000, 20_000];
/** In so much of it the ground must shine through, and its thickness must change by this from second to second. */
const [leastSeenThrough, leastRolling] = [0.3, 0.02];
/** It spreads: its largest size over its first. */
const leastGrowth = 1.5;
/** Pieces this near are of the same cloud. */
const reachCells = 16;
/** More of the picture than this is fog, or a lens that steams up. */
const mostOfPicture = 0.5;
/** Nothing but its looks speaks for it. */
const [baseConfidence, rollingWorth] = [0.2, 2];

interface Plume {
  readonly sinceMs: number;
  lastMs: number;
  readonly firstArea: number;
  readonly first: CellBox;
  mostArea: number;
  /** Wherever it has been: it tears, and its pieces are still one. */
  reached: CellBox;
  box: BoxNorm;
  veil: Veil;
  draft: SceneEventDraft | null;
}

/**
 * Smoke by its looks alone, experimental: grey, without edges, the ground shows through it, it rolls and it spreads. Only
 * where a stay time for it is set.
 */
export class Smoke {
  readonly #context: RuleContext<'smoke_fire'>;
  #map: SmokeMap | null = null;
  #plumes: Plume[] = [];
  #searchedAtMs = Number.NEGATIVE_INFINITY;

  constructor(context: RuleContext<'smoke_fire'>) {
    this.#context = context;
  }

  isFollowing(): boolean {
    return this.#plumes.length > 0;
  }

  step(facts: SceneFacts): SceneEventDraft[] {
    const { canvas, nowMs, continuity, isHeld } = facts;
    const { minSmokeMs } = this.#context.parameters;
    if (minSmokeMs === 0) return [];
    if (this.#map === null || !this.#map.isOf(canvas)) {
      this.#map = new SmokeMap(canvas);
      this.#plumes = [];
    }
    if (continuity === 'interrupted') this.#plumes = this.#plumes.filter(({ draft }) => draft !== null);
    const passedMs = nowMs - this.#searchedAtMs;
    if (isHeld || passedMs < searchEveryMs) return [];
    this.#searchedAtMs = nowMs;
    this.#map.see(Math.min(passedMs, 2 * searchEveryMs));
    this.#follow(this.#map, facts);
    const drafts = this.#plumes.flatMap((plume) => this.#tell(plume, facts, minSmokeMs) ?? []);
    this.#plumes = this.#plumes.filter(
      ({ lastMs, draft }) => nowMs - lastMs <= (draft === null ? lostAfterMs : endAfterMs),
    );
    return drafts;
  }

  #follow(map: SmokeMap, { canvas, nowMs, tracks }: SceneFacts): void {
    for (const region of map.regions()) {
      const box = boxNormOf(canvas, region);
      const isSomebody = tracks.some((track) => shareInside(box, track.box) > 0.5);
      if (isSomebody || region.area > mostOfPicture * canvas.grid.luma.length) continue;
      const known = this.#plumes.find(({ reached }) => sharedCells(growBox(region, reachCells), reached) > 0);
      if (known === undefined) this.#plumes.push(newPlume(map, region, box, nowMs));
      else renew(known, map, region, box, nowMs);
    }
  }

  #tell(plume: Plume, { nowMs, zones }: SceneFacts, minSmokeMs: number): SceneEventDraft | null {
    const { draft, sinceMs, lastMs, veil, mostArea, firstArea } = plume;
    if (draft !== null) {
      if (nowMs - lastMs <= endAfterMs) return null;
      const entry = traceEntry('no smoke seen, ms', lastMs, nowMs, nowMs - lastMs, endAfterMs);
      return endEvent(draft, lastMs, entry);
    }
    const growth = mostArea / firstArea;
    const isSmoke =
      lastMs === nowMs &&
      nowMs - sinceMs >= minSmokeMs &&
      veil.seenThroughShare >= leastSeenThrough &&
      veil.rolling >= leastRolling &&
      growth >= leastGrowth;
    if (!isSmoke) return null;
    plume.draft = beginEvent({
      ...this.#context,
      zoneId: wholePicture,
      subject: `smoke ${plume.first.left},${plume.first.top}`,
      startedAtMs: sinceMs,
      nowMs,
      box: plume.box,
      confidence: Math.min(0.4, baseConfidence + rollingWorth * veil.rolling),
      caveats: ['smoke-experimental'],
      suppression: ignoredBy(plume.box, zones, nowMs),
      trace: [
        traceEntry('veils the ground, ms', sinceMs, nowMs, nowMs - sinceMs, minSmokeMs),
        traceEntry('ground shows through, share', sinceMs, nowMs, veil.seenThroughShare, leastSeenThrough),
        traceEntry('thickness changes by, share', sinceMs, nowMs, veil.rolling, leastRolling),
        traceEntry('grown to, times', sinceMs, nowMs, growth, leastGrowth),
      ],
    });
    return plume.draft;
  }
}

function newPlume(map: SmokeMap, region: Region, box: BoxNorm, nowMs: number): Plume {
  const { left, top, right, bottom, area } = region;
  const bounds = { left, top, right, bottom };
  const veil = map.veilOf(region);
  return {
    sinceMs: nowMs,
    lastMs: nowMs,
    firstArea: area,
    first: bounds,
    mostArea: area,
    reached: bounds,
    box,
    veil,
    draft: null,
  };
}

function renew(plume: Plume, map: SmokeMap, region: Region, box: BoxNorm, nowMs: number): void {
  const { reached } = plume;
  Object.assign(plume, { lastMs: nowMs, box, veil: map.veilOf(region) });
  plume.reached = {
    left: Math.min(reached.left, region.left),
    top: Math.min(reached.top, region.top),
    right: Math.max(reached.right, region.right),
    bottom: Math.max(reached.bottom, region.bottom),
  };
  plume.mostArea = Math.max(plume.mostArea, region.area);
}
