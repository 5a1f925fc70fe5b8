import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Camera, KeyPlace } from '../../contracts/index.ts';
import type { District } from './district.ts';
import { isHidden, type PointM } from './plane.ts';
import { camera, districtOf, figureIn, hourMs, lonLat, place, startMs, states } from './testing/made.ts';
import { isInView, viewOf } from './view.ts';

const square = (id: string, west: number, south: number, size: number): KeyPlace => ({
  ...place(id, 0, 0, []),
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        lonLat(west, south),
        lonLat(west + size, south),
        lonLat(west + size, south + size),
        lonLat(west, south + size),
        lonLat(west, south),
      ],
    ],
  },
});

const road = (
  id: string,
  laneType: KeyPlace['laneType'],
  ...points: readonly (readonly [number, number])[]
): KeyPlace => ({
  ...place(id, 0, 0, []),
  laneType,
  geometry: { type: 'LineString', coordinates: points.map(([x, y]) => lonLat(x, y)) },
});

/** 60° wide, looks north from the middle, 40 m far (25 px/m reaches 66 m). */
const watcher = (serial: number, more: Partial<Camera> = {}): Camera => camera(serial, more);
const surveyed = { heightM: 6, tiltDeg: 30, verticalFieldAngleDeg: 40 };

test('a sector within an area covers (φ/2)·(far² − near²) of it', () => {
  const district = districtOf([watcher(1)], { keyPlaces: [square('a', -50, -10, 100)] });
  const m2 = figureIn(district, 'M2');
  expect(m2.denominator).toBeCloseTo(10_000, 5);
  expect(m2.numerator).toBeCloseTo((Math.PI / 6) * 40 ** 2, 0);
  expect(m2).toMatchObject({ status: 'estimated', variants: { surveyedOnly: 0 }, target: 1, pass: false });

  const near = 6 / Math.tan((50 * Math.PI) / 180);
  const far = 6 / Math.tan((10 * Math.PI) / 180);
  const known = districtOf([watcher(1, surveyed)], { keyPlaces: [square('a', -50, -10, 100)] });
  const measured = figureIn(known, 'M2');
  expect(measured.numerator).toBeCloseTo((Math.PI / 6) * (far ** 2 - near ** 2), 0);
  expect(measured.status).toBe('ok');
  expect(measured.variants?.['surveyedOnly']).toBe(measured.value);
});

test('a building takes itself and its shadow: the rest of the sector behind it', () => {
  const wall = [
    { xM: -30, yM: 20 },
    { xM: 30, yM: 20 },
    { xM: 30, yM: 22 },
    { xM: -30, yM: 22 },
  ];
  const district = districtOf([watcher(1)], { keyPlaces: [square('a', -50, -10, 100)], buildings: [wall] });
  const m2 = figureIn(district, 'M2');
  // What is left is the triangle before the wall: 20 m high, its base 2 · 20 · tan 30°.
  expect(m2.numerator).toBeCloseTo(20 * 20 * Math.tan(Math.PI / 6), 0);
  expect((m2.variants?.['withoutBuildings'] ?? 0) * m2.denominator).toBeCloseTo((Math.PI / 6) * 1_600, 0);
});

test('a building that bends hides no more than itself and what is behind it', () => {
  // An L: its notch, to the north-east, lies open; taken for its convex hull it would hide the point (12, 28).
  const bent = [
    { xM: -5, yM: 10 },
    { xM: 20, yM: 10 },
    { xM: 20, yM: 12 },
    { xM: -3, yM: 12 },
    { xM: -3, yM: 30 },
    { xM: -5, yM: 30 },
  ];
  const east = watcher(1, { lonDeg: lonLat(40, 25)[0], latDeg: lonLat(40, 25)[1], headingDeg: 270 });
  const keyPlaces = [square('notch', 10, 20, 5)];
  const m2 = figureIn(districtOf([east], { keyPlaces, buildings: [bent] }), 'M2');
  expect(m2.value).toBeCloseTo(1, 6);
});

