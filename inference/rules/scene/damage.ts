import type { AnalysisGrid } from './analysis-grid.ts';

/** So much more of the picture than usual repeats the row above it to the step, over some length: no lens sees that. */
const flatter = 0.1;
const usualMs = 8_000;
/** It stays so: then the scene itself is like this (a blank wall was put in front, the picture has new bars). */
const believeAfterMs = 60_000;

/** Knows pictures of a damaged stream: grey or green blocks, rows smeared downwards. */
export interface DamageWatch {
  /** @returns whether part of this picture is not of the scene. */
  step(grid: AnalysisGrid, dtMs: number): boolean;
}

export function createDamageWatch(): DamageWatch {
  let usual: number | null = null;
  let damagedMs = 0;
  return {
    step(grid, dtMs) {
      const share = flatShare(grid);
      if (usual === null || damagedMs > believeAfterMs) {
        usual = share;
        damagedMs = 0;
        return false;
      }
      if (share > usual + flatter) {
        damagedMs += dtMs;
        return true;
      }
      damagedMs = 0;
      usual += (1 - Math.exp(-dtMs / usualMs)) * (share - usual);
      return false;
    },
  };
}

/** In the dark neighbours are often equal by chance, but not so many side by side. */
const runCells = 8;

function flatShare({ luma, columns, rows }: AnalysisGrid): number {
  let flat = 0;
  // Every second row says it as well.
  for (let row = 1; row < rows; row += 2) {
    let run = 0;
    for (let cell = row * columns, end = cell + columns; cell < end; cell++) {
      if (luma[cell] !== luma[cell - columns]) run = 0;
      else if (++run === runCells) flat += runCells;
      else if (run > runCells) flat++;
    }
  }
  return flat / Math.max(columns * (rows >> 1), 1);
}
