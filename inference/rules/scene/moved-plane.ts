import { openPixels, roomsBySize } from '../../../kernel/index.ts';

/** Which samples of a line make each cell, and how much of each: the same number for all. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: Float32Array;
  readonly count: number;
}

/** The loops join so many columns, and so many samples of each, at a time. */
const atOnce = 4;

const makeTaps = (cells: number, count: number): Taps => ({
  first: new Int32Array(cells),
  weights: new Float32Array(cells * count),
  count,
});

/** Cameras mostly send pictures of one size: all share the room to read them in. */
const roomFor = roomsBySize((width, height) => {
  const readers = new Map<string, Reader>();
  return (columns: number, rows: number, side: number): Reader => {
    const key = `${columns} ${rows} ${side}`;
    const reader = readers.get(key) ?? openReader({ width, height, columns, rows, side });
    readers.set(key, reader);
    return reader;
  };
});

interface Reader {
  read(bytes: Uint8Array, dx: number, dy: number, to: Uint8Array): void;
}

interface Sizes {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly side: number;
}

/**
 * Means over squares of a plane of bytes.
 * @param plane its bytes, row after row.
 * @param side of a square in samples; none is smaller than a sample.
 * @param shift of the squares in samples, fractions allowed; borders repeat.
 * @param cells receives `columns × rows` of them.
 */
export function readMoved(
  plane: { readonly bytes: Uint8Array; readonly width: number; readonly height: number },
  side: number,
  { dx, dy }: { readonly dx: number; readonly dy: number },
  { columns, rows, cells }: { readonly columns: number; readonly rows: number; readonly cells: Uint8Array },
): void {
  roomFor(plane.width, plane.height)(columns, rows, side).read(plane.bytes, dx, dy, cells);
}

function openReader({ width, height, columns, rows, side }: Sizes): Reader {
  const most = Math.ceil(Math.max(1, side)) + 1;
  const padded = atOnce * Math.ceil(columns / atOnce);
  const { loops, moved } = openPixels({
    plane: new Uint8Array(width * height),
    line: new Float32Array(width + 16),
    out: new Float32Array(padded + 16),
    across: makeTaps(padded, most <= 2 ? 2 : atOnce * Math.ceil(most / atOnce)),
    down: makeTaps(rows, most),
  });
  const { plane, line, out, across, down } = moved;
  return {
    read(bytes, dx, dy, to) {
      plane.set(bytes.subarray(0, plane.length));
      placeTaps(across, columns, width, side, dx, Float32Array.BYTES_PER_ELEMENT);
      placeTaps(down, rows, height, side, dy, 1);
      for (let row = 0, cell = 0; row < rows; row++) {
        const from = plane.byteOffset + (down.first[row] ?? 0) * width;
        const weights = down.weights.byteOffset + 4 * row * down.count;
        loops.joinRows(from, width, width, weights, down.count, line.byteOffset);
        const [first, shares] = [across.first.byteOffset, across.weights.byteOffset];
        loops.joinColumns(line.byteOffset, first, shares, across.count, columns, out.byteOffset);
        for (let column = 0; column < columns; column++, cell++) to[cell] = (out[column] ?? 0) + 0.5;
      }
    },
  };
}

/** @param unit of `first`: how much of it a sample is. */
function placeTaps(
  { first, weights, count }: Taps,
  cells: number,
  length: number,
  side: number,
  shift: number,
  unit: number,
): void {
  const size = Math.max(1, side);
  weights.fill(0);
  for (let cell = 0; cell < cells; cell++) {
    const from = (cell + 0.5) * side - size / 2 + shift;
    const start = Math.max(0, Math.min(Math.floor(from), length - count));
    first[cell] = start * unit;
    for (let at = Math.floor(from); at < from + size; at++) {
      const share = (Math.min(at + 1, from + size) - Math.max(at, from)) / size;
      const tap = cell * count + Math.max(0, Math.min(at, length - 1)) - start;
      weights[tap] = (weights[tap] ?? 0) + share;
    }
  }
}
