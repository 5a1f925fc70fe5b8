import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CameraState } from '../../contracts/index.ts';
import { cameraSums } from './camera-sums.ts';
import type { District, ImageCheck } from './district.ts';
import { intervalsFromRows, type Span } from './intervals.ts';
import { camera, districtOf, hourMs, startMs } from './testing/made.ts';

const hours = 72;
const window = { fromMs: startMs, toMs: startMs + hours * hourMs };
const spanOf = (from: number, length: number): Span => ({
  fromMs: startMs + from * hourMs,
  toMs: startMs + (from + length) * hourMs,
});

const anyHour = fc.integer({ min: -6, max: hours });
const anySpan = fc.tuple(anyHour, fc.integer({ min: -2, max: 30 }));
const anyCamera = fc.record({
  states: fc.array(
    fc.tuple(
      anySpan,
      fc.constantFrom<CameraState>('online', 'online', 'offline', 'unknown', 'maintenance', 'retired'),
    ),
    { maxLength: 8 },
  ),
  exclusions: fc.array(anySpan, { maxLength: 4 }),
  outages: fc.array(anySpan, { maxLength: 3 }),
  checks: fc.array(
    fc.tuple(fc.integer({ min: 0, max: hours - 1 }), fc.constantFrom('normal', 'blur', 'unknown')),
    {
      maxLength: 8,
    },
  ),
  recordings: fc.array(anySpan, { maxLength: 6 }),
  installedAfterDays: fc.integer({ min: -1, max: 2 }),
  duty: fc.constantFrom('00:00-24:00', '08:00-18:00', '20:00-06:00'),
});
type AnyCamera = typeof anyCamera extends fc.Arbitrary<infer T> ? T : never;

/** Checks of one camera, at most one an hour. */
const checksOf = ({ checks }: AnyCamera): ImageCheck[] =>
  [...new Map(checks)].map(([hour, result]) => ({
    checkedAtMs: startMs + hour * hourMs,
    pass: 'day',
    result,
  }));

function districtWith(given: AnyCamera): District {
  const one = camera(1, {
    dutyHours: given.duty,
    installedAtMs: startMs + given.installedAfterDays * 24 * hourMs,
  });
  const rows = given.states.map(([[from, length], state]) => ({ ...spanOf(from, length), state, cause: '' }));
  return districtOf([one], {
    window,
    states: new Map([[one.cameraId, intervalsFromRows(rows, window)]]),
    exclusions: given.exclusions.map(([from, length], index) => ({
      exclusionId: `X${index}`,
      cameraId: one.cameraId,
      ...spanOf(from, length),
      reason: 'plannedMaintenance',
      approver: 'a',
      createdAtMs: 0,
      evidence: '',
    })),
    proberOutages: given.outages.map(([from, length]) => ({
      areaCode: one.areaCode,
      ...spanOf(from, length),
    })),
    imageChecks: new Map([[one.cameraId, checksOf(given)]]),
    recordings: new Map([[one.cameraId, given.recordings.map(([from, length]) => spanOf(from, length))]]),
  });
}

/** The same rules, asked hour by hour: slow, and with nothing in common but the rules. */
function hourByHour(given: AnyCamera) {
  const isIn = (spans: readonly (readonly [number, number])[], hour: number): boolean =>
    spans.some(([from, length]) => from <= hour && hour < from + length);
  const stateAt = (hour: number): CameraState => {
    let winner: { from: number; state: CameraState } | null = null;
    for (const [[from, length], state] of given.states) {
      if (from <= hour && hour < from + length && from >= (winner?.from ?? -Infinity))
        winner = { from, state };
    }
    if (winner !== null) return winner.state;
    return hour < given.installedAfterDays * 24 ? 'notCommissioned' : 'unknown';
  };
  const [dutyFrom = 0, dutyTo = 24] = given.duty.split('-').map((clock) => Number(clock.slice(0, 2)));
  const isOnDuty = (hour: number): boolean => {
    const clock = hour % 24;
    return dutyTo > dutyFrom ? clock >= dutyFrom && clock < dutyTo : clock >= dutyFrom || clock < dutyTo;
  };
  // 8 clock hours of June, the first ones, also before the window.
  const excluded = Array.from({ length: hours + 40 }, (_, index) => index - 6).filter((hour) =>
    isIn(given.exclusions, hour),
  );
  const granted = new Set(excluded.slice(0, 8));
  const counted = new Map(
    checksOf(given).map(({ checkedAtMs, result }) => [(checkedAtMs - startMs) / hourMs, result]),
  );
  const imageAt = (hour: number): string => {
    for (let back = hour; back > hour - 26; back--) {
      const result = counted.get(back);
      if (result !== undefined && stateAt(back) === 'online') return result;
    }
    return 'unknown';
  };
  const sums = { reqRaw: 0, req: 0, on: 0, unk: 0, good: 0, unk8: 0, rec: 0, exclApproved: 0, exclProber: 0 };
  for (let hour = 0; hour < hours; hour++) {
    const state = stateAt(hour);
    const isInService = ['online', 'offline', 'unknown', 'maintenance'].includes(state);
    if (!isInService || !isOnDuty(hour)) continue;
    sums.reqRaw++;
    if (granted.has(hour)) {
      sums.exclApproved++;
      continue;
    }
    if (state === 'unknown' && isIn(given.outages, hour)) {
      sums.exclProber++;
      continue;
    }
    const isOnline = state === 'online';
    const isRecorded = isIn(given.recordings, hour);
    sums.req++;
    if (isOnline) sums.on++;
    if (state === 'unknown') sums.unk++;
    if (isOnline && isRecorded && imageAt(hour) === 'normal') sums.good++;
    if (state === 'unknown' || (isOnline && imageAt(hour) === 'unknown')) sums.unk8++;
    if (isRecorded) sums.rec++;
  }
  return Object.fromEntries(Object.entries(sums).map(([name, count]) => [name, count * 3_600]));
}

test('seconds of any camera agree with asking hour by hour', () => {
  fc.assert(
    fc.property(anyCamera, (given) => {
      const district = districtWith(given);
      const [one] = district.cameras;
      if (one === undefined) throw new Error('no camera');
      expect(cameraSums(district, one)).toMatchObject(hourByHour(given));
    }),
    { numRuns: 400 },
  );
});

test('a camera without any row is retired when the file says so, else unknown, and nothing before its installation', () => {
  const sums = (deviceStatus: number, installedAtMs: number | null) => {
    const one = camera(1, { deviceStatus, installedAtMs });
    return cameraSums(districtOf([one]), one);
  };
  expect(sums(3, startMs + 6 * hourMs)).toMatchObject({ reqRaw: 0, stateAtInstant: 'retired' });
  expect(sums(1, startMs - hourMs)).toMatchObject({
    reqRaw: 86_400,
    unkRaw: 86_400,
    stateAtInstant: 'unknown',
  });
  expect(sums(1, startMs + 24 * hourMs)).toMatchObject({ reqRaw: 0, stateAtInstant: 'notCommissioned' });
});

test('a row that says something of the time before the installation is believed', () => {
  const one = camera(1, { installedAtMs: startMs + 24 * hourMs });
  const window24 = { fromMs: startMs, toMs: startMs + 24 * hourMs };
  const rows = [{ ...spanOf(0, 2), state: 'unknown' as const, cause: 'proberDown' }];
  const district = districtOf([one], {
    states: new Map([[one.cameraId, intervalsFromRows(rows, window24)]]),
  });
  expect(cameraSums(district, one)).toMatchObject({ reqRaw: 7_200, unkRaw: 7_200 });
});
