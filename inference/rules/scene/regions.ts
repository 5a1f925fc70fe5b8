import { wordsIn } from './words.ts';

/** A connected set of grid cells. Sides are inclusive. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Cells of the mask in it (closing adds none). */
  readonly area: number;
  /** Indices of its cells in the grid; a view that holds until the next search. */
  readonly cells: Int32Array;
}

export interface RegionFinder {
  /**
   * Connected regions of a mask, gaps of up to `gapCells` closed before areas are measured.
   * @param mask 1 where set.
   * @param sinceMs neighbours belong together only when they were set within `togetherMs` of each other; null: always.
   */
  find(mask: Uint8Array, options: FindOptions): Region[];
}

interface FindOptions {
  readonly gapCells: number;
  readonly minArea: number;
  readonly sinceMs?: Float64Array | null;
  readonly togetherMs?: number;
}

/** Buffers for one grid size. */
export function createRegionFinder(columns: number, rows: number): RegionFinder {
  const cells = columns * rows;
  // Set cells that belong to no region yet.
  const isOpen = new Uint8Array(cells);
  const fours = wordsIn(isOpen);
  const stack = new Int32Array(cells);
  return {
    find(mask, { gapCells, minArea, sinceMs = null, togetherMs = Infinity }) {
      isOpen.set(mask);
      const regions: Region[] = [];
      const reach = gapCells + 1;
      // One buffer holds the cells of all regions one after another.
      let start = 0;
      for (let seed = 0; seed < cells; seed++) {
        if ((seed & 3) === 0 && fours[seed >> 2] === 0) {
          seed += 3;
          continue;
        }
        if (isOpen[seed] !== 1) continue;
        isOpen[seed] = 0;
        stack[start] = seed;
        let end = start + 1;
        let left = columns;
        let right = 0;
        let top = rows;
        let bottom = 0;
        for (let next = start; next < end; next++) {
          const cell = stack[next] ?? 0;
          const row = Math.floor(cell / columns);
          const column = cell - row * columns;
          if (column < left) left = column;
          if (column > right) right = column;
          if (row < top) top = row;
          if (row > bottom) bottom = row;
          const since = sinceMs?.[cell] ?? 0;
          const lastRow = Math.min(rows - 1, row + reach);
          const lastColumn = Math.min(columns - 1, column + reach);
          for (let y = Math.max(0, row - reach); y <= lastRow; y++) {
            for (let x = Math.max(0, column - reach); x <= lastColumn; x++) {
              const other = y * columns + x;
              if (isOpen[other] !== 1) continue;
              if (sinceMs !== null && Math.abs((sinceMs[other] ?? 0) - since) > togetherMs) continue;
              isOpen[other] = 0;
              stack[end++] = other;
            }
          }
        }
        const area = end - start;
        if (area >= minArea) {
          regions.push({ left, top, right, bottom, area, cells: stack.subarray(start, end) });
          start = end;
        }
      }
      return regions;
    },
  };
}

export type CellBox = Pick<Region, 'left' | 'top' | 'right' | 'bottom'>;

export const widthOf = (box: CellBox): number => box.right - box.left + 1;
export const heightOf = (box: CellBox): number => box.bottom - box.top + 1;

/** Cells that two boxes share. */
export function sharedCells(a: CellBox, b: CellBox): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left) + 1;
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) + 1;
  return width <= 0 || height <= 0 ? 0 : width * height;
}

/** Grown by `cells` on every side. */
export const growBox = (box: CellBox, cells: number): CellBox => ({
  left: box.left - cells,
  top: box.top - cells,
  right: box.right + cells,
  bottom: box.bottom + cells,
});

/** Around both. */
export const union = (a: CellBox, b: CellBox): CellBox => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});
