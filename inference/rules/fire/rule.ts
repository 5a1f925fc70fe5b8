import type { BoxNorm } from '../../../contracts/index.ts';
import { shareInside } from '../../track/index.ts';
import { boxNormOf, movedPx } from '../scene/canvas.ts';
import { type SceneEventDraft, traceEntry } from '../scene/draft.ts';
import { beginEvent, endEvent, reviseEvent } from '../scene/event-draft.ts';
import { type CellBox, growBox, type Region, sharedCells } from '../scene/regions.ts';
import type { Look, RuleContext, RuleFactory, RuleStep, SceneFacts, SceneRule } from '../scene/scene-rule.ts';
import { ignoredBy, wholePicture } from '../scene/zones.ts';
import { FlameMap } from './flame-map.ts';
import { Smoke } from './smoke.ts';

const searchEveryMs = 400;
/** Not found for this long the flames are out; after an event somebody may stand in front. */
const [lostAfterMs, endAfterMs] = [1_600, 15_000];
/** Changes together more than this it is a lamp. */
const lampCoherence = 0.8;
/** Its area varies by this share at least, and somewhere it is this bright. */
const [leastVariation, leastBrightest] = [0.05, 170];
/**
 * Without a model's word it takes more: it has burnt this many times as long, changes more, less together, and not as
 * one thing that sways, which is what edges do before a camera that shakes; and hardly ever beside somebody: vests, bags
 * and lights of people and vehicles flicker in the colour of fire as well.
 */
const unconfirmed = {
  times: 2.5,
  coherence: 0.7,
  sway: 0.5,
  variation: 0.12,
  besideShare: 0.2,
  besideGrow: 0.6,
  /** Every bright edge flickers while the camera turns. */
  movedPx: 1.5,
  movedShare: 0.4,
} as const;
/** It drifted by more than its own size: something orange goes by. */
const driftSizes = 1.2;
/** The model is asked from half of the time on, and believed from so many looks on. */
const [sureFire, sureNot, minLooks] = [0.8, 0.2, 2];
/** Told anew when it has grown by this factor. */
const growth = 2;

/** Something that flickers at one place. */
interface Blaze {
  sinceMs: number;
  lastMs: number;
  readonly first: CellBox;
  readonly firstArea: number;
  bounds: CellBox;
  box: BoxNorm;
  area: number;
  toldArea: number;
  areas: number[];
  coherences: number[];
  sways: number[];
  brightest: number;
  /** At how many of its sightings somebody moved there. */
  besideCount: number;
  /** At how many the camera looked beside where it usually does. */
  movedCount: number;
  seenCount: number;
  /** What the fire model said of it, 0 … 1 each. */
  looks: number[];
  draft: SceneEventDraft | null;
}

/** Flames: they flicker in the colour of fire at one place, each part in its own way. Smoke, where it is asked for. */
export const createFireRule: RuleFactory<'smoke_fire'> = (context) => new Fire(context);

class Fire implements SceneRule {
  readonly #context: RuleContext<'smoke_fire'>;
  readonly #smoke: Smoke;
  #map: FlameMap | null = null;
  #blazes: Blaze[] = [];
  #searchedAtMs = Number.NEGATIVE_INFINITY;

  constructor(context: RuleContext<'smoke_fire'>) {
    this.#context = context;
    this.#smoke = new Smoke(context);
  }

  needsEveryPicture(): boolean {
    return this.#blazes.length > 0 || this.#smoke.isFollowing();
  }

  step(facts: SceneFacts): RuleStep {
    const smoke = this.#smoke.step(facts);
    const { drafts, looks } = this.#stepFlames(facts);
    return { drafts: [...drafts, ...smoke], ...(looks === undefined ? {} : { looks }) };
  }

