import { expect, test } from 'vitest';
import type { ArchiveRow, District } from './district.ts';
import { camera, districtOf, figureIn, hourMs, lonLat, startMs, states } from './testing/made.ts';

const dayMs = 24 * hourMs;
const window = { fromMs: startMs, toMs: startMs + dayMs };
const online = (...ids: string[]) =>
  states(
    Object.fromEntries(ids.map((id) => [id, [['online', 0, 24] as ['online', number, number]]])),
    window,
  );

const archiveRow = (more: Partial<ArchiveRow> = {}): ArchiveRow => ({
  requiredCount: 17,
  blankRequired: [],
  placeText: null,
  writtenLonDeg: 121.53,
  writtenLatDeg: 29.87,
  resolutionText: '1920*1080',
  isDeclaredHd: true,
  isTracing: false,
  ...more,
});

test('one old clip is enough for storage, not for the suggested figure', () => {
  const old = { installedAtMs: startMs - 400 * dayMs };
  const cameras = [
    camera(1, old),
    camera(2, old),
    camera(3, old),
    camera(4, { installedAtMs: startMs - 5 * dayMs }),
  ];
  const ids = cameras.map(({ cameraId }) => cameraId);
  const longAgo = startMs - 31 * dayMs;
  const district = districtOf(cameras, {
    states: online(...ids),
    recordings: new Map([
      [ids[0] ?? '', [{ fromMs: longAgo, toMs: startMs + dayMs }]],
      [ids[1] ?? '', [{ fromMs: longAgo, toMs: longAgo + 1_000 }]],
      [ids[2] ?? '', [{ fromMs: startMs, toMs: startMs + dayMs }]],
    ]),
  });
  expect(figureIn(district, 'M11')).toMatchObject({ numerator: 2, denominator: 3 });
  expect(figureIn(district, 'M11.suggested')).toMatchObject({ numerator: 1, denominator: 3 });
});

test('a clock may be 60 s off, 5 s where it serves tracing; the last reading that succeeded counts', () => {
  const cameras = [camera(1), camera(2), camera(3), camera(4)];
  const [a = '', b = '', c = ''] = cameras.map(({ cameraId }) => cameraId);
  const at = (hour: number, offsetS: number | null) => ({ measuredAtMs: startMs + hour * hourMs, offsetS });
  const district = districtOf(cameras, {
    states: online(...cameras.map(({ cameraId }) => cameraId)),
    archive: new Map([[b, archiveRow({ isTracing: true })]]),
    clockChecks: new Map([
      [a, [at(1, 300), at(2, -60), at(3, null)]],
      [b, [at(1, 5.01)]],
      [c, [at(1, 60.5), at(25, 0)]],
    ]),
  });
  expect(figureIn(district, 'M12')).toMatchObject({
    numerator: 1,
    denominator: 3,
    sampleCoverage: 0.75,
    status: 'insufficient-data',
  });
  expect(figureIn(district, 'M12.tracing')).toMatchObject({ numerator: 0, denominator: 1, status: 'ok' });
});

test('on-screen text is a sample: a check that left something out is none, the last one counts', () => {
  const cameras = [camera(1), camera(2), camera(3), camera(4)];
  const [a = '', b = '', c = ''] = cameras.map(({ cameraId }) => cameraId);
  const check = (hour: number, ...findings: (boolean | null)[]) => ({
    checkedAtMs: startMs + hour * hourMs,
    findings,
  });
  const district = districtOf(cameras, {
    states: online(...cameras.map(({ cameraId }) => cameraId)),
    osdChecks: new Map([
      [a, [check(2, true, true), check(1, false, true)]],
      [b, [check(1, true, false)]],
      [c, [check(1, true, null)]],
    ]),
  });
  expect(figureIn(district, 'M13')).toMatchObject({
    numerator: 1,
    denominator: 2,
    status: 'sample',
    variants: { sampledShare: 0.5 },
  });
});

test('tickets that run backwards are refused; repair counts from detection, punctuality from what was due or done', () => {
  const a = camera(1);
  const ticket = (ticketId: string, occurred: number, detected: number, repaired: number | null) => ({
    ticketId,
    cameraId: a.cameraId,
    occurredAtMs: startMs + occurred * hourMs,
    detectedAtMs: startMs + detected * hourMs,
    repairedAtMs: repaired === null ? null : startMs + repaired * hourMs,
    limitHours: 12,
  });
  const district = districtOf([a], {
    faults: [
      ticket('in time', 1, 2, 6),
      ticket('late', -20, -10, 5),
      ticket('never, due today', -5, 0, null),
      ticket('not due yet', 19, 20, null),
      ticket('found before it happened', 5, 4, 6),
      ticket('repaired before it was found', 5, 7, 6),
      ticket('yesterday', -30, -29, -28),
    ],
  });
  expect(figureIn(district, 'M16.meanDetectSeconds')).toMatchObject({
    numerator: (1 + 5 + 1) * 3_600,
    denominator: 3,
  });
  expect(figureIn(district, 'M16.meanRepairSeconds')).toMatchObject({
    numerator: (4 + 15) * 3_600,
    denominator: 2,
  });
  expect(figureIn(district, 'M16.onTime')).toMatchObject({ numerator: 1, denominator: 3 });
});

