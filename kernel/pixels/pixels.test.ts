import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compilePixels } from './compile.ts';
import { openPixels } from './pixels.ts';
import { roomsBySize } from './rooms.ts';

const wasmFile = join(import.meta.dirname, 'pixels.wasm');

test('pixels.wasm is what its source compiles to', { timeout: 120_000 }, async () => {
  const compiled = await compilePixels();
  // Told to, this test brings the file up to date instead of refusing it.
  if (process.env['UPDATE_PIXELS'] === '1') writeFileSync(wasmFile, compiled);
  const isSame = Buffer.from(compiled).equals(readFileSync(wasmFile));
  expect(isSame, 'run this test again with UPDATE_PIXELS=1').toBe(true);
});

test('arrays move with what stands in them, each with room behind it; the rest of the record stays', () => {
  const { moved } = openPixels({
    name: 'a',
    bytes: Uint8Array.of(1, 2, 3),
    inside: { floats: Float32Array.of(0.5), doubles: Float64Array.of(-1, 2), ints: Int32Array.of(7) },
  });
  expect(moved).toEqual({
    name: 'a',
    bytes: Uint8Array.of(1, 2, 3),
    inside: { floats: Float32Array.of(0.5), doubles: Float64Array.of(-1, 2), ints: Int32Array.of(7) },
  });
  const { bytes, inside } = moved;
  const arrays = [bytes, inside.floats, inside.doubles, inside.ints];
  expect(new Set(arrays.map(({ buffer }) => buffer)).size).toBe(1);
  const ends = arrays.map(({ byteOffset, byteLength }) => byteOffset + byteLength);
  for (const [index, { byteOffset }] of arrays.entries()) {
    expect(byteOffset % 16).toBe(0);
    expect(byteOffset - (ends[index - 1] ?? 0)).toBeGreaterThanOrEqual(64);
  }
  expect(inside.floats.buffer.byteLength - (ends.at(-1) ?? 0)).toBeGreaterThanOrEqual(64);
});

test.each([
  [640, 360],
  [7, 5],
  [2, 2],
  [34, 9],
])('bytes of %i × %i are halved', (width, height) => {
  const from = Uint8Array.from({ length: width * height }, (_, at) => (at * 89 + (at >> 3)) % 256);
  const [columns, rows] = [width >> 1, height >> 1];
  const { loops, moved } = openPixels({ from, half: new Uint8Array(columns * rows) });
  loops.halveRows(moved.from.byteOffset, width, rows, moved.half.byteOffset);
  const at = (x: number, y: number): number => from[y * width + x] ?? 0;
  const expected = Uint8Array.from({ length: columns * rows }, (_, cell) => {
    const [x, y] = [2 * (cell % columns), 2 * Math.floor(cell / columns)];
    return (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1) + 2) >> 2;
  });
  expect(moved.half).toEqual(expected);
});

test('every size has a room of its own, and only the latest are kept', () => {
  const made: string[] = [];
  const roomFor = roomsBySize((width, height) => {
    made.push(`${width} × ${height}`);
    return { width, height };
  });
  const first = roomFor(640, 360);
  expect(roomFor(640, 480)).toEqual({ width: 640, height: 480 });
  expect(roomFor(640, 360)).toBe(first);
  expect(made).toEqual(['640 × 360', '640 × 480']);
  for (let height = 1; height <= 8; height++) roomFor(2, height);
  expect(roomFor(640, 360)).not.toBe(first);
});
