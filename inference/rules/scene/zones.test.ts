import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInside, wholePicture, zoneOf } from './zones.ts';

const box = (x: number, y: number) => ({ xNorm: x - 0.05, yNorm: y - 0.1, wNorm: 0.1, hNorm: 0.1 });
const square: [number, number][] = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];

test('a point is inside a square exactly when its coordinates are', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (x, y) => {
      fc.pre([x, y].every((value) => value !== 0.2 && value !== 0.6));
      expect(isInside(square, x, y)).toBe(x > 0.2 && x < 0.6 && y > 0.2 && y < 0.6);
    }),
  );
});

test('the middle of the lower edge decides, ignoring wins, and watching leaves out the rest', () => {
  const watch = { zoneId: 'lane', kind: 'watch', polygonNorm: square, minRestMs: 5_000 } as const;
  const ignore = { zoneId: 'bins', kind: 'ignore', polygonNorm: square } as const;
  expect(zoneOf(box(0.4, 0.4), [])).toEqual({ zoneId: wholePicture, rule: {} });
  expect(zoneOf(box(0.4, 0.4), [watch])).toEqual({ zoneId: 'lane', rule: { minRestMs: 5_000 } });
  expect(zoneOf(box(0.4, 0.65), [watch])).toBeNull();
  expect(zoneOf(box(0.4, 0.4), [watch, ignore])).toBeNull();
  expect(zoneOf(box(0.8, 0.8), [ignore])).toEqual({ zoneId: wholePicture, rule: {} });
});
