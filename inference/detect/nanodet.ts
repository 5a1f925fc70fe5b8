import type { Candidate, Decoder } from './detection.ts';
import { cellCount, floatOutput, forEachCell } from './tensor.ts';

const classCount = 80;
const binCount = 11;
const sideCount = 4;

/** Expected value of a softmax over the bins of one side, in stride units. */
function expectedBin(reg: Float32Array, from: number): number {
  let max = -Infinity;
  for (let bin = 0; bin < binCount; bin += 1) max = Math.max(max, reg[from + bin] ?? 0);
  let sum = 0;
  let weighted = 0;
  for (let bin = 0; bin < binCount; bin += 1) {
    const weight = Math.exp((reg[from + bin] ?? 0) - max);
    sum += weight;
    weighted += bin * weight;
  }
  return weighted / sum;
}

/**
 * Decode a NanoDet head.
 * @param outputs `scores` float32 [1, anchors, 80], sigmoid already applied, no objectness; `reg` float32
 *   [1, anchors, 44]: left, top, right, bottom, each as 11 raw bins of a distribution over 0..10 strides.
 * @returns boxes in px of the input. A side is at most 10 strides from the centre of its cell, so nothing larger than
 *   640 px can be boxed.
 * @throws PipelineError MODEL_SHAPE.
 * @see Li et al. 2020, Generalized Focal Loss, arXiv:2006.04388
 */
export const decodeNanodet: Decoder = (outputs, { widthPx, heightPx, minScore, classIndexes }) => {
  const anchors = cellCount(widthPx, heightPx);
  const scores = floatOutput(outputs, 'scores', [1, anchors, classCount]);
  const reg = floatOutput(outputs, 'reg', [1, anchors, sideCount * binCount]);
  const found: Candidate[] = [];
  forEachCell(widthPx, heightPx, (anchor, gridX, gridY, stride) => {
    for (const classIndex of classIndexes) {
      const score = scores[anchor * classCount + classIndex] ?? 0;
      if (score < minScore) continue;
      // The centre of the cell, not its corner: without the half AP falls by a third.
      const centreX = (gridX + 0.5) * stride;
      const centreY = (gridY + 0.5) * stride;
      const side = (index: number): number =>
        expectedBin(reg, (anchor * sideCount + index) * binCount) * stride;
      found.push({
        classIndex,
        score,
        x1: centreX - side(0),
        y1: centreY - side(1),
        x2: centreX + side(2),
        y2: centreY + side(3),
      });
    }
  });
  return found;
};
