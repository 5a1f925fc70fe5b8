import { openPixels, roomsBySize } from '../../../kernel/index.ts';
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
  const { widthPx, heightPx, data } = picture;
  const room = roomFor(widthPx, heightPx);
  const { loops, columns, rows, luma, half } = room;
  luma.set(data.subarray(0, luma.length));
  const halfWidthPx = widthPx >> 1;
  loops.halveRows(luma.byteOffset, widthPx, heightPx >> 1, half.byteOffset);
  const isComparable = before !== null && before.half.length === half.length && before.columns === columns;
  return {
    columns,
    rows,
    halfWidthPx,
    half: half.slice(),
    ...structureOf(room),
    ...brightnessOf(room, isComparable ? before.half : null),
    chroma: chromaOf(picture),
    profiles: profilesOf(room, halfWidthPx, heightPx >> 1),
  };
}

type Room = ReturnType<typeof openRoom>;
const roomFor = roomsBySize(openRoom);

function openRoom(widthPx: number, heightPx: number) {
  const columns = Math.floor(widthPx / cellPx);
  const rows = Math.floor(heightPx / cellPx);
  const cells = columns * rows;
  const halfPixels = (widthPx >> 1) * (heightPx >> 1);
  const { loops, moved } = openPixels({
    luma: new Uint8Array(widthPx * heightPx),
    half: new Uint8Array(halfPixels),
    was: new Uint8Array(halfPixels),
    edges: new Int32Array(cells),
    fine: new Int32Array(cells),
    sums: new Int32Array(cells),
    squares: new Int32Array(cells),
    differences: new Int32Array(cells),
    histogram: new Int32Array(256),
    across: new Int32Array(widthPx >> 1),
    down: new Int32Array(heightPx >> 1),
  });
  return { widthPx, heightPx, columns, rows, loops, ...moved };
}

/** From two rows of each cell of the full picture: the finest structure is lost when a picture is made smaller. */
function structureOf({ loops, widthPx, columns, rows, luma, edges, fine }: Room): {
  detail: Float32Array;
  noise: Float32Array;
} {
  loops.measureStructure(luma.byteOffset, widthPx, columns, rows, edges.byteOffset, fine.byteOffset);
  const looked = 2 * (cellPx - 2);
  const detail = new Float32Array(columns * rows);
  const noise = new Float32Array(columns * rows);
  for (let cell = 0; cell < detail.length; cell++) {
    detail[cell] = (edges[cell] ?? 0) / looked;
    noise[cell] = ((fine[cell] ?? 0) * noiseFactor) / looked;
  }
  return { detail, noise };
}

const side = cellPx / 2;

/** @param before `half` of the picture before; null: there is none that could be compared. */
function brightnessOf(
  { loops, widthPx, columns, rows, half, was, sums, squares, differences, histogram }: Room,
  before: Uint8Array | null,
): Pick<Cells, 'mean' | 'deviation' | 'histogram' | 'change' | 'changedShare'> {
  was.set(before ?? half);
  const changed = loops.measureBrightness(
    half.byteOffset,
    was.byteOffset,
    widthPx >> 1,
    columns,
    rows,
    sums.byteOffset,
    squares.byteOffset,
    differences.byteOffset,
    histogram.byteOffset,
  );
  const pixels = side ** 2;
  const mean = new Float32Array(columns * rows);
  const deviation = new Float32Array(columns * rows);
  const change = new Float32Array(columns * rows);
  for (let cell = 0; cell < mean.length; cell++) {
    const average = (sums[cell] ?? 0) / pixels;
    mean[cell] = average;
    deviation[cell] = Math.sqrt(Math.max(0, (squares[cell] ?? 0) / pixels - average * average));
    change[cell] = (differences[cell] ?? 0) / pixels;
  }
  const isFirst = before === null;
  return {
    mean,
    deviation,
    histogram: Uint32Array.from(histogram),
    change: isFirst ? null : change,
    changedShare: isFirst ? null : changed / Math.max(1, columns * rows * pixels),
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
