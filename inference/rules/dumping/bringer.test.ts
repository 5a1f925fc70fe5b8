import { expect, test } from 'vitest';
import type { BoxNorm, ObjectClass } from '../../../contracts/index.ts';
import type { Track } from '../../track/index.ts';
import { noteTracks, type TrackMemory } from '../scene/track-memory.ts';
import { findBringer } from './bringer.ts';

const putDownAtMs = 20_000;
const aspect = 16 / 9;
const thing: BoxNorm = { xNorm: 0.5, yNorm: 0.5, wNorm: 0.03, hNorm: 0.05 };

interface Way {
  readonly className: ObjectClass;
  readonly fromMs: number;
  readonly toMs: number;
  readonly boxAt: (atMs: number) => BoxNorm;
}

function remember(...ways: readonly Way[]): TrackMemory {
  const memory: TrackMemory = new Map();
  for (let nowMs = 0; nowMs <= 30_000; nowMs += 200) {
    const tracks = ways.flatMap(({ className, fromMs, toMs, boxAt }, i): Track[] =>
      nowMs < fromMs || nowMs > toMs
        ? []
        : [
            {
              trackId: `${i}`,
              className,
              confidence: 0.6,
              box: boxAt(nowMs),
              vxNorm: 0,
              vyNorm: 0,
              firstSeenAtMs: fromMs,
              lastSeenAtMs: nowMs,
              hits: 5,
              state: 'tracked',
            },
          ],
    );
    noteTracks(memory, tracks, nowMs, 60_000);
  }
  return memory;
}

const found = (memory: TrackMemory) => findBringer(memory, thing, putDownAtMs, aspect, null);

/** A car of a tenth of the picture that drives by the thing from left to right, and stands where and when it is said. */
const car = (standsAtX: number, standsFromMs: number, standsForMs: number): Way => ({
  className: 'car',
  fromMs: 10_000,
  toMs: 30_000,
  boxAt(atMs) {
    const drove = atMs < standsFromMs ? atMs : Math.max(standsFromMs, atMs - standsForMs);
    const xNorm = standsAtX + (drove - standsFromMs) / 25_000;
    return { xNorm, yNorm: 0.43, wNorm: 0.1, hNorm: 0.1 };
  },
});

test('a vehicle brings something where it stands, not where it drives by or waits before', () => {
  expect(found(remember(car(0.44, 18_500, 0)))).toBeNull();
  expect(found(remember(car(0.2, 13_000, 4_000)))).toBeNull();
  expect(found(remember(car(0.44, 18_500, 4_000)))).toMatchObject({ className: 'car', hasVehicle: true });
});

test('a vehicle that comes nearer to the camera is as large as it was beside the thing', () => {
  const grows: Way = {
    className: 'car',
    fromMs: 10_000,
    toMs: 30_000,
    boxAt(atMs) {
      const went = Math.max(0, atMs - 20_400) / 1_000;
      const hNorm = 0.1 * (1 + 2 * went);
      return { xNorm: 0.44, yNorm: 0.45 + 0.2 * went, wNorm: hNorm, hNorm };
    },
  };
  const bringer = found(remember(grows));
  expect(bringer?.className).toBe('car');
  expect(bringer?.sizeNorm.hNorm).toBeLessThan(0.2);
});

test('what was thrown may be half as tall as whoever threw it, where it is known that it came from them', () => {
  const thrower: Way = {
    className: 'person',
    fromMs: 12_000,
    toMs: 28_000,
    boxAt: (atMs) => ({
      xNorm: Math.min(0.3, (atMs - 12_000) / 20_000),
      yNorm: 0.43,
      wNorm: 0.04,
      hNorm: 0.1,
    }),
  };
  const from = (xNorm: number) => ({
    origin: { atMs: 16_000, box: { xNorm, yNorm: 0.48, wNorm: 0.03, hNorm: 0.05 } },
  });
  const memory = remember(thrower);
  expect(findBringer(memory, thing, putDownAtMs, aspect, from(0.22))).toMatchObject({ className: 'person' });
  expect(findBringer(memory, thing, putDownAtMs, aspect, from(0.7))).toBeNull();
  expect(findBringer(memory, thing, putDownAtMs, aspect, { origin: null })).toBeNull();
});

test('somebody who is found only for a moment, and never moves, was there all the same', () => {
  const still = (fromMs: number, toMs: number): Way => ({
    className: 'person',
    fromMs,
    toMs,
    boxAt: () => ({ xNorm: 0.46, yNorm: 0.3, wNorm: 0.08, hNorm: 0.25 }),
  });
  expect(found(remember(still(19_400, 20_800)))).toMatchObject({ className: 'person', hasVehicle: false });
  // What was called a person there before is a part of the scene.
  expect(found(remember(still(19_400, 20_800), still(5_000, 6_000)))).toBeNull();
});

test('a person beside a standing vehicle has its load at hand', () => {
  const driver: Way = {
    className: 'person',
    fromMs: 16_000,
    toMs: 24_000,
    boxAt: (atMs) => ({
      xNorm: 0.3 + (0.18 * (atMs - 16_000)) / 4_000,
      yNorm: 0.4,
      wNorm: 0.04,
      hNorm: 0.14,
    }),
  };
  expect(found(remember(driver))).toMatchObject({ className: 'person', hasVehicle: false });
  expect(found(remember(driver, car(0.44, 15_500, 9_000)))).toMatchObject({
    className: 'person',
    hasVehicle: true,
  });
});
