import { assignMost } from './assign-most.ts';
import type { ComparedSequence } from './sequence.ts';

const minOverlap = 0.5;

/** Boxes that lie in the right track, if every true track gets the one found track that suits the whole best. */
export interface IdentitySums {
  readonly matched: number;
  readonly missed: number;
  readonly wrong: number;
}

/** @see Ristani et al. 2016, "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking" */
export function identitySums({ frames, truthLengths, foundLengths }: ComparedSequence): IdentitySums {
  const width = foundLengths.length;
  const together = new Float64Array(truthLengths.length * width);
  for (const { truthIds, foundIds, overlap } of frames) {
    for (const [at, value] of overlap.entries()) {
      if (value < minOverlap) continue;
      const row = truthIds[Math.floor(at / foundIds.length)] ?? 0;
      const pair = row * width + (foundIds[at % foundIds.length] ?? 0);
      together[pair] = (together[pair] ?? 0) + 1;
    }
  }
  const pairs = assignMost(together, truthLengths.length, width);
  const matched = pairs.reduce((sum, [row, column]) => sum + (together[row * width + column] ?? 0), 0);
  const count = (lengths: Int32Array): number => lengths.reduce((sum, length) => sum + length, 0);
  return { matched, missed: count(truthLengths) - matched, wrong: count(foundLengths) - matched };
}

export const idf1Of = ({ matched, missed, wrong }: IdentitySums): number =>
  matched / Math.max(matched + (missed + wrong) / 2, 1);
