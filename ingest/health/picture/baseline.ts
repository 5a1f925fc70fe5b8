import type { Cells } from './cells.ts';
import { type Features, medianOf } from './features.ts';

/** What a camera's picture usually is, learned from pictures in which nothing was wrong. */
export interface Baseline {
  readonly columns: number;
  readonly rows: number;
  readonly pictureCount: number;
  /** Captured time it was learned over. */
  readonly learnedMs: number;
  readonly mean: number;
  readonly contrast: number;
  readonly uniformShare: number;
  readonly noise: number;
  readonly sharpness: number;
  readonly meanU: number;
  readonly meanV: number;
  /** The least that changes between two pictures of a live scene. */
  readonly leastChangedShare: number;
  /** Per cell, `log(0.5 + detail)`: relief in which a few strong edges do not outweigh all others. */
  readonly relief: Float32Array;
  /** Half of the cells usually show less than this. */
  readonly medianRelief: number;
  /** Per cell, mean luma as sent. */
  readonly luma: Float32Array;
}

/** Pictures before a baseline is held against anything. */
const enoughPictures = 8;
/** It follows slow changes (light, dust, seasons) this fast. */
const followMs = 10 * 60_000;

export const isUsable = (baseline: Baseline | null): baseline is Baseline =>
  baseline !== null && baseline.pictureCount >= enoughPictures;

export const reliefFor = (detail: number): number => Math.log(0.5 + detail);

export function reliefOf({ detail }: Cells): Float32Array {
  const relief = new Float32Array(detail.length);
  for (let cell = 0; cell < detail.length; cell++) relief[cell] = reliefFor(detail[cell] ?? 0);
  return relief;
}

/** @returns `from` moved towards `to` by a share of the way. */
export function blend(from: Float32Array, to: Float32Array, weight: number): Float32Array {
  const mixed = new Float32Array(from.length);
  for (let cell = 0; cell < from.length; cell++) {
    const value = from[cell] ?? 0;
    mixed[cell] = value + weight * ((to[cell] ?? value) - value);
  }
  return mixed;
}

/** The inverse, for one cell. */
export const detailOf = (relief: number): number => Math.exp(relief) - 0.5;

/** Take a good picture into account. @param passedMs captured time since the one before it, 0 for the first. */
export function learn(
  baseline: Baseline | null,
  cells: Cells,
  relief: Float32Array,
  features: Features,
  passedMs: number,
): Baseline {
  const { mean, contrast, uniformShare, noise, sharpness, chroma, changedShare } = features;
  const { columns, rows } = cells;
  if (baseline === null || baseline.columns !== columns || baseline.rows !== rows) {
    const { meanU, meanV } = chroma;
    return {
      columns,
      rows,
      pictureCount: 1,
      learnedMs: 0,
      mean,
      contrast,
      uniformShare,
      noise,
      sharpness,
      meanU,
      meanV,
      leastChangedShare: changedShare ?? 1,
      relief,
      medianRelief: medianOf(relief),
      luma: cells.mean,
    };
  }
  const pictureCount = baseline.pictureCount + 1;
  // A plain mean at first; later a memory of `followMs`, however often pictures come.
  const weight = Math.max(1 / pictureCount, 1 - Math.exp(-passedMs / followMs));
  const towards = (from: number, to: number): number => from + weight * (to - from);
  const usualRelief = blend(baseline.relief, relief, weight);
  return {
    columns,
    rows,
    pictureCount,
    learnedMs: baseline.learnedMs + passedMs,
    mean: towards(baseline.mean, mean),
    // What passes brings contrast that the empty scene has not.
    contrast: towards(baseline.contrast, Math.min(contrast, 1.1 * baseline.contrast)),
    uniformShare: towards(baseline.uniformShare, uniformShare),
    noise: towards(baseline.noise, noise),
    sharpness: towards(baseline.sharpness, sharpness),
    meanU: towards(baseline.meanU, chroma.meanU),
    meanV: towards(baseline.meanV, chroma.meanV),
    leastChangedShare: leastOf(baseline.leastChangedShare, changedShare),
    relief: usualRelief,
    medianRelief: medianOf(usualRelief),
    luma: blend(baseline.luma, cells.mean, weight),
  };
}

/** Goes down with the stillest pictures at once and up again slowly. */
const leastOf = (least: number, changedShare: number | null): number => {
  if (changedShare === null) return least;
  return changedShare < least ? changedShare : least + 0.001 * (changedShare - least);
};
