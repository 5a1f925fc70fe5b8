import { halveLuma } from '../../../kernel/index.ts';
import { readMoved } from './moved-plane.ts';

/** A decoded picture as the rules need it: `Frame` of contracts without what only a shell knows. */
export interface Picture {
  readonly capturedAtMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** I420: luma, then U and V of a quarter each. Luma alone is enough (then the picture counts as grey). */
  readonly data: Uint8Array;
}

/** The picture made small: the raster on which static foreground is judged. One allocation per camera. */
export interface AnalysisGrid {
  readonly columns: number;
  readonly rows: number;
  /** Picture pixels per cell side. */
  readonly scale: number;
  readonly luma: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** @param maxColumns longest side of the grid in cells. */
export function makeGrid(widthPx: number, heightPx: number, maxColumns: number): AnalysisGrid {
  const scale = Math.max(1, Math.ceil(Math.max(widthPx, heightPx) / maxColumns));
  const columns = Math.max(1, Math.floor(widthPx / scale));
  const rows = Math.max(1, Math.floor(heightPx / scale));
  const cells = columns * rows;
  return {
    columns,
    rows,
    scale,
    luma: new Uint8Array(cells),
    u: new Uint8Array(cells).fill(128),
    v: new Uint8Array(cells).fill(128),
  };
}

/** Where the picture lies relative to the learnt background, in picture pixels: x of the picture = x of the grid + dx. */
export interface ShiftPx {
  readonly dx: number;
  readonly dy: number;
}

export const noShift: ShiftPx = { dx: 0, dy: 0 };

/** Fill the grid with area means of the picture, read `shift` pixels away, fractions allowed; borders repeat. */
export function readPicture(grid: AnalysisGrid, picture: Picture, { dx, dy }: ShiftPx): void {
  const { columns, rows, scale, luma, u, v } = grid;
  const { widthPx, heightPx, data } = picture;
  const isMoved = dx !== 0 || dy !== 0;
  // The usual case: 640 px analysed on 320 cells.
  if (scale === 2 && !isMoved) halveLuma(picture, luma);
  else {
    const plane = { bytes: data, width: widthPx, height: heightPx };
    readMoved(plane, scale, { dx, dy }, { columns, rows, cells: luma });
  }
  const [width, height] = [widthPx >> 1, heightPx >> 1];
  const uStart = widthPx * heightPx;
  const vStart = uStart + width * height;
  if (data.length < vStart + width * height) return;
  for (const [cells, from] of [
    [u, uStart],
    [v, vStart],
  ] as const) {
    if (scale === 2 && !isMoved && columns === width && rows === height) {
      cells.set(data.subarray(from, from + columns * rows));
      continue;
    }
    const plane = { bytes: data.subarray(from, from + width * height), width, height };
    readMoved(plane, scale / 2, { dx: dx / 2, dy: dy / 2 }, { columns, rows, cells });
  }
}
