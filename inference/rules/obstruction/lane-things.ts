import type { BoxNorm } from '../../../contracts/index.ts';
import { isCarrier, shareInside, type Track } from '../../track/index.ts';
import { boxNormOf } from '../scene/canvas.ts';
import { type Evidence, followThing, keepEvidence, presenceOf } from '../scene/evidence.ts';
import { appearanceOf } from '../scene/left-or-removed.ts';
import { type CellBox, type Region, sharedCells } from '../scene/regions.ts';
import type { SceneFacts } from '../scene/scene-rule.ts';

/** Something that no detector knows lies in a lane. */
export interface LaneThing {
  readonly sinceMs: number;
  readonly bounds: CellBox;
  readonly box: BoxNorm;
  readonly evidence: Evidence;
  readonly leftScore: number;
  /** How long it was looked at, seen, and hidden by somebody who stands there. */
  lookedMs: number;
  seenMs: number;
  coveredMs: number;
  goneSinceMs: number | null;
  /** When it went; null while it lies there. */
  clearedAtMs: number | null;
}

const searchEveryMs = 450;
/** Long enough at rest for its outline to tell, before another rule may take it for background. */
const claimAfterMs = 3_500;
const gapCells = 2;
/** Smaller is noise, larger is another light; shares of the picture. */
const [minAreaShare, maxAreaShare] = [0.0003, 0.2];
/** It belongs to the picture of now rather than to the ground as it was. */
const leftAbove = 0.6;
/** The ground shows in this share of it for so long: it has gone. */
const clearedShare = 0.7;
const clearedAfterMs = 5_000;

/** Things at rest in one camera's lanes, watched by pictures of their own. */
export class LaneThings {
  #things: LaneThing[] = [];
  #searchedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * One picture further.
   * @param isInLane whether something with this box lies in a lane that is watched.
   * @param vehicles boxes of vehicles that stand: they are told of by themselves.
   * @returns what lies there, and what has just gone.
   */
  step(
    facts: SceneFacts,
    isInLane: (box: BoxNorm) => boolean,
    vehicles: readonly BoxNorm[],
  ): readonly LaneThing[] {
    const { continuity, isHeld, nowMs } = facts;
    if (continuity === 'newView') this.#things = [];
    this.#things = this.#things.filter(({ clearedAtMs }) => clearedAtMs === null);
    if (isHeld) return this.#things;
    for (const thing of this.#things) watch(thing, facts);
    // What shows itself to be a vehicle, or a person who stands there, is no thing.
    this.#things = this.#things.filter(
      (thing) =>
        thing.coveredMs <= 0.5 * thing.lookedMs + 1_000 &&
        !vehicles.some((vehicle) => shareInside(thing.box, vehicle) > 0.5),
    );
    if (nowMs - this.#searchedAtMs >= searchEveryMs) {
      this.#searchedAtMs = nowMs;
      this.#things.push(...this.#claim(facts, isInLane, vehicles));
    }
    return this.#things;
  }

  #claim(
    { canvas, nowMs, tracks }: SceneFacts,
    isInLane: (box: BoxNorm) => boolean,
    vehicles: readonly BoxNorm[],
  ): LaneThing[] {
    const { layers, mask, finder, grid, beganAtMs } = canvas;
    const cells = grid.luma.length;
    const restedBeforeMs = nowMs - beganAtMs - claimAfterMs;
    for (let cell = 0; cell < cells; cell++) {
      const since = layers.restSinceMs[cell] ?? -1;
      mask[cell] = since >= 0 && since <= restedBeforeMs ? 1 : 0;
    }
    const minArea = Math.max(20, Math.round(minAreaShare * cells));
    return finder.find(mask, { gapCells, minArea }).flatMap((region): LaneThing[] => {
      const box = boxNormOf(canvas, region);
      if (region.area > maxAreaShare * cells || !isInLane(box)) return [];
      if (vehicles.some((vehicle) => shareInside(box, vehicle) > 0.3)) return [];
      if (tracks.some((track) => covers(track, box))) return [];
      if (this.#things.some(({ bounds }) => sharedCells(region, bounds) > 0)) return [];
      const leftScore = scoreOf(canvas, region);
      if (leftScore === null || leftScore < leftAbove) return [];
      const { left, right, top, bottom } = region;
      const bounds = { left, right, top, bottom };
      const since = Float64Array.from(region.cells, (cell) => layers.restSinceMs[cell] ?? 0).toSorted();
      return [
        {
          sinceMs: beganAtMs + (since[since.length >> 2] ?? 0),
          bounds,
          box,
          evidence: keepEvidence(layers, Int32Array.from(region.cells), bounds),
          leftScore,
          lookedMs: 0,
          seenMs: 0,
          coveredMs: 0,
          goneSinceMs: null,
          clearedAtMs: null,
        },
      ];
    });
  }
}

/** How clearly it was left rather than laid open; null for a change of light. */
function scoreOf({ layers, member }: SceneFacts['canvas'], region: Region): number | null {
  const { leftScore, isLight } = appearanceOf(layers, region.cells, member, region);
  return isLight ? null : leftScore;
}

function watch(thing: LaneThing, { canvas, tracks, nowMs, dtMs }: SceneFacts): void {
  const { thingShare, groundShare } = presenceOf(thing.evidence, canvas.grid);
  thing.lookedMs += dtMs;
  if (thingShare > 0.5) {
    thing.seenMs += dtMs;
    followThing(thing.evidence, canvas.grid, dtMs);
  }
  if (tracks.some((track) => covers(track, thing.box))) thing.coveredMs += dtMs;
  if (groundShare < clearedShare) {
    thing.goneSinceMs = null;
    return;
  }
  thing.goneSinceMs ??= nowMs;
  if (nowMs - thing.goneSinceMs >= clearedAfterMs) thing.clearedAtMs = thing.goneSinceMs;
}

const covers = (track: Track, box: BoxNorm): boolean =>
  isCarrier(track.className) && track.hits > 1 && shareInside(box, track.box) > 0.5;
