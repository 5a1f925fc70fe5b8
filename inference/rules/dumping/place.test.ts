import { expect, test } from 'vitest';
import type { PointNorm, Zone } from '../../../contracts/index.ts';
import { dumpingPlace, watchSettings } from './place.ts';

const box = (x: number, y: number, size = 0.1) => ({
  xNorm: x - size / 2,
  yNorm: y - size,
  wNorm: size,
  hNorm: size,
});
const polygonNorm: PointNorm[] = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];
/** A Friday, 12:00 in Ningbo. */
const noonMs = Date.parse('2026-11-27T12:00:00+08:00');
const workHours = { hours: [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }] };
const watch: Zone = { zoneId: 'lane', kind: 'watch', polygonNorm, minRestMs: 5_000 };
const placeOf = (x: number, y: number, zones: readonly Zone[], atMs = noonMs, size?: number) =>
  dumpingPlace(box(x, y, size), zones, atMs);

test('without zones the whole picture is watched, with them only where the foot of a thing is inside', () => {
  expect(placeOf(0.4, 0.4, [])).toEqual({ kind: 'watched', zoneId: 'whole-picture' });
  expect(placeOf(0.4, 0.4, [watch])).toEqual({ kind: 'watched', zoneId: 'lane' });
  expect(placeOf(0.4, 0.65, [watch])).toEqual({ kind: 'unwatched' });
  expect(watchSettings(box(0.4, 0.4), [watch])).toEqual({ minRestMs: 5_000 });
  expect(watchSettings(box(0.4, 0.65), [watch])).toEqual({});
});

test('ignore zones and fixtures suppress what is watched, and say which zone it was', () => {
  const ignore: Zone = { zoneId: 'yard', kind: 'ignore', polygonNorm };
  const fixture: Zone = { zoneId: 'planter', kind: 'fixture', polygonNorm };
  const suppressed = (zoneId: string, because: string) => ({ kind: 'suppressed', zoneId, because });
  expect(placeOf(0.4, 0.4, [watch, ignore])).toEqual(suppressed('yard', 'ignore'));
  expect(placeOf(0.4, 0.4, [fixture])).toEqual(suppressed('planter', 'fixture'));
  expect(placeOf(0.8, 0.8, [ignore, fixture])).toEqual({ kind: 'watched', zoneId: 'whole-picture' });
});

test('a drop spot is legal within its hours and up to its size', () => {
  const bins: Zone = {
    zoneId: 'bins',
    kind: 'dropSpot',
    polygonNorm,
    schedule: workHours,
    maxAreaShare: 0.2,
  };
  const legal = { kind: 'suppressed', zoneId: 'bins', because: 'dropSpot' };
  const alert = { kind: 'watched', zoneId: 'whole-picture' };
  expect(placeOf(0.4, 0.4, [bins])).toEqual(legal);
  expect(placeOf(0.4, 0.4, [bins], Date.parse('2026-11-27T18:00:00+08:00'))).toEqual(alert);
  expect(placeOf(0.4, 0.4, [bins], Date.parse('2026-11-28T12:00:00+08:00'))).toEqual(alert);
  expect(placeOf(0.4, 0.55, [bins], noonMs, 0.3)).toEqual(alert);
});

test('a watch zone outside of its hours suppresses', () => {
  const night: Zone = {
    ...watch,
    schedule: { hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00' }] },
  };
  expect(placeOf(0.4, 0.4, [night])).toMatchObject({ kind: 'suppressed', because: 'outsideHours' });
  expect(placeOf(0.4, 0.4, [night], Date.parse('2026-11-28T05:59:00+08:00'))).toMatchObject({
    kind: 'watched',
  });
});
