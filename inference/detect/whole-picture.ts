import type { Decoder } from './detection.ts';
import { floatOutput } from './tensor.ts';

/**
 * Decode a model that gives one score to the picture as a whole.
 * @param outputs `p_fire` float32 [1, 1], 0..1.
 * @throws PipelineError MODEL_SHAPE.
 */
export const decodeWholePicture: Decoder = (outputs, { widthPx, heightPx, minScore }) => {
  const score = floatOutput(outputs, 'p_fire', [1, 1])[0] ?? 0;
  return score < minScore ? [] : [{ classIndex: 0, score, x1: 0, y1: 0, x2: widthPx, y2: heightPx }];
};
