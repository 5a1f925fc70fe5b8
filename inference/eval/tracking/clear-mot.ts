import { assignMost } from './assign-most.ts';
import type { ComparedSequence } from './sequence.ts';

const minOverlap = 0.5;
/** Keeping a pair of the frame before outweighs any overlap. */
const keepBonus = 1_000;
const nobody = -1;

/** Sums over frames; those of several sequences may be added. */
export interface ClearSums {
  readonly matched: number;
  readonly missed: number;
  readonly wrong: number;
  /** A true object is followed under another id than the last time it was. */
  readonly switches: number;
}

/** @see Bernardin & Stiefelhagen 2008, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT Metrics" */
export function clearSums({ frames, truthLengths }: ComparedSequence): ClearSums {
  const lastFound = new Int32Array(truthLengths.length).fill(nobody);
  const foundJustBefore = new Int32Array(truthLengths.length).fill(nobody);
  let [matched, missed, wrong, switches] = [0, 0, 0, 0];
  for (const { truthIds, foundIds, overlap } of frames) {
    const columns = foundIds.length;
    const score = overlap.map((value, at) => {
      if (value < minOverlap - Number.EPSILON) return 0;
      const isKept = foundJustBefore[truthIds[Math.floor(at / columns)] ?? 0] === foundIds[at % columns];
      return value + (isKept ? keepBonus : 0);
    });
    const pairs = assignMost(score, truthIds.length, columns);
    // A frame without truth or without tracks says nothing of who was where: pairs before it live on.
    if (truthIds.length > 0 && columns > 0) foundJustBefore.fill(nobody);
    for (const [row, column] of pairs) {
      const [truthId, foundId] = [truthIds[row] ?? 0, foundIds[column] ?? 0];
      const before = lastFound[truthId] ?? nobody;
      if (before !== nobody && before !== foundId) switches += 1;
      lastFound[truthId] = foundId;
      foundJustBefore[truthId] = foundId;
    }
    matched += pairs.length;
    missed += truthIds.length - pairs.length;
    wrong += columns - pairs.length;
  }
  return { matched, missed, wrong, switches };
}

/** Multiple Object Tracking Accuracy: 1 − (misses + false boxes + switches) / true boxes; may be negative. */
export const motaOf = ({ matched, missed, wrong, switches }: ClearSums): number =>
  (matched - wrong - switches) / Math.max(matched + missed, 1);
