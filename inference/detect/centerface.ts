import type { Candidate, Decoder } from './detection.ts';
import { floatOutput } from './tensor.ts';

const stridePx = 4;

/**
 * Decode a CenterFace head. Landmarks are not read: the product only hides faces.
 * @param outputs at a quarter of the input's size: `heat` float32 [1, 1, h, w], sigmoid applied; `scale` [1, 2, h, w]
 *   = log height, log width in strides; `offset` [1, 2, h, w] = y, x.
 * @throws PipelineError MODEL_SHAPE.
 * @see Xu et al. 2019, arXiv:1911.03599
 */
export const decodeCenterface: Decoder = (outputs, { widthPx, heightPx, minScore }) => {
  const width = widthPx / stridePx;
  const height = heightPx / stridePx;
  const heat = floatOutput(outputs, 'heat', [1, 1, height, width]);
  const scale = floatOutput(outputs, 'scale', [1, 2, height, width]);
  const offset = floatOutput(outputs, 'offset', [1, 2, height, width]);
  const cells = width * height;
  const found: Candidate[] = [];
  for (let cell = 0; cell < cells; cell += 1) {
    const score = heat[cell] ?? 0;
    if (score < minScore) continue;
    const halfHeight = (stridePx * Math.exp(scale[cell] ?? 0)) / 2;
    const halfWidth = (stridePx * Math.exp(scale[cells + cell] ?? 0)) / 2;
    const centreY = (Math.floor(cell / width) + (offset[cell] ?? 0) + 0.5) * stridePx;
    const centreX = ((cell % width) + (offset[cells + cell] ?? 0) + 0.5) * stridePx;
    found.push({
      classIndex: 0,
      score,
      x1: centreX - halfWidth,
      y1: centreY - halfHeight,
      x2: centreX + halfWidth,
      y2: centreY + halfHeight,
    });
  }
  return found;
};
