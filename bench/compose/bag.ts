import type { Matte } from './matte.ts';
import { mix, smoothstep } from './picture.ts';
import { layeredNoise, valueNoise } from './random.ts';
import { type Rgb, skyLight } from './shading.ts';

/** How a bag is drawn. */
export interface BagShape {
  readonly seed: number;
  /** 0 hangs from its neck, 1 stands on the ground and has sunk into itself. */
  readonly slump: number;
  /** Resolution of the drawing; the bag's body and tied neck fill this height. */
  readonly heightPx: number;
}

/** [height above the ground as a share of the whole, half width as the same share] from the ground upwards. */
type Outline = readonly (readonly [number, number])[];
const HANGING: Outline = [
  [0, 0.05],
  [0.03, 0.2],
  [0.1, 0.31],
  [0.25, 0.37],
  [0.42, 0.345],
  [0.58, 0.25],
  [0.72, 0.13],
  [0.82, 0.06],
  [0.9, 0.075],
  [1, 0.12],
];
const STANDING: Outline = [
  [0, 0.34],
  [0.04, 0.44],
  [0.14, 0.49],
  [0.32, 0.48],
  [0.5, 0.41],
  [0.64, 0.29],
  [0.74, 0.15],
  [0.8, 0.075],
  [0.88, 0.13],
  [1, 0.17],
];

const WOVEN: Rgb = [0.098, 0.11, 0.112];
const DUST: Rgb = [0.42, 0.405, 0.375];
const PRINT: Rgb = [0.03, 0.05, 0.1];
const CORD: Rgb = [0.04, 0.035, 0.03];

/**
 * A woven plastic bag (编织袋) of rubble: lumpy, tied at the neck, dusty towards the bottom; the dust of plaster
 * and cement is lighter than the grey weave.
 */
export function renderBag(shape: BagShape): Matte {
  const { seed, slump, heightPx } = shape;
  const widthPx = Math.ceil(heightPx * 1.16);
  const radiance = new Float32Array(widthPx * heightPx * 3);
  const alpha = new Float32Array(widthPx * heightPx);
  const lean = (valueNoise(seed, 0.5, 77.7) - 0.5) * 0.24 * slump;

  /** Half depth of the bag towards the viewer at a point, as a share of its height; negative outside. */
  const depthAt = (across: number, up: number): number => {
    const half =
      halfWidthAt(up, slump) * (1 + 0.16 * (valueNoise(seed + 9, up * 5, across > 0 ? 3 : 8) - 0.5));
    const offset = across - lean * smoothstep(0.5, 1, up);
    const inside = 1 - (offset / half) ** 2;
    if (inside <= 0) return -1;
    const body = 1 - smoothstep(0.6, 0.8, up);
    const lumps = (layeredNoise(seed + 20, across * 9, up * 9) - 0.5) * 0.22 * body;
    const folds =
      Math.sin((offset / half) * 7 + 5 * valueNoise(seed + 5, across * 6, up * 4)) *
      0.04 *
      smoothstep(0.35, 0.7, up);
    return half * 0.9 * Math.sqrt(inside) + lumps + folds + 0.05;
  };

  const step = 1 / heightPx;
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      const across = (column + 0.5 - widthPx / 2) / heightPx;
      const up = 1 - (row + 0.5) / heightPx;
      const depth = depthAt(across, up);
      const frayed = 1 - 0.07 * valueNoise(seed + 3, across * 30, 0.5);
      if (depth < 0 || up > frayed) continue;
      const slopeAcross = slope(depthAt(across + step, up), depthAt(across - step, up), depth, step);
      const slopeUp = slope(depthAt(across, up + step), depthAt(across, up - step), depth, step);
      const light = skyLight(-slopeAcross, -slopeUp, 1) * mix(1, mix(0.5, 1, smoothstep(0, 0.2, up)), slump);
      const at = row * widthPx + column;
      alpha[at] = 1;
      const surface = surfaceAt(seed, across, up);
      for (let c = 0; c < 3; c++) radiance[at * 3 + c] = (surface[c] ?? 0) * light;
    }
  }
  return {
    widthPx,
    heightPx,
    radiance,
    alpha,
    anchorPx: [widthPx / 2, heightPx],
    gripPx: [widthPx / 2, heightPx * 0.1],
  };
}

function halfWidthAt(up: number, slump: number): number {
  return mix(along(HANGING, up), along(STANDING, up), slump);
}

function along(outline: Outline, up: number): number {
  for (let i = 1; i < outline.length; i++) {
    const [fromUp, from] = outline[i - 1] ?? [0, 0];
    const [toUp, to] = outline[i] ?? [1, 0];
    if (up <= toUp)
      return mix(from, to, smoothstep(fromUp, toUp, up) * 0.5 + ((up - fromUp) / (toUp - fromUp)) * 0.5);
  }
  return outline.at(-1)?.[1] ?? 0;
}

function slope(ahead: number, behind: number, here: number, step: number): number {
  if (ahead < 0 && behind < 0) return 0;
  if (ahead < 0) return (here - behind) / step;
  if (behind < 0) return (ahead - here) / step;
  return (ahead - behind) / (2 * step);
}

function surfaceAt(seed: number, across: number, up: number): Rgb {
  const weave = 1 + 0.05 * Math.sin(across * 260) * Math.sin(up * 240);
  const dusty = smoothstep(0.45, 0.85, layeredNoise(seed + 40, across * 6, up * 6) + 0.9 * (0.36 - up)) * 0.8;
  const printed = Math.abs(across - 0.13) < 0.016 || Math.abs(across + 0.19) < 0.016 ? 0.55 : 0;
  const tied = Math.abs(up - 0.81) < 0.018 ? 0.9 : 0;
  const channel = (c: 0 | 1 | 2): number =>
    weave * mix(mix(mix(WOVEN[c], PRINT[c], printed), DUST[c], dusty), CORD[c], tied);
  return [channel(0), channel(1), channel(2)];
}
