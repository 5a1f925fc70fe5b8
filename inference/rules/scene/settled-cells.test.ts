import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areAsExpected, expectedCells, inLight, wordsOf } from './settled-cells.ts';

const byte = fc.integer({ min: 0, max: 255 });
const four = (arbitrary: fc.Arbitrary<number>) => fc.array(arbitrary, { minLength: 4, maxLength: 4 });
const planes = (luma: number[], u: number[], v: number[]) => ({
  luma: Uint8Array.from(luma),
  u: Uint8Array.from(u),
  v: Uint8Array.from(v),
});

/** Real luma and colour of a cell's ground, and what is seen of it. */
const cell = fc.record({
  ground: fc.double({ min: 0, max: 255, noNaN: true }),
  off: fc.integer({ min: -16, max: 16 }),
  u: byte,
  v: byte,
  du: fc.integer({ min: -12, max: 12 }),
  dv: fc.integer({ min: -12, max: 12 }),
});
const clamped = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

test('what passes by fours is background by the exact measure of every single cell, in any light', () => {
  let passed = 0;
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: 4, maxLength: 4 }),
      fc.constantFrom(1, 0.5, 0.8, 1.07, 1.3, 2.4),
      (cells, gain) => {
        const now = planes(
          cells.map(({ ground, off }) => clamped(gain * ground + off)),
          cells.map(({ u, du }) => clamped(u + du)),
          cells.map(({ v, dv }) => clamped(v + dv)),
        );
        const expected = expectedCells(4);
        expected.luma.set(cells.map(({ ground }) => clamped(ground)));
        expected.u.set(cells.map(({ u }) => u));
        expected.v.set(cells.map(({ v }) => v));
        const words = gain === 1 ? expected.words : inLight(expected, gain);
        if (!areAsExpected(wordsOf(now), words, 0)) return;
        passed++;
        for (const [index, { ground, u, v }] of cells.entries()) {
          const tolerance = 12 - Math.max(0, 80 - ground) * 0.075;
          expect(Math.abs((now.luma[index] ?? 0) - Math.min(255, gain * ground))).toBeLessThanOrEqual(
            tolerance,
          );
          const colour = Math.abs((now.u[index] ?? 0) - u) + Math.abs((now.v[index] ?? 0) - v);
          expect(colour).toBeLessThanOrEqual(18);
        }
      },
    ),
    { numRuns: 5_000 },
  );
  expect(passed).toBeGreaterThan(50);
});

test('whatever is equal passes', () => {
  fc.assert(
    fc.property(four(byte), four(byte), four(byte), (luma, u, v) => {
      const expected = expectedCells(4);
      const shown = planes(luma, u, v);
      expected.luma.set(shown.luma);
      expected.u.set(shown.u);
      expected.v.set(shown.v);
      expect(areAsExpected(wordsOf(shown), expected.words, 0)).toBe(true);
    }),
  );
});
