import type { TextLine } from './text-lines.ts';

/** Interleaved RGB, 8 bits each. */
export interface RgbPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly data: Uint8Array;
}

/** Normalised per channel: `(value / 255 − mean) / std`, channels in the order blue, green, red. */
export interface Normalising {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

function sample({ widthPx, heightPx, data }: RgbPicture, x: number, y: number, channel: number): number {
  const left = Math.min(widthPx - 1, Math.max(0, x - 0.5));
  const top = Math.min(heightPx - 1, Math.max(0, y - 0.5));
  const [x0, y0] = [Math.floor(left), Math.floor(top)];
  const [x1, y1] = [Math.min(widthPx - 1, x0 + 1), Math.min(heightPx - 1, y0 + 1)];
  const [fx, fy] = [left - x0, top - y0];
  const at = (px: number, py: number): number => data[(py * widthPx + px) * 3 + channel] ?? 0;
  return (
    (at(x0, y0) * (1 - fx) + at(x1, y0) * fx) * (1 - fy) + (at(x0, y1) * (1 - fx) + at(x1, y1) * fx) * fy
  );
}

/** Where in the picture a point of a line is: `u` along it and `v` along its strokes, from its centre. */
function pointsOf({ centreX, centreY, angleRad, strokeRad }: Omit<TextLine, 'score'>) {
  const [alongX, alongY] = [Math.cos(angleRad), Math.sin(angleRad)];
  const [strokeX, strokeY] = [Math.cos(strokeRad), Math.sin(strokeRad)];
  return (u: number, v: number): [number, number] => [
    centreX + u * alongX + v * strokeX,
    centreY + u * alongY + v * strokeY,
  ];
}

/**
 * Cut a line out as a network's input, turned and set upright.
 * @param line in pixels of the picture.
 * @returns float32 [3, heightPx, widthPx].
 */
export function cutLine(
  picture: RgbPicture,
  line: Omit<TextLine, 'score'>,
  size: { readonly widthPx: number; readonly heightPx: number },
  { mean, std }: Normalising,
): Float32Array {
  const { widthPx, heightPx } = size;
  const plane = widthPx * heightPx;
  const tensor = new Float32Array(3 * plane);
  const pointAt = pointsOf(line);
  for (let row = 0; row < heightPx; row++) {
    const v = ((row + 0.5) / heightPx - 0.5) * line.height;
    for (let column = 0; column < widthPx; column++) {
      const u = ((column + 0.5) / widthPx - 0.5) * line.width;
      const [x, y] = pointAt(u, v);
      for (let channel = 0; channel < 3; channel++) {
        const value = sample(picture, x, y, 2 - channel);
        tensor[channel * plane + row * widthPx + column] =
          (value / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
      }
    }
  }
  return tensor;
}

/**
 * How sharp the strokes of a line are: mean of the steepest tenth of the horizontal steps over the span of its greys.
 * 1: from one pixel to the next from darkest to lightest; a blurred line has small steps only.
 */
export function sharpnessOf(picture: RgbPicture, line: Omit<TextLine, 'score'>): number {
  const pointAt = pointsOf(line);
  const [columns, rows] = [Math.max(2, Math.round(line.width)), Math.max(2, Math.round(line.height))];
  const steps: number[] = [];
  let [darkest, lightest] = [255, 0];
  for (let row = 0; row < rows; row++) {
    let before: number | null = null;
    const v = ((row + 0.5) / rows - 0.5) * line.height;
    for (let column = 0; column < columns; column++) {
      const u = ((column + 0.5) / columns - 0.5) * line.width;
      const grey = sample(picture, ...pointAt(u, v), 1);
      darkest = Math.min(darkest, grey);
      lightest = Math.max(lightest, grey);
      if (before !== null) steps.push(Math.abs(grey - before));
      before = grey;
    }
  }
  const steepest = steps.toSorted((a, b) => b - a).slice(0, Math.max(1, Math.floor(steps.length / 10)));
  const mean = steepest.reduce((sum, step) => sum + step, 0) / Math.max(1, steepest.length);
  return mean / Math.max(16, lightest - darkest);
}
