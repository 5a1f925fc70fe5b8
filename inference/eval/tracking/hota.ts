import { assignMost } from './assign-most.ts';
import type { ComparedSequence } from './sequence.ts';

/** 0.05, 0.10 … 0.95: how much two boxes must overlap to be the same object. */
const alphas = Array.from({ length: 19 }, (_, index) => 0.05 * (index + 1));
const rounding = Number.EPSILON;

/** Sums over frames, one entry per alpha; sums of several sequences may be added. */
export interface HotaSums {
  readonly matched: Float64Array;
  readonly missed: Float64Array;
  readonly wrong: Float64Array;
  /** Over all matched pairs of boxes: how well their two tracks agree, each 0..1. */
  readonly agreement: Float64Array;
  /** Over all matched pairs of boxes: IoU. */
  readonly overlap: Float64Array;
}

/** Higher Order Tracking Accuracy and its parts, 0..1, mean over alphas. */
export interface Hota {
  readonly hota: number;
  readonly detA: number;
  readonly assA: number;
  readonly locA: number;
}

/**
 * For every pair of ids, how much of both tracks lies together: Jaccard index of the tracks, each frame weighed by
 * how exclusively these two overlap there. `truth ids × found ids`, row-major.
 */
function alignmentOf({ frames, truthLengths, foundLengths }: ComparedSequence): Float64Array {
  const width = foundLengths.length;
  const together = new Float64Array(truthLengths.length * width);
  for (const { truthIds, foundIds, overlap } of frames) {
    const columns = foundIds.length;
    const ofTruth = new Float64Array(truthIds.length);
    const ofFound = new Float64Array(columns);
    for (const [at, value] of overlap.entries()) {
      const [row, column] = [Math.floor(at / columns), at % columns];
      ofTruth[row] = (ofTruth[row] ?? 0) + value;
      ofFound[column] = (ofFound[column] ?? 0) + value;
    }
    for (const [at, value] of overlap.entries()) {
      const [row, column] = [Math.floor(at / columns), at % columns];
      const all = (ofTruth[row] ?? 0) + (ofFound[column] ?? 0) - value;
      const pair = (truthIds[row] ?? 0) * width + (foundIds[column] ?? 0);
      if (all > rounding) together[pair] = (together[pair] ?? 0) + value / all;
    }
  }
  return together.map((value, pair) => {
    const either = (truthLengths[Math.floor(pair / width)] ?? 0) + (foundLengths[pair % width] ?? 0);
    return value / (either - value);
  });
}

/**
 * @see Luiten et al. 2021, "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", IJCV 129
 */
export function hotaSums(sequence: ComparedSequence): HotaSums {
  const { frames, truthLengths, foundLengths } = sequence;
  const width = foundLengths.length;
  const alignment = alignmentOf(sequence);
  const zeros = (): Float64Array => new Float64Array(alphas.length);
  const sums = { matched: zeros(), missed: zeros(), wrong: zeros(), agreement: zeros(), overlap: zeros() };
  const pairsAt = alphas.map(() => new Map<number, number>());
  for (const { truthIds, foundIds, overlap } of frames) {
    const columns = foundIds.length;
    const pairOf = (row: number, column: number): number =>
      (truthIds[row] ?? 0) * width + (foundIds[column] ?? 0);
    const score = overlap.map(
      (value, at) => value * (alignment[pairOf(Math.floor(at / columns), at % columns)] ?? 0),
    );
    const pairs = assignMost(score, truthIds.length, columns);
    for (const [index, alpha] of alphas.entries()) {
      let matched = 0;
      for (const [row, column] of pairs) {
        const value = overlap[row * columns + column] ?? 0;
        if (value < alpha - rounding) continue;
        matched += 1;
        sums.overlap[index] = (sums.overlap[index] ?? 0) + value;
        const pair = pairOf(row, column);
        pairsAt[index]?.set(pair, (pairsAt[index].get(pair) ?? 0) + 1);
      }
      sums.matched[index] = (sums.matched[index] ?? 0) + matched;
      sums.missed[index] = (sums.missed[index] ?? 0) + truthIds.length - matched;
      sums.wrong[index] = (sums.wrong[index] ?? 0) + columns - matched;
    }
  }
  for (const [index, pairs] of pairsAt.entries()) {
    for (const [pair, count] of pairs) {
      const either = (truthLengths[Math.floor(pair / width)] ?? 0) + (foundLengths[pair % width] ?? 0);
      sums.agreement[index] = (sums.agreement[index] ?? 0) + (count * count) / (either - count);
    }
  }
  return sums;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Several sequences are judged as one: their sums are added before anything is divided. */
export function hotaOf(sequences: readonly HotaSums[]): Hota {
  const total = (part: keyof HotaSums, index: number): number =>
    sequences.reduce((sum, sums) => sum + (sums[part][index] ?? 0), 0);
  const each = (value: (index: number) => number): Float64Array => Float64Array.from(alphas.keys(), value);
  const detA = each((index) => {
    const matched = total('matched', index);
    return matched / Math.max(matched + total('missed', index) + total('wrong', index), 1);
  });
  const assA = each((index) => total('agreement', index) / Math.max(total('matched', index), 1));
  const locA = each((index) => {
    const matched = total('matched', index);
    return matched === 0 ? 1 : total('overlap', index) / matched;
  });
  const hota = each((index) => Math.sqrt((detA[index] ?? 0) * (assA[index] ?? 0)));
  return { hota: mean(hota), detA: mean(detA), assA: mean(assA), locA: mean(locA) };
}
