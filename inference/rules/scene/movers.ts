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
