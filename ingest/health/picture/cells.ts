import { halveLuma } from '../../../kernel/index.ts';
import { type Profile, profilesOf } from './profile.ts';

/** A picture as planar yuv420p in limited range, as the decoder gives it. */
export interface PlanarPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly data: Uint8Array;
}

/** Side of a cell in px of the analysed picture. */
const cellPx = 8;

/**
 * What one picture looks like, by cells of 8×8 px, row after row. Luma is what was sent (16 black, 235 white).
 * Partial cells at the right and lower border are left out.
 */
export interface Cells {
  readonly columns: number;
  readonly rows: number;
  /** Mean luma. */
  readonly mean: Float32Array;
  /** Standard deviation of luma, of 2×2 means. */
  readonly deviation: Float32Array;
  /** Mean of |4v − left − right − above − below|: edges and texture. */
  readonly detail: Float32Array;
  /** Standard deviation of white noise that would explain the finest structure (Immerkær 1996); edges hardly count. */
  readonly noise: Float32Array;
  /** Mean absolute change of luma since the picture before; null for the first one or after a change of size. */
  readonly change: Float32Array | null;
  /** Share of the picture that changed by more than rounding; null as `change`. */
  readonly changedShare: number | null;
  /** Mean luma of 2×2 px: what the next picture is compared with. */
  readonly half: Uint8Array;
  readonly halfWidthPx: number;
  /** Pixels of `half` by luma. */
  readonly histogram: Uint32Array;
  readonly chroma: Chroma;
  /** How brightness runs along and down the parts of the picture: what tells whether it moved. */
  readonly profiles: readonly Profile[];
}

/** Colour of a whole picture; no colour is 0. */
export interface Chroma {
  readonly meanU: number;
  readonly meanV: number;
  /** Mean of |u − meanU| + |v − meanV|. */
  readonly deviation: number;
  /** Mean of |u| + |v|. */
  readonly saturation: number;
}

/** Immerkær's factor: √(π/2) / 6. */
const noiseFactor = Math.sqrt(Math.PI / 2) / 6;

/** Measure a picture. @param before the cells of the picture before it, of the same camera. */
export function measureCells(picture: PlanarPicture, before: Cells | null): Cells {
  const columns = Math.floor(picture.widthPx / cellPx);
  const rows = Math.floor(picture.heightPx / cellPx);
  const half = halved(picture);
  const halfWidthPx = picture.widthPx >> 1;
  const isComparable = before !== null && before.half.length === half.length && before.columns === columns;
  const grid = { columns, rows, half, halfWidthPx };
  return {
    ...grid,
    ...structureOf(picture, columns, rows),
    ...brightnessOf(grid, isComparable ? before.half : null),
    chroma: chromaOf(picture),
    profiles: profilesOf(half, halfWidthPx),
  };
}

function halved(picture: PlanarPicture): Uint8Array {
  const half = new Uint8Array((picture.widthPx >> 1) * (picture.heightPx >> 1));
  halveLuma(picture, half);
  return half;
}

/** From two rows of each cell of the full picture: the finest structure is lost when a picture is made smaller. */
function structureOf(
  { widthPx, data }: PlanarPicture,
  columns: number,
  rows: number,
): { detail: Float32Array; noise: Float32Array } {
  const detail = new Float32Array(columns * rows);
  const noise = new Float32Array(columns * rows);
  const looked = 2 * (cellPx - 2);
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      let edges = 0;
      let fine = 0;
      for (let y = 2; y < cellPx; y += 3) {
        let at = (row * cellPx + y) * widthPx + column * cellPx + 1;
        // Of each column the pixel itself, and the sum of those above and below; of three columns side by side.
        let left = data[at - 1] ?? 0;
        let here = data[at] ?? 0;
        let leftEnds = (data[at - 1 - widthPx] ?? 0) + (data[at - 1 + widthPx] ?? 0);
        let ends = (data[at - widthPx] ?? 0) + (data[at + widthPx] ?? 0);
        for (let x = 2; x < cellPx; x++, at++) {
          const right = data[at + 1] ?? 0;
          const rightEnds = (data[at + 1 - widthPx] ?? 0) + (data[at + 1 + widthPx] ?? 0);
          const cross = left + right + ends;
          edges += Math.abs(4 * here - cross);
          fine += Math.abs(4 * here - 2 * cross + leftEnds + rightEnds);
          left = here;
          here = right;
          leftEnds = ends;
          ends = rightEnds;
        }
      }
      detail[cell] = edges / looked;
      noise[cell] = (fine * noiseFactor) / looked;
    }
  }
  return { detail, noise };
}

