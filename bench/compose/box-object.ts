import type { Matte } from './matte.ts';
import { layeredNoise } from './random.ts';
import { type Rgb, skyLight } from './shading.ts';

/** A box seen from a corner, above: sizes as shares of the drawing's height. */
export interface BoxShape {
  readonly seed: number;
  readonly heightPx: number;
  /** Width of the left and of the right face, as seen. */
  readonly leftWide: number;
  readonly rightWide: number;
  /** How far the top face rises behind the front corner, as seen. */
  readonly topRise: number;
  readonly surface: Rgb;
  /** Lines across the faces at these heights (0 ground … 1 top edge): tape of a carton, drawers of a cabinet. */
  readonly seams: readonly number[];
}

/** A carton or a piece of furniture: three flat faces, lit by the sky each in its own way. */
export function renderBox(shape: BoxShape): Matte {
  const { heightPx, leftWide, rightWide, topRise } = shape;
  const widthPx = Math.ceil(heightPx * (leftWide + rightWide));
  const radiance = new Float32Array(widthPx * heightPx * 3);
  const alpha = new Float32Array(widthPx * heightPx);
  const bodyHigh = 1 - topRise;
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      const across = (column + 0.5) / heightPx - leftWide;
      const up = 1 - (row + 0.5) / heightPx;
      const isLeft = across < 0;
      // Both lower edges climb from the front corner to the sides; the upper edges run parallel to them.
      const lift = (isLeft ? -across / leftWide : across / rightWide) * topRise * 0.5;
      const share = (up - lift) / bodyHigh;
      if (share < 0) continue;
      let light: number;
      if (share <= 1) {
        light = isLeft ? skyLight(-0.75, 0, 0.65) : skyLight(0.7, 0, 0.7) * 0.82;
        if (shape.seams.some((seam) => Math.abs(seam - share) < 0.012)) light *= 0.55;
      } else {
        const roof = topRise * (1 - (isLeft ? -across / leftWide : across / rightWide));
        if (up - lift > bodyHigh + roof) continue;
        light = skyLight(0, 1, 0.4);
      }
      const at = row * widthPx + column;
      alpha[at] = 1;
      const worn = 0.86 + 0.28 * layeredNoise(shape.seed, across * 7, up * 7);
      for (let c = 0; c < 3; c++) radiance[at * 3 + c] = (shape.surface[c] ?? 0) * worn * light;
    }
  }
  return {
    widthPx,
    heightPx,
    radiance,
    alpha,
    anchorPx: [leftWide * heightPx, heightPx],
    gripPx: [leftWide * heightPx, heightPx * 0.1],
  };
}
