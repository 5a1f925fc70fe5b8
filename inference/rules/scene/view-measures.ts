import type { AnalysisGrid } from './analysis-grid.ts';

/** Every second cell in both directions is looked at. */
const stride = 2;
/** The coarse layout of a picture: means of tiles. */
const [tileColumns, tileRows] = [32, 18];

/** How a view looks when nothing is wrong with it: learnt background, its slopes and its coarse layout. */
export interface ViewReference {
  readonly slopes: Float32Array;
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

type LumaGrid = Pick<AnalysisGrid, 'columns' | 'rows'> & { readonly luma: Uint8Array | Float32Array };

/** Take the look of a view from a luma grid. */
export function referenceOf(grid: LumaGrid): ViewReference {
  const { columns, rows } = grid;
  const slopes = new Float32Array(Math.ceil(columns / stride) * Math.ceil(rows / stride));
  let [sum, luma, count] = [0, 0, 0];
  eachCell(grid, (at, slope, cell) => {
    slopes[at] = slope;
    sum += slope;
    luma += grid.luma[cell] ?? 0;
    count++;
  });
  const perCell = (total: number): number => total / Math.max(count, 1);
  return { slopes, tiles: tilesOf(grid, null).means, detail: perCell(sum), meanLuma: perCell(luma) };
}

/**
 * Compare a picture with the look of its view.
 * @param occupied 1 where a person or vehicle is: these cells say nothing of the view.
 */
export function measureView(grid: LumaGrid, reference: ViewReference, occupied: Uint8Array): ViewMeasures {
  let [n, sumNow, sumWas, sumNowNow, sumWasWas, sumNowWas] = [0, 0, 0, 0, 0, 0];
  let [luma, bright, all] = [0, 0, 0];
  eachCell(grid, (at, slope, cell) => {
    all++;
    const value = grid.luma[cell] ?? 0;
    luma += value;
    if (value > 40) bright++;
    if (occupied[cell] === 1) return;
    // Strong edges must not decide alone.
    const now = Math.sqrt(slope);
    const was = Math.sqrt(reference.slopes[at] ?? 0);
    n++;
    sumNow += now;
    sumWas += was;
    sumNowNow += now * now;
    sumWasWas += was * was;
    sumNowWas += now * was;
  });
  const tiles = tilesOf(grid, occupied);
  const meanLuma = luma / Math.max(all, 1);
  const exposure = Math.min(3, Math.max(0.3, meanLuma / Math.max(reference.meanLuma, 1)));
  return {
    meanLuma,
    brightShare: bright / Math.max(all, 1),
    detailRatio: sumWasWas === 0 ? 1 : sumNowNow / sumWasWas / exposure,
    slopeMatch: correlation(n, sumNow, sumWas, sumNowNow, sumWasWas, sumNowWas),
    layoutMatch: matchOfTiles(tiles, reference.tiles),
    comparedShare: n / Math.max(all, 1),
  };
}

function eachCell(
  { columns, rows, luma }: LumaGrid,
  visit: (at: number, slope: number, cell: number) => void,
): void {
  const across = Math.ceil(columns / stride);
  for (let row = stride; row < rows - 1; row += stride) {
    for (let column = stride; column < columns - 1; column += stride) {
      const cell = row * columns + column;
      const slope =
        Math.abs((luma[cell + 1] ?? 0) - (luma[cell - 1] ?? 0)) +
        Math.abs((luma[cell + columns] ?? 0) - (luma[cell - columns] ?? 0));
      visit((row / stride) * across + column / stride, slope, cell);
    }
  }
}

function tilesOf(
  { columns, rows, luma }: LumaGrid,
  occupied: Uint8Array | null,
): { readonly means: Float32Array; readonly counts: Uint32Array } {
  const means = new Float32Array(tileColumns * tileRows);
  const counts = new Uint32Array(tileColumns * tileRows);
  for (let row = 0; row < rows; row += stride) {
    const line = Math.floor((row * tileRows) / rows) * tileColumns;
    for (let column = 0; column < columns; column += stride) {
      const cell = row * columns + column;
      if (occupied?.[cell] === 1) continue;
      const tile = line + Math.floor((column * tileColumns) / columns);
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
