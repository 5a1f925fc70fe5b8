import { expect, test } from 'vitest';
import { makeCanvas, seePicture } from './canvas.ts';
import { findShift, makeProjections, type Projections } from './registration.ts';
import { findGain } from './light.ts';
import { randomOf, street } from '../testing/street.ts';

const [columns, rows] = [256, 144];

const projected = (luma: Uint8Array): Projections => {
  const projections = makeProjections({ columns, rows });
  projections.take(luma.subarray(0, columns * rows));
  return projections;
};

const picture = (shift: readonly [number, number], gain = 1): Uint8Array => {
  const [only] = street({
    durationS: 0.2,
    noise: 0.8,
    sprites: [],
    shiftAt: () => shift,
    gainAt: () => gain,
  });
  return (only?.data ?? new Uint8Array()).slice();
};

test('a shifted picture is found where it is, in another light too', () => {
  const [widthPx, heightPx] = [columns, rows];
  const first = { capturedAtMs: 1_000, widthPx, heightPx, data: picture([0, 0]) };
  for (const [dx, dy] of [
    [3, 0],
    [-5, 2],
    [0, -4],
    [6, 6],
  ] as const) {
    for (const gain of [1, 0.6, 1.4]) {
      const canvas = makeCanvas(first);
      seePicture(canvas, first);
      seePicture(canvas, { ...first, capturedAtMs: 1_200, data: picture([dx, dy], gain) });
      // The camera looks dx further: what was at x is now at x − dx.
      expect(Math.abs(canvas.shift.dx + dx), `${dx},${dy} at ${gain}`).toBeLessThanOrEqual(1);
      expect(Math.abs(canvas.shift.dy + dy), `${dx},${dy} at ${gain}`).toBeLessThanOrEqual(1);
    }
  }
});

test('a picture that did not move is not moved, although a quarter of it is covered', () => {
  const luma = picture([0, 0]);
  const reference = projected(luma);
  for (let y = 0; y < rows; y++) luma.fill(30, y * columns, y * columns + columns / 4);
  const found = findShift(projected(luma), reference);
  expect(found?.dx ?? 0).toBe(0);
  expect(found?.dy ?? 0).toBe(0);
});

test('the gain of the picture is found although a third of it is something else', () => {
  const random = randomOf(4);
  const background = Uint8Array.from({ length: 20_000 }, () => 40 + 120 * random());
  for (const gain of [0.6, 1, 1.35]) {
    const luma = Uint8Array.from(background, (value, i) => (i % 3 === 0 ? 20 + 60 * random() : gain * value));
    expect(findGain(luma, background)).toBeCloseTo(gain, 1);
  }
  expect(findGain(new Uint8Array(500).fill(3), new Uint8Array(500).fill(2))).toBe(1);
});
