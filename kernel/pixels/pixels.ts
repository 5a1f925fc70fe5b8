import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where something begins in the memory of a `Pixels`: `byteOffset` of an array that lies there. */
type Pointer = number;

/**
 * Loops over pixels in WebAssembly, several values at a time. What each of them does, reads and writes stands with its
 * source in `assembly/`.
 */
export interface PixelLoops {
  halveRows(from: Pointer, width: number, rows: number, to: Pointer): void;
  joinRows(
    from: Pointer,
    rowStride: number,
    width: number,
    weights: Pointer,
    taps: number,
    line: Pointer,
  ): void;
  joinColumns(
    line: Pointer,
    first: Pointer,
    weights: Pointer,
    taps: number,
    width: number,
    out: Pointer,
  ): void;
  writeColours(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    width: number,
    red: Pointer,
    green: Pointer,
    blue: Pointer,
    constants: Pointer,
  ): void;
  stepBackground(cells: number, arrays: Pointer, rates: Pointer, turns: Pointer): number;
  coarseMask(cells: Pointer, columns: number, coarseColumns: number, coarseRows: number, mask: Pointer): void;
  sumBands(
    bytes: Pointer,
    columns: number,
    rows: number,
    bands: number,
    across: Pointer,
    down: Pointer,
    line: Pointer,
  ): void;
  repeatedRows(bytes: Pointer, columns: number, rows: number, reach: number, found: Pointer): number;
  countSteps(floats: Pointer, columns: number, rows: number, first: number, by: number): number;
  stepFlames(
    cells: number,
    luma: Pointer,
    u: Pointer,
    v: Pointer,
    before: Pointer,
    isWarm: Pointer,
    hot: Pointer,
    flicker: Pointer,
    rate: number,
  ): number;
  markFlames(cells: number, hot: Pointer, flicker: Pointer, mask: Pointer): void;
  measureSlopes(
    luma: Pointer,
    occupied: Pointer,
    was: Pointer,
    columns: number,
    rows: number,
    roots: Pointer,
    sums: Pointer,
  ): void;
  measureStructure(
    luma: Pointer,
    width: number,
    columns: number,
    rows: number,
    edges: Pointer,
    fine: Pointer,
  ): void;
  measureBrightness(
    half: Pointer,
    was: Pointer,
    width: number,
    columns: number,
    rows: number,
    sums: Pointer,
    squares: Pointer,
    differences: Pointer,
    histogram: Pointer,
  ): number;
  sumBlock(
    bytes: Pointer,
    stride: number,
    columns: number,
    rows: number,
    across: Pointer,
    down: Pointer,
  ): void;
}

type PixelArray = Uint8Array | Int32Array | Float32Array | Float64Array;
const isArray = (value: unknown): value is PixelArray =>
  value instanceof Uint8Array ||
  value instanceof Int32Array ||
  value instanceof Float32Array ||
  value instanceof Float64Array;

const pageBytes = 65_536;
/** Loops work on 16 bytes at a time, and go over the end of an array by no more than so many. */
const [alignBytes, spareBytes] = [16, 64];

let compiled: WebAssembly.Module | undefined;

/**
 * Prepare the loops for the arrays of a record, and of records inside it. All of it is one piece of memory, which goes
 * when nobody holds any part of it.
 * @returns the loops, and the same record with its arrays, and what stands in them, moved to where the loops reach them.
 */
export function openPixels<T extends object>(record: T): { readonly loops: PixelLoops; readonly moved: T } {
  compiled ??= new WebAssembly.Module(readFileSync(join(import.meta.dirname, 'pixels.wasm')));
  const places = new Map<PixelArray, number>();
  let end = spareBytes;
  forEachArray(record, (array) => {
    places.set(array, end);
    end = alignBytes * Math.ceil((end + array.byteLength + spareBytes) / alignBytes);
  });
  const pages = Math.ceil(end / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const move = (value: unknown): unknown => {
    if (isArray(value)) return movedTo(memory.buffer, places.get(value) ?? 0, value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, move(part)]));
  };
  return { loops: exports as unknown as PixelLoops, moved: move(record) as T };
}

function forEachArray(value: unknown, visit: (array: PixelArray) => void): void {
  if (isArray(value)) visit(value);
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) forEachArray(part, visit);
  }
}

function movedTo(buffer: ArrayBuffer, at: number, array: PixelArray): PixelArray {
  const Kind = array.constructor as new (buffer: ArrayBuffer, at: number, length: number) => PixelArray;
  const moved = new Kind(buffer, at, array.length);
  moved.set(array);
  return moved;
}
