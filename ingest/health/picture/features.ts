import type { Cells, Chroma } from './cells.ts';

/** What of a picture is held against thresholds and against the camera's own baseline. Luma is stretched to 0…255. */
export interface Features {
  readonly mean: number;
  /** 1st to 99th percentile of luma. */
  readonly contrast: number;
  /** 5th to 95th percentile of the cells' mean luma: 0 when the picture shows nothing, however bright it is. */
  readonly layoutSpread: number;
  /** Share of cells of one even tone, the same all over the picture. */
  readonly uniformShare: number;
  /** Standard deviation of noise in the quietest quarter of the picture. */
  readonly noise: number;
  /** Mean detail of the better-drawn cells. The sharpest tenth is left out: text laid over stays sharp. */
  readonly sharpness: number;
  readonly chroma: Chroma;
  /** Share of the picture that changed since the one before; null when there is none. */
  readonly changedShare: number | null;
  /** Mean absolute change; null as above. */
  readonly meanChange: number | null;
  /** Median change of the cells: what moves everywhere, not what passes; null as above. */
  readonly medianChange: number | null;
}

/** Video luma has 219 steps. */
const gain = 255 / 219;
const stretch = (y: number): number => Math.max(0, (y - 16) * gain);

export function featuresOf(cells: Cells): Features {
  const [low = 0, high = 0] = percentiles(cells.histogram, [0.01, 0.99]);
  const means = ordered(cells.mean);
  const detail = ordered(cells.detail);
  const change = cells.change === null ? null : ordered(cells.change);
  return {
    mean: stretch(average(cells.mean)),
    contrast: (high - low) * gain,
    layoutSpread: (at(means, 0.95) - at(means, 0.05)) * gain,
    uniformShare: uniformShareOf(cells, at(means, 0.5)),
    noise: at(ordered(cells.noise), 0.25) * gain,
    sharpness: average(detail.subarray(detail.length * 0.7, detail.length * 0.9)),
    chroma: cells.chroma,
    changedShare: cells.changedShare,
    meanChange: cells.change === null ? null : average(cells.change),
    medianChange: change === null ? null : at(change, 0.5),
  };
}

const evenDeviation = 0.8;
const evenLuma = 3;

function uniformShareOf({ mean, deviation }: Cells, median: number): number {
  let count = 0;
  for (let cell = 0; cell < mean.length; cell++) {
    const isEven = (deviation[cell] ?? 0) <= evenDeviation;
    if (isEven && Math.abs((mean[cell] ?? 0) - median) <= evenLuma) count++;
  }
  return count / Math.max(1, mean.length);
}

export function average(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}

/** Every third cell is plenty for a percentile, and sorting is what costs. */
function ordered(values: Float32Array): Float32Array {
  const some = new Float32Array(Math.ceil(values.length / 3));
  for (let from = 0, to = 0; from < values.length; from += 3, to++) some[to] = values[from] ?? 0;
  return some.toSorted();
}

const at = (sorted: Float32Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

export const medianOf = (values: Float32Array): number => at(ordered(values), 0.5);

function percentiles(histogram: Uint32Array, shares: readonly number[]): number[] {
  let total = 0;
  for (const count of histogram) total += count;
  return shares.map((share) => {
    let seen = 0;
    for (const [value, count] of histogram.entries()) {
      seen += count;
      if (seen >= share * total) return value;
    }
    return 255;
  });
}
