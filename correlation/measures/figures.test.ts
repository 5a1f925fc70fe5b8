import { expect, test } from 'vitest';
import { figuresOf } from './index.ts';
import { camera, districtOf, figureIn as figure, hourMs, place, startMs, states } from './testing/made.ts';

test('a point counts as covered only when a camera bound to it really looks at it', () => {
  const a = camera(1);
  const places = [
    place('ahead', 0, 30, [a.cameraId]),
    place('behind', 0, -30, [a.cameraId]),
    place('too far', 0, 60, [a.cameraId]),
    place('ahead but not bound', 1, 30, []),
    place('beside', 30, 30, [a.cameraId]),
  ];
  const m1 = figure(districtOf([a], { keyPlaces: places }), 'M1');
  expect(m1).toMatchObject({
    numerator: 1,
    denominator: 5,
    value: 0.2,
    target: 1,
    pass: false,
    status: 'estimated',
  });
  expect(m1.rows.map(({ numerator }) => numerator)).toEqual([1, 0, 0, 0, 0]);
  expect(m1.rows[1]?.because).toContain('outside the view of camera 1');
});

test('a view that looks north sees on both sides of zero degrees', () => {
  const a = camera(1, { headingDeg: 355 });
  const m1 = figure(
    districtOf([a], {
      keyPlaces: [place('left', -9, 30, [a.cameraId]), place('right', 9, 30, [a.cameraId])],
    }),
    'M1',
  );
  expect(m1.numerator).toBe(2);
});

test('a building hides what stands behind it, not what stands before it', () => {
  const a = camera(1);
  const wall = [
    { xM: -20, yM: 20 },
    { xM: 20, yM: 20 },
    { xM: 20, yM: 22 },
    { xM: -20, yM: 22 },
  ];
  const keyPlaces = [place('before', 0, 15, [a.cameraId]), place('behind', 0, 30, [a.cameraId])];
  expect(
    figure(districtOf([a], { keyPlaces, buildings: [wall] }), 'M1').rows.map((row) => row.numerator),
  ).toEqual([1, 0]);
});

test('the official HD rate knows only new and rebuilt cameras of class 1, and a camera nobody measured is not HD', () => {
  const cameras = [
    camera(1),
    camera(2, { buildType: 2 }),
    camera(3, { buildType: 3 }),
    camera(4, { pointClass: 2 }),
    camera(5),
  ];
  const measured = new Map(
    cameras
      .slice(0, 4)
      .map(({ cameraId }, i) => [
        cameraId,
        { widthPx: i === 1 ? 704 : 1920, heightPx: i === 1 ? 576 : 1080, lastPullAtMs: null },
      ]),
  );
  const district = districtOf(cameras, { measured });
  expect(figure(district, 'M5')).toMatchObject({
    numerator: 1,
    denominator: 3,
    pass: null,
    status: 'insufficient-data',
  });
  expect(figure(district, 'M5b')).toMatchObject({ numerator: 3, denominator: 5, target: null });
});

test('nothing to judge is null, never 100 %', () => {
  const empty = districtOf([]);
  for (const one of figuresOf(empty, { kind: 'district' })) {
    expect(one).toMatchObject({ value: null, denominator: 0, status: 'no-data', pass: null });
  }
});

test('the online rate pools seconds of duty; unknown time stays in the denominator and is told', () => {
  const day = camera(1);
  const night = camera(2, { dutyHours: '20:00-08:00' });
  const window = { fromMs: startMs, toMs: startMs + 24 * hourMs };
  const district = districtOf([day, night], {
    states: states(
      {
        [day.cameraId]: [
          ['online', 0, 23],
          ['offline', 23, 24],
        ],
        [night.cameraId]: [['online', 0, 23.5]],
      },
      window,
    ),
  });
  expect(figure(district, 'M7')).toMatchObject({
    numerator: (23 + 11.5) * 3600,
    denominator: 36 * 3600,
    unknownSeconds: 1_800,
    status: 'ok',
  });
  // Half past eight in the evening would find both on duty; at noon only one is.
  expect(figure(district, 'M7b')).toMatchObject({ numerator: 1, denominator: 1 });
});

test('networked means a pull within a week; one in the future is none', () => {
  const cameras = [1, 2, 3, 4].map((serial) => camera(serial));
  const endMs = startMs + 24 * hourMs;
  const pulls = [endMs - hourMs, endMs - 8 * 24 * hourMs, endMs + hourMs, null];
  const measured = new Map(
    cameras.map(({ cameraId }, i) => [cameraId, { widthPx: 1, heightPx: 1, lastPullAtMs: pulls[i] ?? null }]),
  );
  const m6 = figure(districtOf([...cameras, camera(9, { pointClass: 3 })], { measured }), 'M6');
  expect(m6).toMatchObject({ numerator: 1, denominator: 4 });
  expect(m6.rows.map(({ because }) => because)).toEqual([
    'live picture pulled within 7 days',
    'the last pull is older than 7 days',
    'the last pull lies in the future',
    'no live picture was ever pulled',
  ]);
});
