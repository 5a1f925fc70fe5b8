import type { Layers } from './layers.ts';
import type { CellBox } from './regions.ts';

/** How a resting region differs from the ground it covers. */
export interface Appearance {
  /**
   * 0..1: how much of the contour belongs to what is there now, the rest to what was there before. A thing that was
   * left has its outline now (near 1); where something was taken away, the outline was there before (near 0).
   */
  readonly leftScore: number;
  /** The region is its ground, only brighter or darker: a patch of light or a shadow. */
  readonly isLight: boolean;
}

/** How far inside and outside of the outline colours are taken, in cells: nearer ones are blurred by the lens. */
const reach = 2;
/** Luma and colour steps below this are noise. */
const noiseStep = 4;

/**
 * Was something left here, or taken away? Compares the outline of the region in the picture of now with the same
 * line in the learnt background.
 * @param cells the region's cells, `isMember` 1 for these and 0 elsewhere.
 */
export function appearanceOf(
  layers: Layers,
  cells: Int32Array,
  isMember: Uint8Array,
  bounds: CellBox,
): Appearance {
  const { columns, rows, background, rest } = layers;
  let edgesNow = 0;
  let edgesBefore = 0;
  let steep = 0;
  const steps: readonly (readonly [number, number])[] = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ];
  for (const cell of cells) {
    const row = Math.floor(cell / columns);
    const column = cell - row * columns;
    for (const [dx, dy] of steps) {
      const nextColumn = column + dx;
      const nextRow = row + dy;
      if (nextColumn < 0 || nextColumn >= columns || nextRow < 0 || nextRow >= rows) continue;
      if (isMember[nextRow * columns + nextColumn] === 1) continue;
      const outColumn = column + dx * reach;
      const outRow = row + dy * reach;
      if (outColumn < 0 || outColumn >= columns || outRow < 0 || outRow >= rows) continue;
      const out = outRow * columns + outColumn;
      if (isMember[out] === 1) continue;
      const inColumn = Math.min(Math.max(column - dx, bounds.left), bounds.right);
      const inRow = Math.min(Math.max(row - dy, bounds.top), bounds.bottom);
      const within = inRow * columns + inColumn;
      const inner = isMember[within] === 1 ? within : cell;
      const outLuma = background.luma[out] ?? 0;
      const outU = background.u[out] ?? 0;
      const outV = background.v[out] ?? 0;
      const now =
        Math.abs((rest.luma[inner] ?? 0) - outLuma) +
        Math.abs((rest.u[inner] ?? 0) - outU) +
        Math.abs((rest.v[inner] ?? 0) - outV);
      const before =
        Math.abs((background.luma[inner] ?? 0) - outLuma) +
        Math.abs((background.u[inner] ?? 0) - outU) +
        Math.abs((background.v[inner] ?? 0) - outV);
      edgesNow += Math.max(0, now - noiseStep);
      const next = nextRow * columns + nextColumn;
      steep += Math.max(0, Math.abs((rest.luma[cell] ?? 0) - (background.luma[next] ?? 0)) - noiseStep);
      edgesBefore += Math.max(0, before - noiseStep);
    }
  }
  const total = edgesNow + edgesBefore;
  return {
    leftScore: total <= 0 ? 0.5 : edgesNow / total,
    isLight: isOnlyLight(layers, cells, total <= 0 ? 0 : steep / Math.max(edgesNow, 1)),
  };
}

/** Pattern of the ground that still shows this clearly, or an outline softer than this, is light. */
const [samePattern, softOutline] = [0.75, 0.45];

/**
 * A shadow or a patch of light changes all cells by one factor and no colour: the pattern of the ground goes on in it.
 * On plain ground only the outline can tell: light fades, things end.
 * @param sharpness how much of the step over the outline happens within one cell, 0..1.
 */
function isOnlyLight({ background, rest }: Layers, cells: Int32Array, sharpness: number): boolean {
  let [count, was, wasSquared, is, isSquared, product, colour, ratios, ratiosSquared] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0,
  ];
  for (const cell of cells) {
    const before = background.luma[cell] ?? 0;
    const now = rest.luma[cell] ?? 0;
    if (before < 16) continue;
    count++;
    was += before;
    wasSquared += before * before;
    is += now;
    isSquared += now * now;
    product += before * now;
    ratios += now / before;
    ratiosSquared += (now / before) ** 2;
    colour +=
      Math.abs((rest.u[cell] ?? 0) - (background.u[cell] ?? 0)) +
      Math.abs((rest.v[cell] ?? 0) - (background.v[cell] ?? 0));
  }
  if (count < 0.5 * cells.length) return false;
  const ratio = ratios / count;
  if (ratio < 0.4 || ratio > 2.6 || colour / count > 8) return false;
  const variance = Math.max(0, wasSquared / count - (was / count) ** 2);
  const varianceNow = Math.max(0, isSquared / count - (is / count) ** 2);
  const texture = Math.sqrt(variance) / (was / count);
  if (texture > 0.04) {
    const correlation =
      (product / count - (was / count) * (is / count)) / Math.sqrt(variance * varianceNow + 1e-6);
    return correlation > samePattern;
  }
  const spread = Math.sqrt(Math.max(0, ratiosSquared / count - ratio * ratio)) / ratio;
  return spread < 0.05 && sharpness < softOutline;
}
