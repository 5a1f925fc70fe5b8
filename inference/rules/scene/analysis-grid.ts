import { halveLuma } from '../../../kernel/index.ts';

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

/** Fill the grid with area means of the picture, read `shift` pixels away; borders repeat. */
export function readPicture(grid: AnalysisGrid, picture: Picture, shift: ShiftPx): void {
  readLuma(grid, picture, shift);
  readChroma(grid, picture, shift);
}

function readLuma({ columns, rows, scale, luma }: AnalysisGrid, picture: Picture, { dx, dy }: ShiftPx): void {
  const { widthPx, heightPx, data } = picture;
  if (scale === 2 && dx === 0 && dy === 0) {
    // The usual case: 640 px analysed on 320 cells.
    halveLuma(picture, luma);
    return;
  }
  const area = scale * scale;
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      let sum = 0;
      for (let y = 0; y < scale; y++) {
        const line = clamp(row * scale + y + dy, heightPx) * widthPx;
        for (let x = 0; x < scale; x++) sum += data[line + clamp(column * scale + x + dx, widthPx)] ?? 0;
      }
      luma[cell] = Math.round(sum / area);
    }
  }
}

function readChroma(
  { columns, rows, scale, u, v }: AnalysisGrid,
  picture: Picture,
  { dx, dy }: ShiftPx,
): void {
  const { widthPx, heightPx, data } = picture;
  const chromaWidth = widthPx >> 1;
  const chromaHeight = heightPx >> 1;
  const uStart = widthPx * heightPx;
  const vStart = uStart + chromaWidth * chromaHeight;
  if (data.length < vStart + chromaWidth * chromaHeight) return;
  if (scale === 2 && dx === 0 && dy === 0 && columns === chromaWidth && rows === chromaHeight) {
    u.set(data.subarray(uStart, vStart));
    v.set(data.subarray(vStart, vStart + columns * rows));
    return;
  }
  for (let row = 0, cell = 0; row < rows; row++) {
    const line = clamp((row * scale + dy + (scale >> 1)) >> 1, chromaHeight) * chromaWidth;
    for (let column = 0; column < columns; column++, cell++) {
      const at = line + clamp((column * scale + dx + (scale >> 1)) >> 1, chromaWidth);
      u[cell] = data[uStart + at] ?? 128;
      v[cell] = data[vStart + at] ?? 128;
    }
  }
}

const clamp = (value: number, size: number): number => (value < 0 ? 0 : value >= size ? size - 1 : value);
