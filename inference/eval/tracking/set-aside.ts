import { iouPx } from '../score.ts';
import { assignMost } from './assign-most.ts';
import type { TruthFrame } from './mot-text.ts';
import type { IdentifiedFrames } from './sequence.ts';

const minOverlap = 0.5;

/** Take out what was found on a truth that does not count, as MOTChallenge and KITTI do before they judge. */
export function setAside(truth: readonly TruthFrame[], found: IdentifiedFrames): IdentifiedFrames {
  return truth.map(({ counted, uncounted }, index) => {
    const boxes = found[index] ?? [];
    if (uncounted.length === 0) return boxes;
    const all = [...counted.map(({ box }) => box), ...uncounted];
    const score = new Float64Array(all.length * boxes.length);
    for (const [row, box] of all.entries()) {
      for (const [column, other] of boxes.entries()) {
        const value = iouPx(box, other.box);
        score[row * boxes.length + column] = value < minOverlap - Number.EPSILON ? 0 : value;
      }
    }
    const aside = new Set(
      assignMost(score, all.length, boxes.length).flatMap(([row, column]) =>
        row < counted.length ? [] : [column],
      ),
    );
    return boxes.filter((_, column) => !aside.has(column));
  });
}
