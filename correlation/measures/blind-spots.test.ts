import { expect, test } from 'vitest';
import type { KeyPlace } from '../../contracts/index.ts';
import { blindSpots, whatIf } from './blind-spots.ts';
import { fromPlaneAbout, planeAbout } from './plane.ts';
import { camera, districtOf, lonLat, place } from './testing/made.ts';

const road: KeyPlace = {
  ...place('road', 0, 0, []),
  laneType: 'nonMotor',
  geometry: { type: 'LineString', coordinates: [lonLat(0, -30), lonLat(0, 10), lonLat(0, 80)] },
};
const area: KeyPlace = {
  ...place('area', 0, 0, []),
  geometry: {
    type: 'Polygon',
    coordinates: [[lonLat(-5, 60), lonLat(5, 60), lonLat(5, 70), lonLat(-5, 70), lonLat(-5, 60)]],
  },
};
/** Sees a sector of 60° to the north, 40 m far, from the reference point. */
const seeing = camera(1);
const keyPlaces = [road, area, place('seen', 0, 20, []), place('behind', 0, -20, [])];
const district = districtOf([seeing], { keyPlaces });
const toPlane = planeAbout(121.53, 29.87);

test('what no camera sees is listed, largest first: ground, stretches of road, points', () => {
  const spots = blindSpots(district, { kind: 'district' });
  expect(spots.map(({ keyPlaceId, kind, size }) => [keyPlaceId, kind, Math.round(size)])).toEqual([
    ['area', 'area', 100],
    ['road', 'road', 40],
    ['road', 'road', 30],
    ['behind', 'point', 1],
  ]);
  // The bend at 40 m lies in seen road; the far stretch runs from 70 m to the end.
  expect(spots[1]).toMatchObject({ fromM: expect.closeTo(70, 6), toM: expect.closeTo(110, 6) });
  const middle = toPlane(spots[1]?.at.lonDeg ?? 0, spots[1]?.at.latDeg ?? 0);
  expect(middle.yM).toBeCloseTo(60, 6);
});

test('a planned camera shows what it would add, and changes nothing', () => {
  const [lonDeg, latDeg] = lonLat(0, 40);
  const planned = camera(2, { lonDeg, latDeg });
  const gains = new Map(
    whatIf(district, { kind: 'district' }, planned).map(({ metric, gained }) => [metric, gained]),
  );
  expect(gains.get('M2')).toBeCloseTo(100, 6);
  expect(gains.get('M3.nonMotor')).toBeCloseTo(40, 6);
  expect(gains.get('M3.motor')).toBe(0);
  expect(gains.get('M1.any')).toBe(0);
  expect(district.cameras).toHaveLength(1);
  const turned = whatIf(district, { kind: 'district' }, camera(2, { headingDeg: 180 }));
  expect(turned.find(({ metric }) => metric === 'M1.any')).toMatchObject({ gained: 1 });
});

test('local metres and back are the same place', () => {
  const { lonDeg, latDeg } = fromPlaneAbout(121.53, 29.87)({ xM: 1_234.5, yM: -987.6 });
  expect(toPlane(lonDeg, latDeg)).toEqual({ xM: expect.closeTo(1_234.5, 6), yM: expect.closeTo(-987.6, 6) });
});
