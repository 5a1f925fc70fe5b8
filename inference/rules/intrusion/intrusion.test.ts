import { expect, test } from 'vitest';
import type { ObjectClass, PointNorm, Zone } from '../../../contracts/index.ts';
import { runScene, secondsOf } from '../testing/run-scene.ts';
import { along, type Sprite, street } from '../testing/street.ts';

const right: PointNorm[] = [
  [0.5, 0],
  [1, 0],
  [1, 1],
  [0.5, 1],
];
const yard: Zone = { zoneId: 'yard', kind: 'restricted', polygonNorm: right };
/** Walks from the left into the middle of the yard, stays until `untilS`, and walks back. */
const visitor = (fromS: number, untilS: number, y: number, className: ObjectClass = 'person'): Sprite => ({
  at: along({ w: 16, h: 44 }, [fromS, -20, y], [fromS + 8, 180, y], [untilS, 180, y], [untilS + 8, -20, y]),
  colour: [45, 120, 140],
  seed: 5 + y,
  className,
});
const tell = (sprites: readonly Sprite[], zones: readonly Zone[]) =>
  runScene(street({ durationS: 45, sprites }), { zones }).revisions.filter(
    ({ kind }) => kind === 'intrusion',
  );

test('one event for all who are inside, from the first that enters to the last that leaves', () => {
  const told = tell([visitor(2, 18, 60), visitor(5, 22, 90)], [yard]);
  expect(told.map(({ phase }) => phase)).toEqual(['started', 'updated', 'ended']);
  expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(1);
  // The yard begins at x = 128, reached by the middle of the feet after 5.4 s.
  expect(Math.abs(secondsOf(told[0]?.startedAtMs) - 7.4)).toBeLessThan(1.5);
  expect(told[0]).toMatchObject({ zoneId: 'yard', actor: { className: 'person' }, suppression: null });
  expect(Math.abs(secondsOf(told[2]?.moments.clearedAtMs) - 24.5)).toBeLessThan(3);
});

test('a zone for vehicles lets persons in, and what always stood there is nobody', () => {
  expect(tell([visitor(2, 18, 60)], [{ ...yard, watches: 'vehicles' }])).toEqual([]);
  const poster: Sprite = {
    at: () => ({ x: 180, y: 60, w: 16, h: 44 }),
    colour: [45, 120, 140],
    seed: 9,
    className: 'person',
  };
  expect(tell([poster], [yard])).toEqual([]);
});

test('an ignore zone suppresses, and says so', () => {
  const told = tell([visitor(2, 18, 60)], [yard, { zoneId: 'gate', kind: 'ignore', polygonNorm: right }]);
  expect(told.map(({ suppression }) => suppression)).toEqual(
    told.map(() => ({ zoneId: 'gate', because: 'ignore' })),
  );
  expect(told.length).toBeGreaterThan(0);
});