type HalfGrid = Pick<Cells, 'columns' | 'rows' | 'half' | 'halfWidthPx'>;
const side = cellPx / 2;

/** @param before `half` of the picture before; null: there is none that could be compared. */
function brightnessOf(
  { columns, rows, half, halfWidthPx }: HalfGrid,
  before: Uint8Array | null,
): Pick<Cells, 'mean' | 'deviation' | 'histogram' | 'change' | 'changedShare'> {
  const mean = new Float32Array(columns * rows);
  const deviation = new Float32Array(columns * rows);
  const change = new Float32Array(columns * rows);
  const histogram = new Uint32Array(256);
  const was = before ?? half;
  const pixels = side ** 2;
  let changed = 0;
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      let [sum, squares, differences] = [0, 0, 0];
      for (let y = 0; y < side; y++) {
        let at = (row * side + y) * halfWidthPx + column * side;
        for (let x = 0; x < side; x++, at++) {
          const value = half[at] ?? 0;
          sum += value;
          squares += value * value;
          histogram[value] = (histogram[value] ?? 0) + 1;
          const difference = Math.abs(value - (was[at] ?? 0));
          differences += difference;
          // One more where it is greater than 1, without a branch that nobody can predict.
          changed += (1 - difference) >>> 31;
        }
      }
      const average = sum / pixels;
      mean[cell] = average;
      deviation[cell] = Math.sqrt(Math.max(0, squares / pixels - average * average));
      change[cell] = differences / pixels;
    }
  }
  const changedShare = changed / Math.max(1, columns * rows * pixels);
  const isFirst = before === null;
  return {
    mean,
    deviation,
    histogram,
    change: isFirst ? null : change,
    changedShare: isFirst ? null : changedShare,
  };
}

/** From every fourth pixel of every second row of the chroma planes: a cast is never small. */
function chromaOf({ widthPx, heightPx, data }: PlanarPicture): Chroma {
  const [width, height] = [widthPx >> 1, heightPx >> 1];
  const uFrom = widthPx * heightPx;
  const vFrom = uFrom + width * height;
  const seen = Math.ceil(height / 2) * Math.ceil(width / 4);
  const u = new Int8Array(seen);
  const v = new Int8Array(seen);
  let [sumU, sumV, saturation] = [0, 0, 0];
  for (let y = 0, to = 0; y < height; y += 2) {
    for (let at = y * width; at < (y + 1) * width; at += 4, to++) {
      const [thisU, thisV] = [(data[uFrom + at] ?? 128) - 128, (data[vFrom + at] ?? 128) - 128];
      u[to] = thisU;
      v[to] = thisV;
      sumU += thisU;
      sumV += thisV;
      saturation += Math.abs(thisU) + Math.abs(thisV);
    }
  }
  const [meanU, meanV] = [sumU / Math.max(1, seen), sumV / Math.max(1, seen)];
  let spread = 0;
  for (let index = 0; index < seen; index++) {
    spread += Math.abs((u[index] ?? 0) - meanU) + Math.abs((v[index] ?? 0) - meanV);
  }
  return { meanU, meanV, deviation: spread / Math.max(1, seen), saturation: saturation / Math.max(1, seen) };
}
