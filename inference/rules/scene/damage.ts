import { openPixels } from '../../../kernel/index.ts';
import type { AnalysisGrid } from './analysis-grid.ts';

/**
 * So much more than usual of what has a pattern repeats the rows above it to the step, over some length: no lens sees
 * that. Plain ground does, when the exposure falls, and says nothing.
 */
const flatter = 0.05;
/** Luma steps between neighbouring rows of the learnt background from which it has a pattern. */
const patterned = 1;
/** Less than this share of a picture with a pattern is too little to tell. */
const leastPatterned = 0.02;
/** So much more than usual of the picture is the grey of a decoder that has nothing to begin from: 128, by no more. */
const greyer = 0.25;
const [decoderGrey, greySteps, greyColourSteps] = [128, 2, 1];
const usualMs = 8_000;
/** It stays so: then the scene itself is like this (a blank wall was put in front, the picture has new bars). */
const believeAfterMs = 25_000;

/** `grey`: a decoder had nothing to begin from. `smeared`: rows repeat; so does a plain sheet before the lens. */
export type Damage = 'grey' | 'smeared';

/** Knows pictures of a damaged stream: grey or green blocks, rows smeared downwards. */
export interface DamageWatch {
  /**
   * @param background luma that was learnt of the scene.
   * @returns how part of this picture is not of the scene; null: all of it is.
   */
  step(grid: AnalysisGrid, background: Float32Array, dtMs: number): Damage | null;
}

export function createDamageWatch(): DamageWatch {
  let usual: { readonly flat: number; readonly grey: number } | null = null;
  let damagedMs = 0;
  let search: RowSearch | null = null;
  let size = 0;
  return {
    step(grid, background, dtMs) {
      if (search === null || size !== grid.luma.length) {
        size = grid.luma.length;
        search = openRowSearch(grid.columns, grid.rows);
      }
      const flat = flatShare(grid, background, search);
      const grey = greyShare(grid);
      if (usual === null || damagedMs > believeAfterMs) {
        usual = { flat, grey };
        damagedMs = 0;
        return null;
      }
      const isGrey = grey > usual.grey + greyer;
      if (isGrey || flat > usual.flat + flatter) {
        damagedMs += dtMs;
        return isGrey ? 'grey' : 'smeared';
      }
      damagedMs = 0;
      const rate = 1 - Math.exp(-dtMs / usualMs);
      usual = {
        flat: usual.flat + rate * (flat - usual.flat),
        grey: usual.grey + rate * (grey - usual.grey),
      };
      return null;
    },
  };
}

/** Every so many cells are looked at. */
const greyStride = 7;

function greyShare({ luma, u, v }: AnalysisGrid): number {
  let grey = 0;
  for (let cell = 0; cell < luma.length; cell += greyStride) {
    if (Math.abs((luma[cell] ?? 0) - decoderGrey) > greySteps) continue;
    const colour = Math.max(Math.abs((u[cell] ?? 0) - 128), Math.abs((v[cell] ?? 0) - 128));
    if (colour <= greyColourSteps) grey++;
  }
  return (grey * greyStride) / luma.length;
}

/** In the dark neighbours are often equal by chance, but not so many side by side (`repeatedRows` looks for as many). */
const runCells = 8;
/** What is one plain tone to both sides as well is no smear but something black, or clipped, that came into view. */
const leastStep = 2;
/** A smear goes on for so many rows; two alike are no wonder in a stream of few bits. */
const smearedRows = 5;

interface RowSearch {
  /** Rows that repeat others over some length; most pictures have none. */
  readonly repeated: (luma: Uint8Array) => Int32Array;
  /** Cells looked at that have a pattern. */
  readonly patterned: (background: Float32Array) => number;
}

function openRowSearch(columns: number, rows: number): RowSearch {
  const { loops, moved } = openPixels({
    luma: new Uint8Array(columns * rows),
    background: new Float32Array(columns * rows),
    found: new Int32Array(rows),
  });
  return {
    repeated(luma) {
      moved.luma.set(luma);
      const { byteOffset } = moved.found;
      const count = loops.repeatedRows(moved.luma.byteOffset, columns, rows, smearedRows, byteOffset);
      return moved.found.subarray(0, count);
    },
    patterned(background) {
      moved.background.set(background);
      return loops.countSteps(moved.background.byteOffset, columns, rows, smearedRows, patterned);
    },
  };
}

function flatShare(grid: AnalysisGrid, background: Float32Array, search: RowSearch): number {
  const flat = flatCells(grid, background, search.repeated(grid.luma));
  if (flat === 0) return 0;
  const all = search.patterned(background);
  const cells = grid.columns * (grid.rows >> 1);
  return all < leastPatterned * cells ? 0 : flat / all;
}

const isPatterned = (background: Float32Array, cell: number, columns: number): boolean =>
  Math.abs((background[cell] ?? 0) - (background[cell - columns] ?? 0)) > patterned;

function flatCells(
  { luma, columns }: AnalysisGrid,
  background: Float32Array,
  repeatedRows: Int32Array,
): number {
  let flat = 0;
  for (const row of repeatedRows) {
    let run = 0;
    let patternedInRun = 0;
    for (let cell = row * columns, end = cell + columns; cell < end; cell++) {
      const value = luma[cell] ?? 0;
      if (value !== luma[cell - columns] || value !== luma[cell - smearedRows * columns]) {
        run = 0;
        patternedInRun = 0;
        continue;
      }
      run++;
      const isStep = Math.abs(value - (luma[cell - 1] ?? value)) >= leastStep;
      if (isStep && isPatterned(background, cell, columns)) patternedInRun++;
      if (run < runCells) continue;
      flat += patternedInRun;
      patternedInRun = 0;
    }
  }
  return flat;
}