  #stepFlames(facts: SceneFacts): RuleStep {
    const { canvas, nowMs, dtMs, continuity, isHeld } = facts;
    if (this.#map === null || !this.#map.isOf(canvas)) {
      this.#map = new FlameMap(canvas);
      this.#blazes = [];
    }
    if (continuity === 'interrupted') this.#blazes = this.#blazes.filter(({ draft }) => draft !== null);
    this.#map.see(dtMs);
    for (const { box, pFire } of facts.looks) {
      this.#blazes.find((blaze) => isSameBox(blaze.box, box))?.looks.push(pFire);
    }
    if (isHeld || nowMs - this.#searchedAtMs < searchEveryMs) return { drafts: [] };
    this.#searchedAtMs = nowMs;
    this.#follow(this.#map, facts);
    const drafts = this.#blazes.flatMap((blaze) => this.#tell(blaze, facts) ?? []);
    this.#blazes = this.#blazes.filter(
      ({ lastMs, draft }) => nowMs - lastMs <= (draft === null ? lostAfterMs : endAfterMs),
    );
    const wanted = this.#blazes.filter((blaze) => this.#wantsLook(blaze, nowMs));
    return { drafts, looks: wanted.map(({ box }): Look => ({ box })) };
  }

  /** The model is asked a few times before the event and a few times after it, not for ever. */
  #wantsLook({ sinceMs, lastMs, looks }: Blaze, nowMs: number): boolean {
    return (
      lastMs === nowMs && nowMs - sinceMs >= this.#context.parameters.minFlameMs / 2 && looks.length < 12
    );
  }

  #follow(map: FlameMap, { canvas, nowMs, tracks }: SceneFacts): void {
    for (const region of map.regions()) {
      const box = boxNormOf(canvas, region);
      // Vests and coats of people who move at one place; a burning vehicle stands.
      const isWorn = tracks.some(
        (track) =>
          shareInside(box, track.box) > 0.5 &&
          (track.className === 'person' || Math.hypot(track.vxNorm, track.vyNorm) > 0.05),
      );
      if (isWorn) continue;
      const isBeside = tracks.some((track) => overlaps(grown(track.box, unconfirmed.besideGrow), box));
      const known = this.#blazes.find((blaze) => sharedCells(growBox(region, 3), blaze.bounds) > 0);
      if (known === undefined) this.#blazes.push(newBlaze(map, region, box, nowMs));
      else renew(known, map, region, box, nowMs);
      const seen = known ?? this.#blazes.at(-1);
      if (seen === undefined) continue;
      seen.seenCount++;
      if (isBeside) seen.besideCount++;
      if (movedPx(canvas) >= unconfirmed.movedPx) seen.movedCount++;
    }
  }

  #tell(blaze: Blaze, { nowMs, zones }: SceneFacts): SceneEventDraft | null {
    const { draft, sinceMs, lastMs } = blaze;
    if (draft !== null) {
      if (nowMs - lastMs > endAfterMs) {
        return endEvent(
          draft,
          lastMs,
          traceEntry('no flames seen, ms', lastMs, nowMs, nowMs - lastMs, endAfterMs),
        );
      }
      const isConfirmedNow = draft.caveats.includes('unconfirmed') && verdictOf(blaze) === 'fire';
      if (!isConfirmedNow && blaze.area < growth * blaze.toldArea) return null;
      blaze.toldArea = blaze.area;
      blaze.draft = reviseEvent(draft, {
        box: blaze.box,
        caveats: isConfirmedNow ? draft.caveats.filter((caveat) => caveat !== 'unconfirmed') : draft.caveats,
        confidence: isConfirmedNow ? Math.max(draft.confidence, meanOf(blaze.looks)) : draft.confidence,
        trace: [...draft.trace, ...growthEntries(blaze, nowMs)],
      });
      return blaze.draft;
    }
    const { minFlameMs } = this.#context.parameters;
    const verdict = verdictOf(blaze);
    const coherence = meanOf(blaze.coherences);
    const variation = variationOf(blaze.areas);
    const isFlame =
      lastMs === nowMs &&
      nowMs - sinceMs >= minFlameMs &&
      verdict !== 'none' &&
      blaze.coherences.length >= 4 &&
      coherence < lampCoherence &&
      variation >= leastVariation &&
      blaze.brightest >= leastBrightest &&
      (verdict === 'fire' || isClear(blaze, nowMs - sinceMs, minFlameMs));
    if (!isFlame) return null;
    blaze.toldArea = blaze.area;
    blaze.draft = beginEvent({
      ...this.#context,
      zoneId: wholePicture,
      subject: `${blaze.first.left},${blaze.first.top}`,
      startedAtMs: sinceMs,
      nowMs,
      box: blaze.box,
      confidence: verdict === 'fire' ? meanOf(blaze.looks) : 0.5 * (1 - coherence / 2),
      caveats: verdict === 'fire' ? [] : ['unconfirmed'],
      suppression: ignoredBy(blaze.box, zones, nowMs),
      trace: [
        traceEntry('flickers in the colour of fire, ms', sinceMs, nowMs, nowMs - sinceMs, minFlameMs),
        traceEntry('parts change together, share', sinceMs, nowMs, coherence, lampCoherence),
        traceEntry(
          'changes that one movement explains, share',
          sinceMs,
          nowMs,
          meanOf(blaze.sways),
          unconfirmed.sway,
        ),
        traceEntry('area varies by, share', sinceMs, nowMs, variation, leastVariation),
        ...growthEntries(blaze, nowMs),
      ],
    });
    return blaze.draft;
  }
}

