import type { AnalysisGrid } from './analysis-grid.ts';
import { type Layers, Shows } from './layers.ts';

/**
 * Weak evidence, gathered over time: what differs from dark ground by less than single pictures can tell. A step of luma
 * counts against the noise that is measured at its place, over 2 × 2 cells and some seconds, and not by a fixed number.
 */
export interface FaintLayer {
  /** What was there before, held while something differs from it; and what is seen now, over some seconds. */
  readonly slow: Float32Array;
  readonly fast: Float32Array;
  /** Mean deviation of one look from `fast`. */
  readonly noise: Float32Array;
  /** Since when `fast` has differed from `slow` in this block, ms since the scene's first picture; −1: it does not. */
  readonly sinceMs: Float64Array;
  /** 1 where this block was given to the layers. */
  readonly isTold: Uint8Array;
  lookedAtMs: number;
  beganAtMs: number;
}

export const makeFaintLayer = (cells: number): FaintLayer => ({
  slow: new Float32Array(cells),
  fast: new Float32Array(cells),
  noise: new Float32Array(cells).fill(2),
  sinceMs: new Float64Array(cells).fill(-1),
  isTold: new Uint8Array(cells),
  lookedAtMs: Number.NEGATIVE_INFINITY,
  beganAtMs: Number.NEGATIVE_INFINITY,
});

/** Evidence is gathered so often; time constants of the three. */
const lookEveryMs = 380;
const [fastMs, slowMs, noiseMs] = [1_500, 15_000, 8_000];
/** Ground brighter than this shows what lies on it in single pictures. */
const darkBelow = 80;
/** So many mean deviations of `fast` are no chance; and so many steps, and this share of the ground's luma, are no light. */
const noiseFactor = 2.4;
const [leastSteps, leastShare] = [2, 0.04];
/** The first seconds say what is usual. */
const learnMs = 8_000;
/** Differing for so long it rests. */
const restAfterMs = 1_600;

/**
 * One picture further, after the layers have seen it.
 * @param gain brightness of this picture against the background.
 * @param isLearning false while the light changes or the picture is none.
 */
export function stepFaint(
  faint: FaintLayer,
  layers: Layers,
  grid: AnalysisGrid,
  {
    nowMs,
    gain,
    isLearning,
  }: { readonly nowMs: number; readonly gain: number; readonly isLearning: boolean },
): void {
  if (nowMs - faint.lookedAtMs < lookEveryMs) return;
  const isFirst = faint.beganAtMs < 0 || !Number.isFinite(faint.lookedAtMs);
  const dtMs = isFirst ? 0 : Math.min(nowMs - faint.lookedAtMs, 1_000);
  faint.lookedAtMs = nowMs;
  if (isFirst) {
    faint.beganAtMs = nowMs;
    faint.slow.set(grid.luma);
    faint.fast.set(grid.luma);
    return;
  }
  if (!isLearning) return;
  gather(faint, layers, grid, gain, dtMs, nowMs - faint.beganAtMs < learnMs);
  if (nowMs - faint.beganAtMs >= learnMs) judgeBlocks(faint, layers, grid, nowMs);
}

/** Begin again with the next picture. */
export function resetFaint(faint: FaintLayer): void {
  faint.lookedAtMs = Number.NEGATIVE_INFINITY;
  faint.beganAtMs = Number.NEGATIVE_INFINITY;
  faint.sinceMs.fill(-1);
  faint.isTold.fill(0);
  faint.noise.fill(2);
}

function gather(
  { slow, fast, noise, sinceMs }: FaintLayer,
  { shows, columns, rows }: Layers,
  { luma }: AnalysisGrid,
  gain: number,
  dtMs: number,
  isYoung: boolean,
): void {
  const quick = 1 - Math.exp(-dtMs / fastMs);
  const slowly = isYoung ? quick : 1 - Math.exp(-dtMs / slowMs);
  const noisy = 1 - Math.exp(-dtMs / noiseMs);
  for (let row = 0, cell = 0; row < rows; row++) {
    // The block's first cell says whether something lies there.
    const blockRow = (row & ~1) * columns;
    for (let column = 0; column < columns; column++, cell++) {
      // Whoever passes says nothing of what lies there.
      if (shows[cell] === Shows.moving) continue;
      const was = slow[cell] ?? 0;
      const seen = (luma[cell] ?? 0) / gain;
      const recent = fast[cell] ?? 0;
      const off = seen - recent;
      fast[cell] = recent + quick * off;
      noise[cell] = (noise[cell] ?? 0) + noisy * (Math.min(Math.abs(off), 12) - (noise[cell] ?? 0));
      if ((sinceMs[blockRow + (column & ~1)] ?? -1) < 0) slow[cell] = was + slowly * (seen - was);
    }
  }
}

