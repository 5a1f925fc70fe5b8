import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openPixels } from '../../../kernel/index.ts';
import { makeGrid } from './analysis-grid.ts';
import { makeLayers, Shows, stepLayers } from './layers.ts';
import { sceneParameters } from './parameters.ts';

const rules = sceneParameters.layers;
/** Enough for blocks of which each learns in another turn, and a few cells that fill no sixteen. */
const [columns, rows] = [131, 2];
const cells = columns * rows;

/** What is known of a cell, and what is seen of it in a light of its own. */
const cell = fc.record({
  ground: fc.double({ min: 0, max: 255, noNaN: true }),
  noise: fc.double({ min: 0, max: 12, noNaN: true }),
  supportMs: fc.constantFrom(0, 400, 2_999, 3_000, 11_000, 12_500),
  isPending: fc.boolean(),
  off: fc.integer({ min: -40, max: 40 }),
  u: fc.integer({ min: 20, max: 230 }),
  v: fc.integer({ min: 20, max: 230 }),
  du: fc.integer({ min: -12, max: 12 }),
  dv: fc.integer({ min: -12, max: 12 }),
});
type Cell = typeof cell extends fc.Arbitrary<infer T> ? T : never;

const clamped = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

function sceneOf(known: readonly Cell[], gain: number) {
  const grid = makeGrid(columns, rows, columns);
  const { loops, moved } = openPixels({ grid, layers: makeLayers(columns, rows) });
  for (const [index, { ground, noise, supportMs, isPending, off, u, v, du, dv }] of known.entries()) {
    const { background, expected } = moved.layers;
    moved.grid.luma[index] = clamped(gain * ground + off);
    moved.grid.u[index] = u + du;
    moved.grid.v[index] = v + dv;
    background.luma[index] = ground;
    background.u[index] = u;
    background.v[index] = v;
    expected.luma[index] = ground + 0.5;
    expected.u[index] = u + 0.5;
    expected.v[index] = v + 0.5;
    moved.layers.noise[index] = noise;
    moved.layers.supportMs[index] = supportMs;
    // What has not settled is looked at every time.
    moved.layers.isPending[index] = isPending || supportMs < 3_000 ? 1 : 0;
  }
  return { loops, ...moved };
}

/** The exact measure of a single cell: how far it is from its background, and how far it may be. */
function measured({ ground, noise, off, du, dv }: Cell, gain: number) {
  const away = Math.abs(clamped(gain * ground + off) - Math.min(255, gain * ground));
  const tolerance = Math.min(45, 12 - Math.max(0, 80 - ground) * 0.075 + 2.8 * noise);
  return { away, tolerance, colour: Math.abs(du) + Math.abs(dv) };
}

/** Float32 decides otherwise so near to the limit. */
const isClear = (known: Cell, gain: number): boolean => {
  const { away, tolerance } = measured(known, gain);
  return Math.abs(away - tolerance) > 0.001;
};

test('sixteen cells at once show what each of them does by the exact measure, in any light', () => {
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: cells, maxLength: cells }),
      fc.constantFrom(1, 0.5, 0.8, 1.07, 1.3, 2.4),
      fc.integer({ min: 1, max: 5 }),
      (known, gain, pictures) => {
        const { loops, layers, grid } = sceneOf(known, gain);
        // Without learning nothing changes, whatever the turn.
        const step = { dtMs: 200, gain, isLearning: false, isFrozen: true, occupied: null };
        for (let picture = 0; picture < pictures; picture++)
          stepLayers(loops, layers, grid, { ...step, nowMs: 200 * picture }, rules);
        let covered = 0;
        for (const [index, one] of known.entries()) {
          const { away, tolerance, colour } = measured(one, gain);
          const isBackground = away <= tolerance && colour <= 18;
          if (!isBackground) covered++;
          if (isClear(one, gain))
            expect(layers.shows[index], `cell ${index}`).toBe(isBackground ? Shows.background : Shows.moving);
        }
        const share = stepLayers(loops, layers, grid, { ...step, nowMs: 1_000 }, rules);
        if (known.every((one) => isClear(one, gain))) expect(share).toBeCloseTo(covered / cells, 9);
      },
    ),
    { numRuns: 60 },
  );
});

test('a background that is seen is a mean at first, follows slowly later, and learns in turn once it has settled', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: cells, maxLength: cells }), (known) => {
      const { loops, layers, grid } = sceneOf(known, 1);
      const step = { dtMs: 200, gain: 1, isLearning: true, isFrozen: false, occupied: null };
      stepLayers(loops, layers, grid, { ...step, nowMs: 20_000 }, rules);
      for (const [index, one] of known.entries()) {
        const { away, tolerance, colour } = measured(one, 1);
        if (!isClear(one, 1)) continue;
        const isSeen = away <= tolerance && colour <= 18;
        const isTurn = (index >> 6) % 4 === layers.turn;
        const isSettled = one.supportMs >= 3_000;
        const learns = isSeen && (!isSettled || isTurn);
        const slowly = 1 - Math.exp(-200 / rules.backgroundMs);
        const isFollower = one.supportMs >= rules.backgroundMs;
        const rate = isFollower ? slowly : Math.max(slowly, 200 / (one.supportMs + 200));
        const luma = one.ground + (learns ? rate * (clamped(one.ground + one.off) - one.ground) : 0);
        expect(layers.background.luma[index]).toBeCloseTo(luma, 3);
        expect(layers.background.u[index]).toBeCloseTo(one.u + (learns ? rate * one.du : 0), 3);
        expect(layers.supportMs[index]).toBeCloseTo(one.supportMs + (learns && !isFollower ? 200 : 0), 3);
        expect(Math.abs((layers.expected.luma[index] ?? 0) - luma)).toBeLessThan(0.501);
      }
    }),
    { numRuns: 60 },
  );
});
