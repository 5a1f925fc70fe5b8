import type { Candidate, Decoder } from './detection.ts';
import { cellCount, floatOutput, forEachCell } from './tensor.ts';

const classCount = 80;
const boxValues = 5;
const rowValues = boxValues + classCount;

/**
 * Decode a YOLOX head.
 * @param outputs `output` float32 [1, anchors, 5 + 80]: cx, cy offsets and log w, h in stride units; then objectness
 *   and class scores, sigmoid already applied.
 * @returns boxes in px of the input; score = objectness · class score.
 * @throws PipelineError MODEL_SHAPE when `anchors` is not the sum over strides 8, 16 and 32.
 * @see Ge et al. 2021, arXiv:2107.08430
 */
export const decodeYolox: Decoder = (outputs, { widthPx, heightPx, minScore, classIndexes }) => {
  const rows = floatOutput(outputs, 'output', [1, cellCount(widthPx, heightPx), rowValues]);
  const found: Candidate[] = [];
  forEachCell(widthPx, heightPx, (anchor, gridX, gridY, stride) => {
    const row = anchor * rowValues;
    const objectness = rows[row + 4] ?? 0;
    if (objectness < minScore) return;
    for (const classIndex of classIndexes) {
      const score = objectness * (rows[row + boxValues + classIndex] ?? 0);
      if (score < minScore) continue;
      const centreX = ((rows[row] ?? 0) + gridX) * stride;
      const centreY = ((rows[row + 1] ?? 0) + gridY) * stride;
      const halfWidth = (Math.exp(rows[row + 2] ?? 0) * stride) / 2;
      const halfHeight = (Math.exp(rows[row + 3] ?? 0) * stride) / 2;
      found.push({
        classIndex,
        score,
        x1: centreX - halfWidth,
        y1: centreY - halfHeight,
        x2: centreX + halfWidth,
        y2: centreY + halfHeight,
      });
    }
  });
  return found;
};
