import type { AnalysisGrid } from './analysis-grid.ts';

/** Every second cell in both directions is looked at. */
const stride = 2;
/** The coarse layout of a picture: means of tiles. */
const [tileColumns, tileRows] = [32, 18];

/** How a view looks when nothing is wrong with it: learnt background, its slopes and its coarse layout. */
export interface ViewReference {
  /** Square roots of its slopes. */
  readonly roots: Float32Array;
  readonly tiles: Float32Array;
  /** Mean slope, luma steps per cell. */
  readonly detail: number;
  readonly meanLuma: number;
}

export interface ViewMeasures {
  /** Mean luma, and share of cells that are not dark. */
  readonly meanLuma: number;
  readonly brightShare: number;
  /** Mean slope against that of the reference at the same brightness: below 1 the picture has lost detail. */
  readonly detailRatio: number;
  /** Correlation of slopes and of the coarse layout with the reference, -1 … 1. */
  readonly slopeMatch: number;
  readonly layoutMatch: number;
  /** Share of the picture that could be compared: persons and vehicles are left out. */
  readonly comparedShare: number;
}

type LumaGrid = Pick<AnalysisGrid, 'columns' | 'rows' | 'luma'>;

/** Take the look of a view from a luma grid. */
export function referenceOf(grid: LumaGrid): ViewReference {
  const roots = rootsOf(grid);
  let sum = 0;
  for (const root of roots) sum += root * root;
  const { meanLuma } = brightnessOf(grid);
  return { roots, tiles: tilesOf(grid, null).means, detail: sum / Math.max(roots.length, 1), meanLuma };
}

/**
 * Compare a picture with the look of its view.
 * @param occupied 1 where a person or vehicle is: these cells say nothing of the view.
 */
export function measureView(grid: LumaGrid, reference: ViewReference, occupied: Uint8Array): ViewMeasures {
  const { columns, rows } = grid;
  let [n, sumNow, sumWas, sumNowNow, sumWasWas, sumNowWas] = [0, 0, 0, 0, 0, 0];
  const roots = rootsOf(grid);
  for (let row = stride, at = 0; row < rows - 1; row += stride) {
    let cell = row * columns + stride;
    for (let column = stride; column < columns - 1; column += stride, at++, cell += stride) {
      if (occupied[cell] === 1) continue;
      const now = roots[at] ?? 0;
      const was = reference.roots[at] ?? 0;
      n++;
      sumNow += now;
      sumWas += was;
      sumNowNow += now * now;
      sumWasWas += was * was;
      sumNowWas += now * was;
    }
  }
  const tiles = tilesOf(grid, occupied);
  const { meanLuma, brightShare } = brightnessOf(grid);
  const exposure = Math.min(3, Math.max(0.3, meanLuma / Math.max(reference.meanLuma, 1)));
  return {
    meanLuma,
    brightShare,
    detailRatio: sumWasWas === 0 ? 1 : sumNowNow / sumWasWas / exposure,
    slopeMatch: correlation(n, sumNow, sumWas, sumNowNow, sumWasWas, sumNowWas),
    layoutMatch: matchOfTiles(tiles, reference.tiles),
    comparedShare: n / Math.max(roots.length, 1),
  };
}

/** Square roots of the slopes, row by row: strong edges must not decide alone. */
function rootsOf({ columns, rows, luma }: LumaGrid): Float32Array {
  const across = Math.max(0, Math.ceil((columns - 1) / stride) - 1);
  const roots = new Float32Array(across * Math.max(0, Math.ceil((rows - 1) / stride) - 1));
  for (let row = stride, at = 0; row < rows - 1; row += stride) {
    let cell = row * columns + stride;
    for (let column = stride; column < columns - 1; column += stride, at++, cell += stride) {
      roots[at] = Math.sqrt(
        Math.abs((luma[cell + 1] ?? 0) - (luma[cell - 1] ?? 0)) +
          Math.abs((luma[cell + columns] ?? 0) - (luma[cell - columns] ?? 0)),
      );
    }
  }
  return roots;
}

const brightLuma = 40;

function brightnessOf({ columns, rows, luma }: LumaGrid): { meanLuma: number; brightShare: number } {
  let [sum, bright, all] = [0, 0, 0];
  for (let row = stride; row < rows - 1; row += stride) {
    let cell = row * columns + stride;
    for (let column = stride; column < columns - 1; column += stride, cell += stride) {
      const value = luma[cell] ?? 0;
      all++;
      sum += value;
      if (value > brightLuma) bright++;
    }
  }
  return { meanLuma: sum / Math.max(all, 1), brightShare: bright / Math.max(all, 1) };
}

let across = new Uint8Array(0);

/** Column of tiles of every column of cells; kept from one picture to the next, cameras mostly being of one size. */
function tilesAcross(columns: number): Uint8Array {
  if (across.length !== columns)
    across = Uint8Array.from({ length: columns }, (_, column) => (column * tileColumns) / columns);
  return across;
}

function tilesOf(
  { columns, rows, luma }: LumaGrid,
  occupied: Uint8Array | null,
): { readonly means: Float32Array; readonly counts: Uint32Array } {
  const means = new Float32Array(tileColumns * tileRows);
  const counts = new Uint32Array(tileColumns * tileRows);
  const tileOf = tilesAcross(columns);
  for (let row = 0; row < rows; row += stride) {
    const line = Math.floor((row * tileRows) / rows) * tileColumns;
    for (let column = 0, cell = row * columns; column < columns; column += stride, cell += stride) {
      if (occupied?.[cell] === 1) continue;
      const tile = line + (tileOf[column] ?? 0);
      means[tile] = (means[tile] ?? 0) + (luma[cell] ?? 0);
      counts[tile] = (counts[tile] ?? 0) + 1;
    }
  }
  for (let tile = 0; tile < means.length; tile++)
    means[tile] = (means[tile] ?? 0) / Math.max(counts[tile] ?? 0, 1);
  return { means, counts };
}

function matchOfTiles({ means, counts }: ReturnType<typeof tilesOf>, reference: Float32Array): number {
  let [n, sumNow, sumWas, sumNowNow, sumWasWas, sumNowWas] = [0, 0, 0, 0, 0, 0];
  for (let tile = 0; tile < means.length; tile++) {
    if ((counts[tile] ?? 0) === 0) continue;
    const [now, was] = [means[tile] ?? 0, reference[tile] ?? 0];
    n++;
    sumNow += now;
    sumWas += was;
    sumNowNow += now * now;
    sumWasWas += was * was;
    sumNowWas += now * was;
  }
  return correlation(n, sumNow, sumWas, sumNowNow, sumWasWas, sumNowWas);
}

/** Pearson's; 0 where one of the two does not vary. */
function correlation(
  n: number,
  sumA: number,
  sumB: number,
  sumAA: number,
  sumBB: number,
  sumAB: number,
): number {
  if (n < 2) return 0;
  const varianceA = sumAA / n - (sumA / n) ** 2;
  const varianceB = sumBB / n - (sumB / n) ** 2;
  if (varianceA <= 1e-6 || varianceB <= 1e-6) return 0;
  return (sumAB / n - (sumA / n) * (sumB / n)) / Math.sqrt(varianceA * varianceB);
}
