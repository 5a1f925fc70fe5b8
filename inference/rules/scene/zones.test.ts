import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaNorm, isInside } from './zones.ts';

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

test('the area of a polygon is the same whichever way round it is drawn', () => {
  expect(areaNorm(square)).toBeCloseTo(0.16, 9);
  expect(areaNorm(square.toReversed())).toBeCloseTo(0.16, 9);
});
