import { expect, test } from 'vitest';
import type { PointNorm, Zone } from '../../../contracts/index.ts';
import { runScene, secondsOf } from '../testing/run-scene.ts';
import { along, type Sprite, street, type StreetOptions } from '../testing/street.ts';

const lower: PointNorm[] = [
  [0, 0.5],
  [1, 0.5],
  [1, 1],
  [0, 1],
];
const lane = (laneType: 'motor' | 'nonMotor' | 'bus' | 'emergency', minStayMs: number): Zone => ({
  zoneId: 'lane',
  kind: 'lane',
  laneType,
  polygonNorm: lower,
  minStayMs,
});
const car = { w: 60, h: 34 };
/** Drives in, stands from second 5 to `leavesS`, drives on. */
const parker = (leavesS: number, className: 'car' | 'bus' | 'bicycle' = 'car'): Sprite => ({
  at: along(car, [1, -70, 90], [5, 90, 90], [leavesS, 90, 90], [leavesS + 4, 270, 90]),
  colour: [170, 120, 130],
  seed: 21,
  className,
});
const passer: Sprite = {
  at: along(car, [8, -70, 80], [13, 270, 80]),
  colour: [60, 130, 120],
  seed: 22,
  className: 'car',
};
const tell = (options: StreetOptions, zones: readonly Zone[]) =>
  runScene(street(options), { zones }).revisions.filter(({ kind }) => kind === 'lane_obstruction');

test('a car that stands in the non-motor lane is told once, and ended when it drives on; who passes is not', () => {
  const [started, ended, ...more] = tell({ durationS: 45, sprites: [passer, parker(32)] }, [
    lane('nonMotor', 15_000),
  ]);
  expect(more).toEqual([]);
  expect(started).toMatchObject({
    phase: 'started',
    zoneId: 'lane',
    actor: { className: 'car' },
    caveats: [],
  });
  expect(Math.abs(secondsOf(started?.startedAtMs) - 5)).toBeLessThan(2);
  expect(Math.abs(secondsOf(started?.raisedAtMs) - 20)).toBeLessThan(2);
  expect(ended).toMatchObject({ phase: 'ended', eventId: started?.eventId });
  expect(Math.abs(secondsOf(ended?.moments.clearedAtMs) - 32)).toBeLessThan(4);
  const [condition] = started?.trace ?? [];
  expect(condition).toMatchObject({ condition: 'stands in the lane, ms', threshold: 15_000 });
});

test('a bus stops in its lane by right, a bicycle blocks only the emergency lane', () => {
  const standing = (className: 'bus' | 'bicycle'): StreetOptions => ({
    durationS: 30,
    sprites: [parker(40, className)],
  });
  expect(tell(standing('bus'), [lane('bus', 10_000)])).toEqual([]);
  expect(tell(standing('bicycle'), [lane('nonMotor', 10_000)])).toEqual([]);
  expect(tell(standing('bicycle'), [lane('emergency', 10_000)])).toHaveLength(1);
});

test('a thing that no detector knows is told when it has lain in the lane long enough, also without who brought it', () => {
  const bag: Sprite = {
    at: (s) => (s >= 10 && s < 40 ? { x: 118, y: 92, w: 15, h: 14 } : null),
    colour: [190, 118, 150],
    seed: 6,
  };
  const thing = { durationS: 50, sprites: [bag] };
  const [started, ended, ...more] = tell(thing, [lane('nonMotor', 20_000)]);
  expect(more).toEqual([]);
  expect(started).toMatchObject({ phase: 'started', actor: null });
  expect(Math.abs(secondsOf(started?.startedAtMs) - 10)).toBeLessThan(2);
  expect(ended).toMatchObject({ phase: 'ended' });
  const fixture: Zone = { zoneId: 'bin', kind: 'fixture', polygonNorm: lower };
  expect(tell(thing, [lane('nonMotor', 20_000), fixture])).toEqual([]);
});

test('outside of its hours, and without a lane zone, nothing is told', () => {
  const options = { durationS: 30, sprites: [parker(40)] };
  // The drawn street begins on a Sunday, 23:06 in Ningbo.
  const schedule = { hours: [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '19:00' }] };
  expect(tell(options, [{ ...lane('nonMotor', 10_000), schedule }])).toEqual([]);
  expect(tell(options, [])).toEqual([]);
});