const streets: District['streets'] = [
  [
    [
      { xM: -500, yM: -500 },
      { xM: 500, yM: -500 },
      { xM: 500, yM: 500 },
      { xM: -500, yM: 500 },
    ],
  ],
];

test('each rule of the archive is told by itself, and a rule that cannot be asked is not run', () => {
  const [outLon, outLat] = lonLat(501, 0);
  const [edgeLon, edgeLat] = lonLat(500.4, 0);
  const old = { installedAtMs: startMs - 100 * dayMs };
  const cameras = [
    camera(1, old),
    camera(2, { ...old, lonDeg: edgeLon, latDeg: edgeLat, deviceStatus: 2, retentionDays: 29 }),
    camera(3, { ...old, lonDeg: outLon, latDeg: outLat, civilCode: '330205', isDeclaredNetworked: false }),
    camera(4, { installedAtMs: startMs + 9 * dayMs, pointClass: 2, isDeclaredNetworked: false }),
  ];
  const [a = '', b = '', c = '', d = ''] = cameras.map(({ cameraId }) => cameraId);
  const district = districtOf(cameras, {
    streets,
    civilCode: '330203',
    states: online(a, b, c),
    archive: new Map([
      [a, archiveRow({ placeText: '1 2 3' })],
      [b, archiveRow({ placeText: '1 2 3', blankRequired: ['厂商'] })],
      [c, archiveRow({ writtenLonDeg: 29.87, writtenLatDeg: 121.53 })],
      [d, archiveRow({ writtenLonDeg: 0, writtenLatDeg: 0 })],
    ]),
  });
  const { parts } = figureIn(district, 'M14.accurate');
  const share = (rule: string) => [parts?.[rule]?.numerator, parts?.[rule]?.denominator];
  expect(Object.fromEntries(Object.keys(parts ?? {}).map((rule) => [rule, share(rule)]))).toEqual({
    A1: [4, 4],
    A2: [4, 4],
    A3: [3, 4],
    A4: [3, 4],
    A5: [3, 4],
    A6: [3, 4],
    A7: [3, 4],
    A8: [3, 4],
    A9: [2, 3],
    A10: [0, 2],
    // In repair but online, and in use before it was put up.
    A11: [2, 4],
  });
  expect(figureIn(district, 'M14.complete')).toMatchObject({ numerator: 67, denominator: 68 });
});

test('declared and measured are compared where both are there; sizes in any order, 万 within a tenth', () => {
  const cameras = [1, 2, 3, 4, 5].map((serial) =>
    camera(serial, { ipAddress: serial === 5 ? null : '10.0.0.1' }),
  );
  const ids = cameras.map(({ cameraId }) => cameraId);
  const texts = ['1920×1080', '400万', '200万', '高清', ''];
  const sizes = [
    [1080, 1920],
    [2688, 1520],
    [2560, 1440],
    [1920, 1080],
    [1920, 1080],
  ] as const;
  const district = districtOf(cameras, {
    states: online(...ids.slice(0, 4)),
    archive: new Map(ids.map((id, i) => [id, archiveRow({ resolutionText: texts[i] ?? '' })])),
    measured: new Map(
      ids.map((id, i) => [
        id,
        {
          widthPx: sizes[i]?.[0] ?? null,
          heightPx: sizes[i]?.[1] ?? null,
          lastPullAtMs: null,
          ipAddress: i === 0 ? '10.0.0.2' : '10.0.0.1',
        },
      ]),
    ),
  });
  expect(figureIn(district, 'M14.consistent').parts).toEqual({
    resolution: { numerator: 2, denominator: 4 },
    ip: { numerator: 3, denominator: 4 },
    online: { numerator: 4, denominator: 4 },
  });
});

test('cameras that the network knows and the archive does not cost the archived rate; other devices do not', () => {
  const known = camera(1);
  const district = districtOf([known], {
    catalogue: new Set([known.cameraId, '33020300001320000777', '33020300002000000001', 'nonsense']),
    states: online('33020300001310000888'),
  });
  expect(figureIn(district, 'M15')).toMatchObject({ numerator: 1, denominator: 3, target: 1, pass: false });
});

test('a day has only the figures that speak of a time', () => {
  const district = districtOf([camera(1)], { states: online(camera(1).cameraId) });
  expect(() => figureIn(district, 'M5b', 'day:2026-06-15')).toThrow(/no M5b/);
  expect(figureIn(district, 'M7', 'day:2026-06-15').denominator).toBe(86_400);
  expect(figureIn(district, 'M7', 'day:2026-06-14')).toMatchObject({ value: null, status: 'no-data' });
});
