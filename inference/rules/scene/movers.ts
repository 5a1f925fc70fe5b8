import { openPixels } from '../../../kernel/index.ts';
import type { Layers } from './layers.ts';
import {
  type CellBox,
  createRegionFinder,
  growBox,
  heightOf,
  type Region,
  sharedCells,
  widthOf,
} from './regions.ts';

/**
 * What moved where in the last seconds, seen without a detector: whether something was brought to a place and whether
 * somebody left from there shows in the moving regions, also from above or in the dark where no network helps.
 */
export interface MoverMemory {
  note(layers: Layers, nowMs: number): void;
  /** Largest moving region that touched `box` in this time, in grid cells; 0: nothing moved there. */
  largestAt(box: CellBox, fromMs: number, toMs: number): number;
  /** Largest moving region in this time that lay over most of `box`; null: none did. */
  largestOver(box: CellBox, fromMs: number, toMs: number): MovingRegion | null;
  /**
   * Where what moved at `box` at this time came from: its region as far back as it is remembered, or the first one that
   * was so many times as large as the box and that it came out of; null: nothing moved there.
   */
  originOf(box: CellBox, atMs: number, times: number): (MovingRegion & { readonly atMs: number }) | null;
  /** Share of the pictures of this time in which a region of at least `area` moved at `box`; 0: none is remembered. */
  shareOfTime(box: CellBox, fromMs: number, toMs: number, area: number): number;
  /** Whether anything moved in the last picture. */
  readonly isMoving: boolean;
  /** Share of `box` that moves now, 0..1. */
  activityNow(box: CellBox): number;
}

interface Sighting {
  readonly atMs: number;
  readonly regions: readonly MovingRegion[];
}

export type MovingRegion = CellBox & Pick<Region, 'area'>;

/** What moves is not lost when it does not show for so long. */
const unseenForMs = 1_000;

/** Moving regions are found on every second cell in both directions. */
const coarse = 2;

export function createMoverMemory(columns: number, rows: number, keepMs: number): MoverMemory {
  const coarseColumns = Math.floor(columns / coarse);
  const coarseRows = Math.floor(rows / coarse);
  const { loops, moved } = openPixels({
    isMoving: new Uint8Array(columns * rows),
    mask: new Uint8Array(coarseColumns * coarseRows),
  });
  const { isMoving, mask } = moved;
  const finder = createRegionFinder(coarseColumns, coarseRows);
  const sightings: Sighting[] = [];
  return {
    note({ shows }, nowMs) {
      // Where most of four cells move.
      isMoving.set(shows);
      loops.coarseMask(isMoving.byteOffset, columns, coarseColumns, coarseRows, mask.byteOffset);
      const regions = finder.find(mask, { gapCells: 1, minArea: 6 }).map((region) => ({
        left: region.left * coarse,
        top: region.top * coarse,
        right: region.right * coarse + coarse - 1,
        bottom: region.bottom * coarse + coarse - 1,
        area: region.area * coarse * coarse,
      }));
      sightings.push({ atMs: nowMs, regions });
      while ((sightings[0]?.atMs ?? nowMs) < nowMs - keepMs) sightings.shift();
    },
    largestAt(box, fromMs, toMs) {
      let largest = 0;
      for (const { atMs, regions } of sightings) {
        if (atMs < fromMs || atMs > toMs) continue;
        for (const region of regions) {
          if (sharedCells(region, growBox(box, 2)) > 0 && region.area > largest) largest = region.area;
        }
      }
      return largest;
    },
    largestOver(box, fromMs, toMs) {
      let largest: MovingRegion | null = null;
      const most = 0.5 * widthOf(box) * heightOf(box);
      for (const { atMs, regions } of sightings) {
        if (atMs < fromMs || atMs > toMs) continue;
        for (const region of regions) {
          if (region.area > (largest?.area ?? 0) && sharedCells(region, box) >= most) largest = region;
        }
      }
      return largest;
    },
    originOf(box, atMs, times) {
      const large = times * widthOf(box) * heightOf(box);
      let [found, foundAtMs] = [null as MovingRegion | null, atMs];
      for (const { atMs: thenMs, regions } of sightings.toReversed()) {
        if (thenMs > atMs) continue;
        if (foundAtMs - thenMs > unseenForMs) break;
        // What flies goes farther than it is long from one picture to the next.
        const near = growBox(found ?? box, found === null ? 2 : Math.max(widthOf(found), heightOf(found)));
        const next = regions
          .filter((region) => sharedCells(region, near) > 0)
          .toSorted((a, b) => sharedCells(b, near) - sharedCells(a, near))[0];
        if (next === undefined) continue;
        [found, foundAtMs] = [next, thenMs];
        if (next.area >= large) break;
      }
      return found === null ? null : { ...found, atMs: foundAtMs };
    },
    shareOfTime(box, fromMs, toMs, area) {
      const near = growBox(box, 2);
      const then = sightings.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
      const busy = then.filter(({ regions }) =>
        regions.some((region) => region.area >= area && sharedCells(region, near) > 0),
      );
      return busy.length / Math.max(then.length, 1);
    },
    get isMoving() {
      return (sightings.at(-1)?.regions.length ?? 0) > 0;
    },
    activityNow(box) {
      const area = (box.right - box.left + 1) * (box.bottom - box.top + 1);
      let moving = 0;
      for (const region of sightings.at(-1)?.regions ?? []) {
        const shared = sharedCells(region, box);
        const size = (region.right - region.left + 1) * (region.bottom - region.top + 1);
        moving += (shared * region.area) / Math.max(size, 1);
      }
      return Math.min(1, moving / Math.max(area, 1));
    },
  };
}
