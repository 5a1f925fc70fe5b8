import type { Candidate, Decoder } from './detection.ts';
import { floatOutput, int64Output } from './tensor.ts';

/**
 * Decode the post-processed outputs of a DETR-like model (RT-DETR, D-FINE, DEIM).
 * @param outputs `labels` int64 [1, queries], `boxes` float32 [1, queries, 4] = x1, y1, x2, y2, `scores` float32
 *   [1, queries]. The model was told the size of its own input as the size of the original, so boxes are in px of it.
 * @throws PipelineError MODEL_SHAPE.
 */
export const decodeDetr: Decoder = (outputs, { minScore, classIndexes }) => {
  const scores = floatOutput(outputs, 'scores', [1, -1]);
  const labels = int64Output(outputs, 'labels', [1, scores.length]);
  const boxes = floatOutput(outputs, 'boxes', [1, scores.length, 4]);
  const wanted = new Set(classIndexes);
  const found: Candidate[] = [];
  for (const [query, score] of scores.entries()) {
    const classIndex = Number(labels[query] ?? -1n);
    if (score < minScore || !wanted.has(classIndex)) continue;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.subarray(4 * query, 4 * query + 4);
    found.push({ classIndex, score, x1, y1, x2, y2 });
  }
  return found;
};