function newBlaze(map: FlameMap, region: Region, box: BoxNorm, nowMs: number): Blaze {
  const { left, top, right, bottom, area } = region;
  const bounds = { left, top, right, bottom };
  const coherence = map.coherence(region);
  const sway = map.sway(region);
  return {
    sinceMs: nowMs,
    lastMs: nowMs,
    first: bounds,
    firstArea: area,
    bounds,
    box,
    area,
    toldArea: area,
    areas: [area],
    coherences: coherence === null ? [] : [coherence],
    sways: sway === null ? [] : [sway],
    brightest: map.brightest(region),
    besideCount: 0,
    movedCount: 0,
    seenCount: 0,
    looks: [],
    draft: null,
  };
}

const keptFigures = 30;

function renew(blaze: Blaze, map: FlameMap, region: Region, box: BoxNorm, nowMs: number): void {
  const { left, top, right, bottom, area } = region;
  if (blaze.draft === null && hasDrifted(blaze.first, region)) {
    Object.assign(blaze, newBlaze(map, region, box, nowMs));
    return;
  }
  const coherence = map.coherence(region);
  const sway = map.sway(region);
  Object.assign(blaze, { lastMs: nowMs, bounds: { left, top, right, bottom }, box, area });
  blaze.areas = [...blaze.areas, area].slice(-keptFigures);
  if (coherence !== null) blaze.coherences = [...blaze.coherences, coherence].slice(-keptFigures);
  if (sway !== null) blaze.sways = [...blaze.sways, sway].slice(-keptFigures);
  blaze.brightest = Math.max(blaze.brightest, map.brightest(region));
}

/** The foot of a fire stays where it is, however its tongues move. */
function hasDrifted(first: CellBox, now: CellBox): boolean {
  const size = Math.max(first.right - first.left, first.bottom - first.top, 4);
  const middle = (box: CellBox): number => (box.left + box.right) / 2;
  return Math.hypot(middle(first) - middle(now), first.bottom - now.bottom) > driftSizes * size;
}

const isSameBox = (one: BoxNorm, other: BoxNorm): boolean =>
  shareInside(one, other) > 0.3 || shareInside(other, one) > 0.3;

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function variationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return mean === 0 ? 0 : Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2))) / mean;
}

/** Flames by what is seen alone. */
function isClear(blaze: Blaze, burntMs: number, minFlameMs: number): boolean {
  return (
    burntMs >= unconfirmed.times * minFlameMs &&
    meanOf(blaze.coherences) < unconfirmed.coherence &&
    meanOf(blaze.sways) < unconfirmed.sway &&
    variationOf(blaze.areas) >= unconfirmed.variation &&
    blaze.besideCount <= unconfirmed.besideShare * blaze.seenCount &&
    blaze.movedCount <= unconfirmed.movedShare * blaze.seenCount
  );
}

const grown = ({ xNorm, yNorm, wNorm, hNorm }: BoxNorm, by: number): BoxNorm => ({
  xNorm: xNorm - (wNorm * by) / 2,
  yNorm: yNorm - (hNorm * by) / 2,
  wNorm: wNorm * (1 + by),
  hNorm: hNorm * (1 + by),
});

const overlaps = (one: BoxNorm, other: BoxNorm): boolean =>
  one.xNorm < other.xNorm + other.wNorm &&
  other.xNorm < one.xNorm + one.wNorm &&
  one.yNorm < other.yNorm + other.hNorm &&
  other.yNorm < one.yNorm + one.hNorm;

/** What the model says: `open` while it was not asked, or does not know. */
function verdictOf({ looks }: Blaze): 'fire' | 'none' | 'open' {
  if (looks.length < minLooks) return 'open';
  const mean = meanOf(looks);
  if (mean >= sureFire) return 'fire';
  return mean < sureNot ? 'none' : 'open';
}

const growthEntries = (blaze: Blaze, nowMs: number) => [
  traceEntry('grown to, times', blaze.sinceMs, nowMs, blaze.area / blaze.firstArea, null),
  ...(blaze.looks.length === 0
    ? []
    : [traceEntry('fire model is sure, share', blaze.sinceMs, nowMs, meanOf(blaze.looks), sureFire)]),
];
