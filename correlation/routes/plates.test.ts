import { expect, test } from 'vitest';
import type { PlateReading } from '../../contracts/index.ts';
import { contradicting, plateRatio, weighedByPlates } from './plates.ts';

const reading = (sightingId: string, text: string | null): PlateReading => ({
  sightingId,
  text,
  kind: text === null ? null : 'ordinary',
  reason: text === null ? 'blurred' : null,
  confidence: 0.95,
  pictureCount: 3,
  agreeingCount: 3,
  heightPx: 20,
  askedBy: { userId: 'a', name: 'A', unit: '' },
  atMs: 0,
});
const plates = [
  reading('a', '浙B3K582'),
  reading('b', '浙B3K582'),
  reading('c', '浙B3K583'),
  reading('d', '浙B99999'),
  reading('e', null),
];

test('equal plates speak for one vehicle, different ones against it, one character apart or unread for nothing', () => {
  expect(plateRatio(plates, 'a', 'b')).toBeGreaterThan(10);
  expect(plateRatio(plates, 'a', 'c')).toBe(1);
  expect(plateRatio(plates, 'a', 'd')).toBeLessThan(0.1);
  expect(plateRatio(plates, 'a', 'e')).toBe(1);
  expect(plateRatio(plates, 'a', 'unknown')).toBe(1);
  expect(contradicting(plates, ['a'])).toEqual(['d']);
  expect(contradicting(plates, ['e'])).toEqual([]);
  // What a person confirmed stays, whatever was read there.
  expect(contradicting(plates, ['a', 'd'])).toEqual([]);
});

test('a hop is believed more by its plates, and with it the chain that leads away from what is known', () => {
  const hop = (fromId: string, toId: string, chainProbability: number) => ({
    fromId,
    toId,
    probability: 0.5,
    chainProbability,
  });
  const planned = { hops: [hop('x', 'a', 0.5), hop('a', 'b', 0.5), hop('b', 'y', 0.25)], probability: 0.125 };
  const weighed = weighedByPlates(planned, plates, ['a']);
  const [before, at, after] = weighed.hops;
  expect(before).toMatchObject({ probability: 0.5, chainProbability: 0.5, plateRatio: 1 });
  expect(at?.probability).toBeGreaterThan(0.99);
  expect(at?.chainProbability).toBeGreaterThan(0.99);
  expect(after?.probability).toBe(0.5);
  expect(after?.chainProbability).toBeCloseTo(0.5, 1);
  expect(weighed.probability).toBeCloseTo(0.25, 1);
  expect(weighedByPlates(planned, [], ['a'])).toMatchObject({ probability: 0.125 });
});