test('a building around the camera is ignored for it', () => {
  const kiosk = [
    { xM: -2, yM: -2 },
    { xM: 2, yM: -2 },
    { xM: 2, yM: 2 },
    { xM: -2, yM: 2 },
  ];
  const keyPlaces = [square('a', -5, 20, 10)];
  expect(figureIn(districtOf([watcher(1)], { keyPlaces, buildings: [kiosk] }), 'M2').value).toBe(1);
});

test('ground in two areas counts once, for the earlier one; a hole is no ground', () => {
  const holed: KeyPlace = {
    ...square('c', 100, 0, 40),
    geometry: {
      type: 'Polygon',
      coordinates: [
        ...(square('c', 100, 0, 40).geometry.coordinates as [number, number][][]),
        square('hole', 110, 10, 20).geometry.coordinates[0] as [number, number][],
      ],
    },
  };
  const m2 = figureIn(
    districtOf([], { keyPlaces: [square('a', 0, 0, 40), square('b', 20, 20, 40), holed] }),
    'M2',
  );
  expect(m2.rows.map(({ denominator }) => Math.round(denominator * 1_000) / 1_000)).toEqual([
    1_600, 1_200, 1_200,
  ]);
});

test('road metres are counted along the line, by lane', () => {
  const keyPlaces = [
    road('r1', 'motor', [-50, 20], [50, 20]),
    road('r2', 'nonMotor', [0, -20], [0, 60]),
    road('r3', 'nonMotor', [0, 60], [0, 100]),
  ];
  // A second camera on the same stretch counts no metre twice.
  const district = districtOf([watcher(1), watcher(2)], { keyPlaces });
  expect(figureIn(district, 'M3.motor').numerator).toBeCloseTo(2 * 20 * Math.tan(Math.PI / 6), 6);
  expect(figureIn(district, 'M3.motor').denominator).toBeCloseTo(100, 6);
  expect(figureIn(district, 'M3.nonMotor')).toMatchObject({
    numerator: expect.closeTo(40, 6),
    denominator: expect.closeTo(120, 6),
  });
  expect(figureIn(district, 'M3').denominator).toBeCloseTo(220, 6);
  expect(figureIn(district, 'M3.sidewalk')).toMatchObject({ value: null, status: 'no-data', pass: null });
});

test('a PTZ reaches all around it, but that is only possible coverage', () => {
  const ptz = camera(1, { ptzType: 1, headingDeg: null, horizontalFieldAngleDeg: null, viewDistanceM: 20 });
  const m2 = figureIn(districtOf([ptz], { keyPlaces: [square('a', -50, -50, 100)] }), 'M2');
  expect(m2.numerator).toBe(0);
  const reachM2 = (m2.variants?.['withPtzReach'] ?? 0) * m2.denominator;
  expect(reachM2 / (Math.PI * 400)).toBeCloseTo(1, 3);
});

test('a view wider than half a circle keeps what lies beside and behind', () => {
  const wide = watcher(1, { horizontalFieldAngleDeg: 270, viewDistanceM: 10 });
  const m2 = figureIn(districtOf([wide], { keyPlaces: [square('a', -50, -50, 100)] }), 'M2');
  expect(m2.numerator).toBeCloseTo(0.75 * Math.PI * 100, 0);
});

test('effective coverage weighs the same ground with the time in which one of its cameras worked', () => {
  const cameras = [watcher(1), watcher(2)];
  const [a = '', b = ''] = cameras.map(({ cameraId }) => cameraId);
  const window = { fromMs: startMs, toMs: startMs + 24 * hourMs };
  const district = districtOf(cameras, {
    keyPlaces: [road('r', 'motor', [0, 0], [0, 80])],
    states: states({ [a]: [['online', 0, 12]], [b]: [['online', 6, 18]] }, window),
    imageChecks: new Map(
      [a, b].map((id) => [
        id,
        [0, 6].map((hour) => ({
          checkedAtMs: startMs + hour * hourMs,
          pass: 'day' as const,
          result: 'normal',
        })),
      ]),
    ),
    recordings: new Map([a, b].map((id) => [id, [window]])),
  });
  expect(figureIn(district, 'M4.road')).toMatchObject({
    value: expect.closeTo(0.5 * (18 / 24), 6),
    denominator: expect.closeTo(80 * 86_400, 3),
    unit: 'metreSeconds',
  });
});

