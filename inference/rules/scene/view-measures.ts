import { openPixels, roomsBySize } from '../../../kernel/index.ts';
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
  /** Correlation of slopes and of the coarse layout with the reference, -1 … 1. The layout only matters to few pictures. */
  readonly slopeMatch: number;
  readonly layoutMatch: () => number;
  /** Share of the parts of the picture with a pattern of their own that show it where it was, and as sharp. */
  readonly seenShare: () => number;
  /** Share of the picture that could be compared: persons and vehicles are left out. */
  readonly comparedShare: number;
}

type LumaGrid = Pick<AnalysisGrid, 'columns' | 'rows' | 'luma'>;

/** Take the look of a view from a luma grid. */
export function referenceOf(grid: LumaGrid): ViewReference {
  const { roots, sums } = slopesOf(grid, null, null);
  const { compared, nowNow, meanLuma } = sums;
  return {
    roots: roots.slice(),
    tiles: tilesOf(grid, null).means,
    detail: nowNow / Math.max(compared, 1),
    meanLuma,
  };
}

/**
 * Compare a picture with the look of its view.
 * @param occupied 1 where a person or vehicle is: these cells say nothing of the view.
 */
export function measureView(grid: LumaGrid, reference: ViewReference, occupied: Uint8Array): ViewMeasures {
  const { roots, sums } = slopesOf(grid, occupied, reference.roots);
  const { compared, meanLuma, brightShare } = sums;
  const exposure = Math.min(3, Math.max(0.3, meanLuma / Math.max(reference.meanLuma, 1)));
  return {
    meanLuma,
    brightShare,
    detailRatio: sums.wasWas === 0 ? 1 : sums.nowNow / sums.wasWas / exposure,
    slopeMatch: correlation(compared, sums.now, sums.was, sums.nowNow, sums.wasWas, sums.nowWas),
    layoutMatch: () => matchOfTiles(tilesOf(grid, occupied), reference.tiles),
    seenShare: () => seenShareOf(roots, reference.roots, grid),
    comparedShare: compared / Math.max(roots.length, 1),
  };
}

/** Parts across and down, and the least pattern that one of them must have had (mean root of its slopes). */
const [partColumns, partRows, leastPattern] = [10, 6, 1.2];
/** A part that is seen still has so much of its pattern, and it lies where it was: share and correlation. */
const [seenPattern, seenMatch] = [0.6, 0.45];

function seenShareOf(now: Float32Array, was: Float32Array, { columns, rows }: LumaGrid): number {
  const across = slopesAcross(columns);
  const down = slopesAcross(rows);
  let [seen, looked] = [0, 0];
  for (let part = 0; part < partColumns * partRows; part++) {
    const [partX, partY] = [part % partColumns, Math.floor(part / partColumns)];
    const [left, right] = [partX, partX + 1].map((at) => Math.floor((at * across) / partColumns));
    const [top, bottom] = [partY, partY + 1].map((at) => Math.floor((at * down) / partRows));
    let [n, sumNow, sumWas, nowNow, wasWas, nowWas] = [0, 0, 0, 0, 0, 0];
    for (let row = top ?? 0; row < (bottom ?? 0); row++) {
      for (let at = row * across + (left ?? 0); at < row * across + (right ?? 0); at++) {
        const [is, then] = [now[at] ?? 0, was[at] ?? 0];
        n++;
        sumNow += is;
        sumWas += then;
        nowNow += is * is;
        wasWas += then * then;
        nowWas += is * then;
      }
    }
    if (sumWas < leastPattern * n) continue;
    looked++;
    const match = correlation(n, sumNow, sumWas, nowNow, wasWas, nowWas);
    if (match >= seenMatch && sumNow >= seenPattern * sumWas) seen++;
  }
  return seen / Math.max(looked, 1);
}

/** Slopes are taken of every second cell but the outermost. */
const slopesAcross = (cells: number): number => Math.max(0, Math.ceil((cells - 1) / stride) - 1);

const roomFor = roomsBySize(openRoom);

function openRoom(columns: number, rows: number) {
  const slopes = slopesAcross(columns) * slopesAcross(rows);
  const { loops, moved } = openPixels({
    luma: new Uint8Array(columns * rows),
    occupied: new Uint8Array(columns * rows),
    was: new Float32Array(slopes),
    roots: new Float32Array(slopes),
    sums: new Float64Array(8),
  });
  return { columns, rows, loops, ...moved };
}

/** Square roots of the slopes, row by row (strong edges must not decide alone), and how they go with others. */
function slopesOf({ columns, rows, luma }: LumaGrid, occupied: Uint8Array | null, was: Float32Array | null) {
  const room = roomFor(columns, rows);
  const { loops, roots, sums } = room;
  room.luma.set(luma);
  if (occupied === null) room.occupied.fill(0);
  else room.occupied.set(occupied);
  if (was !== null) room.was.set(was);
  loops.measureSlopes(
    room.luma.byteOffset,
    room.occupied.byteOffset,
    room.was.byteOffset,
    columns,
    rows,
    roots.byteOffset,
    sums.byteOffset,
  );
  const [compared = 0, now = 0, before = 0, nowNow = 0, wasWas = 0, nowWas = 0, luminance = 0, bright = 0] =
    sums;
  const all = Math.max(roots.length, 1);
  const levels = { meanLuma: luminance / all, brightShare: bright / all };
  return { roots, sums: { compared, now, was: before, nowNow, wasWas, nowWas, ...levels } };
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
