import type { Layers } from './layers.ts';
import type { CellBox } from './regions.ts';

/** How a resting region differs from the ground it covers. */
export interface Appearance {
  /**
   * 0..1: near 1 something was left, near 0 something was taken away and the ground lies open. Made of the two below:
   * on bricks and markings an outline drowns in that of the ground, on plain ground it is the surer of the two.
   */
  readonly leftScore: number;
  /** 0..1: how much of the contour belongs to what is there now, the rest to what was there before. */
  readonly outlineScore: number;
  /** 0..1: how much less the region of now looks like the ground around it than what was there before. */
  readonly strangeScore: number;
  /** The region is its ground, only brighter or darker: a patch of light or a shadow. */
  readonly isLight: boolean;
  /** Share of its cells that show the background a little beside: near 1 nothing came, the camera moved. */
  readonly movedShare: number;
}

/** How far inside and outside of the outline colours are taken, in cells: nearer ones are blurred by the lens. */
const reach = 2;
const strangeWeight = 0.6;
/** Luma and colour steps below this are noise. */
const noiseStep = 4;

/**
 * Was something left here, or taken away? Compares the outline of the region in the picture of now with the same
 * line in the learnt background.
 * @param scratch a byte per cell, all 0, and all 0 again afterwards.
 */
export function appearanceOf(
  layers: Layers,
  cells: Int32Array,
  scratch: Uint8Array,
  bounds: CellBox,
): Appearance {
  for (const cell of cells) scratch[cell] = 1;
  const appearance = compare(layers, cells, scratch, bounds);
  for (const cell of cells) scratch[cell] = 0;
  return appearance;
}

/** @param isMember 1 for the region's cells and 0 elsewhere. */
function compare(layers: Layers, cells: Int32Array, isMember: Uint8Array, bounds: CellBox): Appearance {
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
  const outlineScore = total <= 0 ? 0.5 : edgesNow / total;
  const strangeScore = strangeness(layers, cells, isMember, bounds);
  return {
    leftScore: (1 - strangeWeight) * outlineScore + strangeWeight * strangeScore,
    outlineScore,
    strangeScore,
    movedShare: shareMoved(layers, cells),
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

/** Bins of 8 steps of luma. */
const [lumaBins, lumaStep] = [32, 8];
/** Ground is looked at from this many cells on around a region (nearer ones are blurred or in its shade). */
const nearestRing = 2;
const leastRing = 12;
/** Two looks of the same ground differ by so much. */
const sameGround = 2;

/** How a set of cells looks: its brightnesses, and its mean colour. */
interface Look {
  readonly counts: Float64Array;
  n: number;
  u: number;
  v: number;
}

const noLook = (): Look => ({ counts: new Float64Array(lumaBins), n: 0, u: 0, v: 0 });

function addTo(look: Look, { luma, u, v }: Layers['rest'], cell: number): void {
  const bin = Math.min(lumaBins - 1, Math.max(0, Math.floor((luma[cell] ?? 0) / lumaStep)));
  look.counts[bin] = (look.counts[bin] ?? 0) + 1;
  look.n++;
  look.u += u[cell] ?? 128;
  look.v += v[cell] ?? 128;
}

/** Steps of luma by which one set of brightnesses must be moved to be the other, and the difference of the colours. */
function differenceOf(a: Look, b: Look): number {
  let [ahead, moved] = [0, 0];
  for (let bin = 0; bin < lumaBins; bin++) {
    ahead += (a.counts[bin] ?? 0) / a.n - (b.counts[bin] ?? 0) / b.n;
    moved += Math.abs(ahead) * lumaStep;
  }
  return moved + Math.abs(a.u / a.n - b.u / b.n) + Math.abs(a.v / a.n - b.v / b.n);
}

function strangeness(layers: Layers, cells: Int32Array, isMember: Uint8Array, bounds: CellBox): number {
  const { columns, rows, background, rest, restSinceMs } = layers;
  const [now, before, around] = [noLook(), noLook(), noLook()];
  for (const cell of cells) {
    addTo(now, rest, cell);
    addTo(before, background, cell);
  }
  const reachOut =
    nearestRing + 2 + Math.ceil((bounds.right - bounds.left + bounds.bottom - bounds.top + 2) / 6);
  const isClear = (cell: number): boolean => isMember[cell] !== 1 && (restSinceMs[cell] ?? -1) < 0;
  for (
    let row = Math.max(0, bounds.top - reachOut);
    row <= Math.min(rows - 1, bounds.bottom + reachOut);
    row++
  ) {
    for (
      let column = Math.max(0, bounds.left - reachOut);
      column <= Math.min(columns - 1, bounds.right + reachOut);
      column++
    ) {
      const isNear =
        row > bounds.top - nearestRing &&
        row < bounds.bottom + nearestRing &&
        column > bounds.left - nearestRing &&
        column < bounds.right + nearestRing;
      const cell = row * columns + column;
      if (!isNear && isClear(cell)) addTo(around, background, cell);
    }
  }
  if (around.n < leastRing || now.n === 0) return 0.5;
  const ofNow = Math.max(0, differenceOf(now, around) - sameGround);
  const ofBefore = Math.max(0, differenceOf(before, around) - sameGround);
  return ofNow + ofBefore <= 0 ? 0.5 : ofNow / (ofNow + ofBefore);
}

/** A camera that moved further than was compensated shows each edge a little beside, all by the same way. */
const furthestMove = 4;
const [sameLuma, sameColour] = [10, 14];
/** At least so many steps, and up to this share of what the region differs by. */
const [leastSameLuma, explained] = [2, 0.5];

/** The largest share of the cells that one and the same small movement of the background explains. */
function shareMoved({ columns, rows, background, rest }: Layers, cells: Int32Array): number {
  let [most, differs] = [0, 0];
  for (const cell of cells) differs += Math.abs((rest.luma[cell] ?? 0) - (background.luma[cell] ?? 0));
  // In the dark all ground is alike by ten steps: what explains a difference explains most of it.
  const near = Math.min(sameLuma, Math.max(leastSameLuma, (explained * differs) / Math.max(1, cells.length)));
  const every = Math.max(1, Math.floor(cells.length / 200));
  for (let dy = -furthestMove; dy <= furthestMove; dy++) {
    for (let dx = -furthestMove; dx <= furthestMove; dx++) {
      if (dx === 0 && dy === 0) continue;
      let [same, looked] = [0, 0];
      for (let i = 0; i < cells.length; i += every) {
        const cell = cells[i] ?? 0;
        const row = Math.floor(cell / columns) + dy;
        const column = (cell % columns) + dx;
        looked++;
        if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
        const from = row * columns + column;
        const isSame =
          Math.abs((rest.luma[cell] ?? 0) - (background.luma[from] ?? 0)) <= near &&
          Math.abs((rest.u[cell] ?? 0) - (background.u[from] ?? 0)) +
            Math.abs((rest.v[cell] ?? 0) - (background.v[from] ?? 0)) <=
            sameColour;
        if (isSame) same++;
      }
      most = Math.max(most, same / looked);
    }
  }
  return most;
}
