import type { AnalysisGrid } from './analysis-grid.ts';

/**
 * So much more than usual of what has a pattern repeats the row above it to the step, over some length: no lens sees
 * that. Plain ground does, when the exposure falls, and says nothing.
 */
const flatter = 0.1;
/** Luma steps between neighbouring rows of the learnt background from which it has a pattern. */
const patterned = 1;
/** Less than this share of a picture with a pattern is too little to tell. */
const leastPatterned = 0.02;
const usualMs = 8_000;
/** It stays so: then the scene itself is like this (a blank wall was put in front, the picture has new bars). */
const believeAfterMs = 60_000;

/** Knows pictures of a damaged stream: grey or green blocks, rows smeared downwards. */
export interface DamageWatch {
  /**
   * @param background luma that was learnt of the scene.
   * @returns whether part of this picture is not of the scene.
   */
  step(grid: AnalysisGrid, background: Float32Array, dtMs: number): boolean;
}

export function createDamageWatch(): DamageWatch {
  let usual: number | null = null;
  let damagedMs = 0;
  return {
    step(grid, background, dtMs) {
      const share = flatShare(grid, background);
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

function flatShare({ luma, columns, rows }: AnalysisGrid, background: Float32Array): number {
  let flat = 0;
  let all = 0;
  // Every second row says it as well.
  for (let row = 1; row < rows; row += 2) {
    let run = 0;
    let patternedInRun = 0;
    for (let cell = row * columns, end = cell + columns; cell < end; cell++) {
      const isPatterned = Math.abs((background[cell] ?? 0) - (background[cell - columns] ?? 0)) > patterned;
      if (isPatterned) all++;
      if (luma[cell] !== luma[cell - columns]) {
        run = 0;
        patternedInRun = 0;
        continue;
      }
      run++;
      if (isPatterned) patternedInRun++;
      if (run < runCells) continue;
      flat += patternedInRun;
      patternedInRun = 0;
    }
  }
  const cells = columns * (rows >> 1);
  return all < leastPatterned * cells ? 0 : flat / all;
}
