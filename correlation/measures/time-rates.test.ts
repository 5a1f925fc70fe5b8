import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { District } from './district.ts';
import type { ExclusionRequest } from './exclusions.ts';
import { camera, districtOf, figureIn, hourMs, startMs, states } from './testing/made.ts';

const a = camera(1, { installedAtMs: startMs - 400 * 24 * hourMs });
const day = { fromMs: startMs, toMs: startMs + 24 * hourMs };
const hours = (from: number, to: number) => ({
  fromMs: startMs + from * hourMs,
  toMs: startMs + to * hourMs,
});

const exclusion = (from: number, to: number, more: Partial<ExclusionRequest> = {}): ExclusionRequest => ({
  exclusionId: `X${from}-${to}`,
  cameraId: a.cameraId,
  ...hours(from, to),
  reason: 'plannedMaintenance',
  approver: 'approver',
  createdAtMs: startMs - hourMs,
  evidence: '',
  ...more,
});

/** One camera: online but for a fault from 6 to 12, and unknown from 20 to 22. */
const made = (more: Partial<District> = {}): District =>
  districtOf([a], {
    states: states(
      {
        [a.cameraId]: [
          ['online', 0, 6],
          ['offline', 6, 12],
          ['online', 12, 20],
          ['unknown', 20, 22],
          ['online', 22, 24],
        ],
      },
      day,
    ),
    ...more,
  });

test('an exclusion leaves the denominator, and the numerator with it; the raw figure stays beside it', () => {
  const m7 = figureIn(made({ exclusions: [exclusion(5, 8)] }), 'M7');
  expect(m7).toMatchObject({
    numerator: 15 * 3_600,
    denominator: 21 * 3_600,
    rawShare: { numerator: 16 * 3_600, denominator: 24 * 3_600 },
    raw: 16 / 24,
    excluded: { records: 1, cameras: 1, cameraSeconds: 10_800, approvedSeconds: 10_800, proberSeconds: 0 },
    unknownSeconds: 7_200,
    status: 'insufficient-data',
  });
});

test('a logged outage of the prober takes only what is unknown, and not what is excluded already', () => {
  const outage = { areaCode: a.areaCode, ...hours(19, 24) };
  const m7 = figureIn(made({ proberOutages: [outage], exclusions: [exclusion(21, 22)] }), 'M7');
  expect(m7.excluded).toEqual({
    records: 1,
    cameras: 1,
    cameraSeconds: 7_200,
    approvedSeconds: 3_600,
    proberSeconds: 3_600,
  });
  expect(m7).toMatchObject({ unknownSeconds: 0, sampleCoverage: 1, status: 'ok', denominator: 22 * 3_600 });
  const elsewhere = { ...outage, areaCode: '330203990000' };
  expect(figureIn(made({ proberOutages: [elsewhere] }), 'M7').excluded?.proberSeconds).toBe(0);
});

test('serviceable is online, picture normal and recorded at once; a check holds until the next, at most 26 hours', () => {
  const district = made({
    imageChecks: new Map([
      [
        a.cameraId,
        [
          // Made while offline: it counts for nothing.
          { checkedAtMs: startMs + 7 * hourMs, pass: 'day', result: 'blur' },
          { checkedAtMs: startMs + 2 * hourMs, pass: 'day', result: 'normal' },
          { checkedAtMs: startMs + 14 * hourMs, pass: 'day', result: 'unknown' },
          { checkedAtMs: startMs + 16 * hourMs, pass: 'night', result: 'noise' },
          { checkedAtMs: startMs + 23 * hourMs, pass: 'night', result: 'normal' },
        ],
      ],
    ]),
    recordings: new Map([[a.cameraId, [hours(0, 4), hours(5, 24)]]]),
  });
  // Good: 2–4, 5–6, 12–14, 23–24. Not known: 0–2 (no check yet), 14–16, 20–22 (no state).
  expect(figureIn(district, 'M8')).toMatchObject({ numerator: 6 * 3_600, unknownSeconds: 6 * 3_600 });
  expect(figureIn(district, 'M10')).toMatchObject({
    numerator: 23 * 3_600,
    unknownSeconds: 0,
    sampleCoverage: 1,
  });
  expect(figureIn(district, 'M9.day')).toMatchObject({ numerator: 1, denominator: 1 });
  expect(figureIn(district, 'M9.night')).toMatchObject({ numerator: 1, denominator: 1 });
});

test('without checks of the picture the serviceable rate is not judged; without their source it is not there', () => {
  const unchecked = made({ imageChecks: new Map(), recordings: new Map([[a.cameraId, [day]]]) });
  expect(figureIn(unchecked, 'M8')).toMatchObject({ numerator: 0, status: 'insufficient-data', pass: null });
  expect(() => figureIn(made(), 'M8')).toThrow(/no M8/);
});

test('only class 1 and class 2 have an official target, compared unrounded', () => {
  const district = made({
    imageChecks: new Map([[a.cameraId, [{ checkedAtMs: startMs, pass: 'day', result: 'normal' }]]]),
    recordings: new Map([[a.cameraId, [day]]]),
    proberOutages: [{ areaCode: a.areaCode, ...hours(20, 22) }],
  });
  expect(figureIn(district, 'M8', 'pointClass:1')).toMatchObject({ target: 0.98, pass: false });
  expect(figureIn(district, 'M8')).toMatchObject({ target: null, pass: null, value: 16 / 22 });
});

test('97.996 % fails 98 %', () => {
  const cut = Math.round(24 * 3_600 * 0.979_96) * 1_000;
  const window = { fromMs: startMs, toMs: startMs + 24 * hourMs };
  const district = districtOf([a], {
    states: states({ [a.cameraId]: [['online', 0, 24]] }, window),
    imageChecks: new Map([[a.cameraId, [{ checkedAtMs: startMs, pass: 'day', result: 'normal' }]]]),
    recordings: new Map([[a.cameraId, [{ fromMs: startMs, toMs: startMs + cut }]]]),
  });
  const m8 = figureIn(district, 'M8', 'pointClass:1');
  expect(m8.value).toBeGreaterThan(0.979);
  expect(m8.pass).toBe(false);
});

test('an exclusion never changes the figure of another day', () => {
  const window = { fromMs: startMs, toMs: startMs + 3 * 24 * hourMs };
  const online = states(
    {
      [a.cameraId]: [
        ['online', 0, 30],
        ['offline', 30, 40],
        ['online', 40, 72],
      ],
    },
    window,
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 24, max: 46 }), fc.integer({ min: 1, max: 2 })), { maxLength: 4 }),
      (asked) => {
        const exclusions = asked.map(([from, length], index) =>
          exclusion(from, from + length, { exclusionId: `X${index}` }),
        );
        const of = (list: readonly ExclusionRequest[], scope: string) =>
          figureIn(districtOf([a], { window, states: online, exclusions: list }), 'M7', scope).value;
        for (const other of ['day:2026-06-15', 'day:2026-06-17'])
          expect(of(exclusions, other)).toBe(of([], other));
        // The cap runs by the calendar month: a day is the same whatever window was asked for.
        const alone = districtOf([a], {
          window: { fromMs: startMs + 24 * hourMs, toMs: startMs + 48 * hourMs },
          states: online,
          exclusions,
        });
        expect(figureIn(alone, 'M7', 'day:2026-06-16').denominator).toBe(
          figureIn(districtOf([a], { window, states: online, exclusions }), 'M7', 'day:2026-06-16')
            .denominator,
        );
      },
    ),
    { numRuns: 40 },
  );
});