/** Evenly spread; doubles of fast-check crowd about zero, where every building would hold every camera. */
const tenths = (min: number, max: number) =>
  fc.integer({ min: min * 10, max: max * 10 }).map((value) => value / 10);

/** Cameras and buildings in and about one area. */
const anyScene = fc.record({
  cameras: fc.array(
    fc.record({
      east: tenths(-40, 30),
      north: tenths(-40, 40),
      headingDeg: tenths(0, 360),
      fieldAngleDeg: tenths(40, 300),
      isSurveyed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  buildings: fc.array(
    fc.record({
      east: tenths(-40, 20),
      north: tenths(-30, 30),
      widthM: tenths(2, 8),
      turn: tenths(0, 6),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

function sceneOf(scene: typeof anyScene extends fc.Arbitrary<infer T> ? T : never): District {
  const cameras = scene.cameras.map(({ east, north, headingDeg, fieldAngleDeg, isSurveyed }, index) =>
    camera(index + 1, {
      lonDeg: lonLat(east, north)[0],
      latDeg: lonLat(east, north)[1],
      headingDeg,
      horizontalFieldAngleDeg: fieldAngleDeg,
      ...(isSurveyed ? surveyed : {}),
    }),
  );
  const buildings = scene.buildings.map(({ east, north, widthM, turn }): PointM[] =>
    [0, 1, 2, 3].map((corner) => ({
      xM: east + widthM * Math.cos(turn + (corner * Math.PI) / 2),
      yM: north + widthM * Math.sin(turn + (corner * Math.PI) / 2),
    })),
  );
  const keyPlaces = [square('a', -40, -30, 60), road('r', 'motor', [-60, -5], [0, 20], [55, -30])];
  return districtOf(cameras, { keyPlaces, buildings });
}

test('covered ground agrees with asking every half metre whether it is seen', () => {
  fc.assert(
    fc.property(anyScene, (scene) => {
      const district = sceneOf(scene);
      const watchers = scene.cameras.flatMap(({ east, north }, index) => {
        const one = district.cameras[index];
        const view = one === undefined ? null : viewOf(one, null);
        return view === null ? [] : [{ view, at: { xM: east, yM: north } }];
      });
      let seen = 0;
      // Off the half metres, so that no edge of a view runs along a row of points.
      for (let xM = -39.77; xM < 20; xM += 0.5) {
        for (let yM = -29.71; yM < 30; yM += 0.5) {
          const point = { xM, yM };
          const isSeen = watchers.some(
            ({ view, at }) => isInView(view, at, point) && !isHidden(at, point, district.buildings),
          );
          if (isSeen) seen += 0.25;
        }
      }
      expect(Math.abs(figureIn(district, 'M2').numerator - seen)).toBeLessThan(10);
    }),
    { numRuns: 80 },
  );
});

test('another camera never lowers coverage, and the order of cameras does not matter', () => {
  fc.assert(
    fc.property(anyScene, (scene) => {
      const all = sceneOf(scene);
      const fewer = { ...all, cameras: all.cameras.slice(1) };
      const turned = { ...all, cameras: all.cameras.toReversed() };
      for (const metric of ['M2', 'M3']) {
        const whole = figureIn(all, metric);
        expect(whole.numerator).toBeGreaterThanOrEqual(figureIn(fewer, metric).numerator - 1e-6);
        expect(figureIn(turned, metric).numerator).toBeCloseTo(whole.numerator, 6);
        expect(whole.variants?.['withoutBuildings'] ?? 0).toBeGreaterThanOrEqual((whole.value ?? 0) - 1e-9);
      }
    }),
    { numRuns: 60 },
  );
});
