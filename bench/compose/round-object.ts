import type { Matte } from './matte.ts';
import { layeredNoise, valueNoise } from './random.ts';
import { type Rgb, skyLight } from './shading.ts';

/** Sizes as shares of the drawing's height. */
interface RoundShape {
  readonly seed: number;
  readonly heightPx: number;
  readonly wide: number;
  readonly surface: Rgb;
}

function blank(widthPx: number, heightPx: number): Matte {
  return {
    widthPx,
    heightPx,
    radiance: new Float32Array(widthPx * heightPx * 3),
    alpha: new Float32Array(widthPx * heightPx),
    anchorPx: [widthPx / 2, heightPx],
    gripPx: [widthPx / 2, heightPx * 0.1],
  };
}

function fill(
  matte: Matte,
  colourAt: (across: number, up: number) => { readonly light: number; readonly surface: Rgb } | null,
): Matte {
  const { widthPx, heightPx } = matte;
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      const seen = colourAt((column + 0.5 - widthPx / 2) / heightPx, 1 - (row + 0.5) / heightPx);
      if (seen === null) continue;
      const at = row * widthPx + column;
      matte.alpha[at] = 1;
      for (let c = 0; c < 3; c++) matte.radiance[at * 3 + c] = (seen.surface[c] ?? 0) * seen.light;
    }
  }
  return matte;
}

/** A heap of rubble (建筑垃圾): low, ragged, of lumps that catch the light one by one. */
export function renderHeap({ seed, heightPx, wide, surface }: RoundShape): Matte {
  return fill(blank(Math.ceil(heightPx * wide), heightPx), (across, up) => {
    const side = (2 * across) / wide;
    const ragged = 0.75 + 0.5 * (layeredNoise(seed, across * 7, 1.5) - 0.5);
    const top = ragged * (1 - Math.abs(side) ** 1.7);
    if (up > top) return null;
    const lump = layeredNoise(seed + 9, across * 14, up * 14);
    const lean = valueNoise(seed + 4, across * 11, up * 11) - 0.5;
    const stone = valueNoise(seed + 2, across * 9, up * 9) > 0.62 ? 1.35 : 1;
    return {
      light: skyLight(lean * 1.4 + 0.4 * side, 0.5 + lump, 0.7) * (0.55 + 0.7 * lump) * stone,
      surface,
    };
  });
}

/** A drum, bucket or roll that stands upright. */
export function renderDrum({ seed, heightPx, wide, surface }: RoundShape): Matte {
  const rise = 0.12;
  return fill(blank(Math.ceil(heightPx * wide), heightPx), (across, up) => {
    const side = (2 * across) / wide;
    const bend = rise * Math.sqrt(Math.max(0, 1 - side * side));
    const isLid = up > 1 - rise - bend && up < 1 - rise + bend;
    if (up < rise - bend || (up > 1 - rise && !isLid)) return null;
    const worn = 0.9 + 0.2 * layeredNoise(seed, across * 6, up * 6);
    if (isLid) return { light: worn * skyLight(0, 1, 0.4), surface };
    const hoop = Math.abs(up - 0.34) < 0.015 || Math.abs(up - 0.62) < 0.015 ? 0.7 : 1;
    return { light: worn * hoop * skyLight(side, 0, Math.sqrt(Math.max(0.05, 1 - side * side))), surface };
  });
}
