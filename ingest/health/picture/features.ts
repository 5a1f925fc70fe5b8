import type { Cells, Chroma } from './cells.ts';
import { ranksOf } from './order.ts';

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
  const means = ranksOf(cells.mean);
  return {
    mean: stretch(average(cells.mean)),
    contrast: (high - low) * gain,
    layoutSpread: (means.at(0.95) - means.at(0.05)) * gain,
    uniformShare: uniformShareOf(cells, means.at(0.5)),
    noise: ranksOf(cells.noise).at(0.25) * gain,
    sharpness: ranksOf(cells.detail).meanBetween(0.7, 0.9),
    chroma: cells.chroma,
    changedShare: cells.changedShare,
    meanChange: cells.change === null ? null : average(cells.change),
    medianChange: cells.change === null ? null : medianOf(cells.change),
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
  for (let index = 0; index < values.length; index++) sum += values[index] ?? 0;
  return sum / Math.max(1, values.length);
}

export const medianOf = (values: Float32Array): number => ranksOf(values).at(0.5);

function percentiles(histogram: Uint32Array, shares: readonly number[]): number[] {
  let total = 0;
  for (const count of histogram) total += count;
  return shares.map((share) => {
    let seen = 0;
    for (let value = 0; value < histogram.length; value++) {
      seen += histogram[value] ?? 0;
      if (seen >= share * total) return value;
    }
    return 255;
  });
}
