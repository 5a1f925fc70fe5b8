import { encodeSrgb, type ObjectKind, renderObject } from '../compose/index.ts';
import type { Patch } from './patch.ts';

/** What is left behind. */
export interface Model {
  readonly id: string;
  readonly kind: ObjectKind;
  readonly seed: number;
  readonly heightM: number;
  /** Light it sends back against the drawing's own: below 1 darker. */
  readonly shade: number;
  /** Added to U and V. */
  readonly tint: readonly [number, number];
  /** Somebody can carry it in one hand. */
  readonly isCarried: boolean;
}

const model = (
  id: string,
  kind: ObjectKind,
  heightM: number,
  shade: number,
  tint: readonly [number, number],
  more: { readonly isCarried?: boolean } = {},
): Model => ({
  id,
  kind,
  seed: id.length * 7919 + heightM * 1_000,
  heightM,
  shade,
  tint,
  isCarried: true,
  ...more,
});

/** Eighteen things. */
export const models: readonly Model[] = [
  model('grey sack', 'bag', 0.6, 1, [0, 0]),
  model('black bag', 'bag', 0.55, 0.25, [0, 0]),
  model('white bag', 'bag', 0.5, 4.5, [0, 0]),
  model('blue bag', 'bag', 0.5, 1.6, [26, -14]),
  model('pile of sacks', 'bagPile', 0.6, 1.2, [0, 0], { isCarried: false }),
  model('carton', 'carton', 0.45, 1, [0, 0]),
  model('large carton', 'carton', 0.75, 1.2, [0, 0]),
  model('brown cabinet', 'cabinet', 1.1, 1, [0, 0], { isCarried: false }),
  model('rubble', 'rubble', 0.45, 1.1, [0, 0], { isCarried: false }),
  model('blue drum', 'drum', 0.85, 1, [0, 0]),
  model('grey bucket', 'drum', 0.4, 1.8, [-6, 2]),
  model('mattress', 'mattress', 0.8, 1, [0, 0], { isCarried: false }),
  model('green bag', 'bag', 0.55, 1.3, [-14, -18]),
  model('dark crate', 'carton', 0.4, 0.4, [0, 0]),
  model('pale cabinet', 'cabinet', 0.9, 2.4, [0, 0], { isCarried: false }),
  model('dark rubble', 'rubble', 0.5, 0.35, [0, 0], { isCarried: false }),
  model('red drum', 'drum', 0.6, 1.2, [-12, 34]),
  model('sacks in a row', 'bagPile', 0.5, 2.2, [4, -6], { isCarried: false }),
];

/**
 * Draw a thing in the light of a scene.
 * @param white what a white sheet in the scene would show, in luma.
 */
export function drawThing(one: Model, white: number): Patch {
  const matte = renderObject(one.kind, Math.round(one.seed), 1);
  const cells = matte.widthPx * matte.heightPx;
  const patch = {
    widthPx: matte.widthPx,
    heightPx: matte.heightPx,
    luma: new Float32Array(cells),
    u: new Float32Array(cells).fill(128),
    v: new Float32Array(cells).fill(128),
    alpha: matte.alpha,
    footPx: matte.anchorPx,
  };
  for (let cell = 0; cell < cells; cell++) {
    const [r = 0, g = 0, b = 0] = [0, 1, 2].map(
      (c) => (encodeSrgb(Math.min(1, (matte.radiance[3 * cell + c] ?? 0) * one.shade)) * white) / 255,
    );
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    patch.luma[cell] = 16 + 0.86 * luma;
    patch.u[cell] = 128 + 0.49 * (b - luma) + one.tint[0];
    patch.v[cell] = 128 + 0.62 * (r - luma) + one.tint[1];
  }
  return patch;
}

/** The same thing so near to its ground in brightness that it hardly shows: mean luma `ground + step`, colours kept. */
export function faint(patch: Patch, ground: number, step: number, colour: number): Patch {
  let [sum, weight] = [0, 0];
  patch.luma.forEach((value, cell) => {
    sum += value * (patch.alpha[cell] ?? 0);
    weight += patch.alpha[cell] ?? 0;
  });
  const mean = sum / Math.max(weight, 1);
  return {
    ...patch,
    luma: patch.luma.map((value) => ground + step + 0.35 * (value - mean)),
    u: patch.u.map((value) => 128 + colour * (value - 128)),
    v: patch.v.map((value) => 128 + colour * (value - 128)),
  };
}