/** More of the dark ground than this does not change for a thing: that is light. */
const lightShare = 0.08;

function judgeBlocks(faint: FaintLayer, layers: Layers, grid: AnalysisGrid, nowMs: number): void {
  const { slow, fast, noise, sinceMs, isTold } = faint;
  const { columns, rows, isFaint } = layers;
  let [dark, differing] = [0, 0];
  for (let row = 0; row + 1 < rows; row += 2) {
    for (let column = 0, a = row * columns; column + 1 < columns; column += 2, a += 2) {
      const [b, c, d] = [a + 1, a + columns, a + columns + 1];
      const ground = ((slow[a] ?? 0) + (slow[b] ?? 0) + (slow[c] ?? 0) + (slow[d] ?? 0)) / 4;
      if (ground >= darkBelow) continue;
      dark++;
      if (isTold[a] === 1 && isFaint[a] !== 1 && isFaint[b] !== 1 && isFaint[c] !== 1 && isFaint[d] !== 1) {
        // It was learnt, or has gone, or shows so clearly by now that it needs no more of this.
        isTold[a] = 0;
        follow(faint, a, columns);
        continue;
      }
      const now = ((fast[a] ?? 0) + (fast[b] ?? 0) + (fast[c] ?? 0) + (fast[d] ?? 0)) / 4;
      const spread = ((noise[a] ?? 0) + (noise[b] ?? 0) + (noise[c] ?? 0) + (noise[d] ?? 0)) / 8;
      const least = Math.max(leastSteps + leastShare * ground, noiseFactor * spread);
      const off = Math.abs(now - ground);
      if (off < least) {
        if (off < 0.6 * least) sinceMs[a] = -1;
        continue;
      }
      differing++;
      if ((sinceMs[a] ?? -1) < 0) sinceMs[a] = nowMs;
    }
  }
  const isLight = differing > lightShare * dark;
  for (let row = 0; row + 1 < rows; row += 2) {
    for (let column = 0, a = row * columns; column + 1 < columns; column += 2, a += 2) {
      const since = sinceMs[a] ?? -1;
      if (since < 0) continue;
      if (isLight && isTold[a] !== 1) follow(faint, a, columns);
      else if (!isLight && nowMs - since >= restAfterMs) {
        isTold[a] = 1;
        for (const cell of [a, a + 1, a + columns, a + columns + 1]) rest(faint, layers, grid, cell, since);
      }
    }
  }
}

/** What is seen now in this block is what was always there. */
function follow({ slow, fast, sinceMs }: FaintLayer, block: number, columns: number): void {
  sinceMs[block] = -1;
  for (const cell of [block, block + 1, block + columns, block + columns + 1]) slow[cell] = fast[cell] ?? 0;
}

/** Something rests in this cell, by the means: the ground is given back what it has learnt of it meanwhile. */
function rest(
  { slow, fast }: FaintLayer,
  layers: Layers,
  { u, v }: AnalysisGrid,
  cell: number,
  sinceMs: number,
): void {
  const { background, rest: resting, restSinceMs, shows } = layers;
  if (layers.isFaint[cell] === 1 && (restSinceMs[cell] ?? -1) >= 0) {
    resting.luma[cell] = fast[cell] ?? 0;
    return;
  }
  if ((restSinceMs[cell] ?? -1) >= 0 || shows[cell] === Shows.moving) return;
  background.luma[cell] = slow[cell] ?? 0;
  layers.faintGround[cell] = slow[cell] ?? 0;
  resting.luma[cell] = fast[cell] ?? 0;
  resting.u[cell] = u[cell] ?? 128;
  resting.v[cell] = v[cell] ?? 128;
  // `fast` needs a while to say so.
  restSinceMs[cell] = Math.max(0, sinceMs - 600);
  layers.throughMs[cell] = 0;
  layers.isFaint[cell] = 1;
  layers.isPending[cell] = 1;
  shows[cell] = Shows.rest;
}
