import { expect, test } from 'vitest';
import type { PointNorm, Zone } from '../../../contracts/index.ts';
import { groundOf } from '../scene/ground.ts';
import { runScene, secondsOf } from '../testing/run-scene.ts';
import { type Sprite, street } from '../testing/street.ts';

const whole: PointNorm[] = [
  [0, 0.4],
  [1, 0.4],
  [1, 1],
  [0, 1],
];
const square: Zone = { zoneId: 'square', kind: 'crowd', polygonNorm: whole, minPersons: 6, minStayMs: 8_000 };
/** Eight persons who gather one after another from second 2 on and leave together. */
const gathering = (untilS: number, count = 8): Sprite[] =>
  Array.from({ length: count }, (_, index) => ({
    at: (s: number) =>
      s >= 2 + index && s < untilS
        ? { x: 10 + index * 30 + 2 * Math.sin(s + index), y: 70 + (index % 2) * 24, w: 14, h: 40 }
        : null,
    colour: [60 + 9 * index, 120, 130] as const,
    seed: 30 + index,
    className: 'person' as const,
  }));
const tell = (sprites: readonly Sprite[], options: object = {}) =>
  runScene(street({ durationS: 50, sprites }), { zones: [square], ...options }).revisions.filter(
    ({ kind }) => kind === 'crowding',
  );

test('a crowd is told when it stays, with its number, and ended when it goes', () => {
  const told = tell(gathering(30));
  expect(told.map(({ phase }) => phase)).toEqual(['started', 'ended']);
  expect(secondsOf(told[0]?.raisedAtMs)).toBeGreaterThan(14);
  expect(secondsOf(told[0]?.raisedAtMs)).toBeLessThan(24);
  expect(told[0]?.trace[0]?.measured).toBeGreaterThan(5);
  expect(told[0]?.caveats).toEqual(['density-unknown']);
  expect(Math.abs(secondsOf(told[1]?.moments.clearedAtMs) - 31)).toBeLessThan(4);
});

test('too few, or too short, is no crowd; where the ground is known, density counts too', () => {
  expect(tell(gathering(30, 5))).toEqual([]);
  expect(tell(gathering(12))).toEqual([]);
  const geometry = { heightM: 3, tiltDeg: 50, horizontalFieldAngleDeg: 50, verticalFieldAngleDeg: null };
  const dense = tell(gathering(40, 5), { geometry: () => geometry });
  expect(dense.map(({ phase }) => phase)).toEqual(['started']);
  expect(dense[0]?.trace.map(({ condition }) => condition)).toContain('persons per m²');
});

test('the ground of a camera that looks straight down is a rectangle in metres', () => {
  const ground = groundOf(
    { heightM: 10, tiltDeg: 90, horizontalFieldAngleDeg: 90, verticalFieldAngleDeg: null },
    2,
  );
  const corners: PointNorm[] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  expect(ground.areaM2(corners)).toBeCloseTo(20 * 10, 6);
  const level = groundOf(
    { heightM: 5, tiltDeg: 0, horizontalFieldAngleDeg: 60, verticalFieldAngleDeg: 40 },
    16 / 9,
  );
  expect(level.at([0.5, 0.4])).toBeNull();
  expect(level.areaM2(corners)).toBeNull();
  // The lower edge of the picture is seen 20° below the horizon.
  expect(level.at([0.5, 1])?.zM).toBeCloseTo(5 / Math.tan((20 * Math.PI) / 180), 6);
});
