import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CameraHealth, CameraState } from '../../contracts/index.ts';
import { dayStartMs, dutySpans } from './duty.ts';
import { commonMs, intervalsFromHealth, intervalsFromRows, type StateInterval } from './intervals.ts';

const sample = (observedAtMs: number, state: CameraState, validForMs = 30_000): CameraHealth => ({
  cameraId: '33020300001320000101',
  areaCode: '330203540000',
  observedAtMs,
  state,
  cause: state,
  validForMs,
  measuredWidthPx: null,
  measuredHeightPx: null,
  codec: null,
  framesPerSecond: null,
  lastFrameAtMs: null,
  framesDropped: 0,
  clockOffsetMs: null,
  facts: null,
  picture: null,
  clock: null,
  recording: null,
});

const short = (intervals: readonly StateInterval[]): string =>
  intervals.map(({ state, fromMs, toMs }) => `${state} ${fromMs}-${toMs}`).join(', ');

test('a state holds until the next sample, at most as long as it is valid', () => {
  const samples = [sample(10_000, 'online'), sample(30_000, 'online'), sample(50_000, 'offline')];
  expect(short(intervalsFromHealth(samples, { fromMs: 0, toMs: 100_000 }))).toBe(
    'unknown 0-10000, online 10000-50000, offline 50000-80000, unknown 80000-100000',
  );
});

test('of overlapping rows the later start wins while it lasts, then the earlier applies again', () => {
  const row = (state: CameraState, fromMs: number, toMs: number): StateInterval => ({
    state,
    fromMs,
    toMs,
    cause: '',
  });
  const rows = [
    row('online', 0, 100),
    row('offline', 20, 40),
    row('maintenance', 30, 35),
    row('offline', 50, 50),
    row('unknown', 60, 70),
    row('online', 60, 65),
  ];
  expect(short(intervalsFromRows(rows, { fromMs: 0, toMs: 120 }))).toBe(
    'online 0-20, offline 20-30, maintenance 30-35, offline 35-40, online 40-65, unknown 65-70, online 70-100, unknown 100-120',
  );
});

test('whatever was reported, the intervals cover the window once, in order', () => {
  const states: CameraState[] = ['online', 'offline', 'unknown', 'maintenance'];
  const row = fc.record({
    state: fc.constantFrom(...states),
    fromMs: fc.integer({ min: -50, max: 150 }),
    toMs: fc.integer({ min: -50, max: 150 }),
    cause: fc.constant(''),
  });
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const intervals = intervalsFromRows(rows, { fromMs: 0, toMs: 100 });
      expect(intervals[0]?.fromMs).toBe(0);
      expect(intervals.at(-1)?.toMs).toBe(100);
      for (const [index, { fromMs, toMs }] of intervals.entries()) {
        expect(toMs).toBeGreaterThan(fromMs);
        if (index > 0) expect(intervals[index - 1]?.toMs).toBe(fromMs);
      }
    }),
  );
});

test('duty over midnight belongs to both days', () => {
  const day = dayStartMs(Date.parse('2026-06-15T12:00:00+08:00'));
  expect(new Date(day).toISOString()).toBe('2026-06-14T16:00:00.000Z');
  const hours = (spans: readonly { fromMs: number; toMs: number }[]): number[][] =>
    spans.map(({ fromMs, toMs }) => [(fromMs - day) / 3_600_000, (toMs - day) / 3_600_000]);
  const window = { fromMs: day, toMs: day + 86_400_000 };
  expect(hours(dutySpans('22:00-06:00', window))).toEqual([
    [0, 6],
    [22, 24],
  ]);
  expect(hours(dutySpans('00:00-24:00', { fromMs: day, toMs: day + 3 * 86_400_000 }))).toEqual([[0, 72]]);
});

test('common time is symmetric and agrees with counting', () => {
  const spans = fc
    .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 12 })
    .map((edges) => edges.toSorted((a, b) => a - b))
    .map((edges) =>
      edges.flatMap((fromMs, i) =>
        i % 2 === 0 && i + 1 < edges.length ? [{ fromMs, toMs: edges[i + 1] ?? 0 }] : [],
      ),
    );
  fc.assert(
    fc.property(spans, spans, (a, b) => {
      const holds = (list: typeof a, at: number): boolean =>
        list.some(({ fromMs, toMs }) => fromMs <= at && at < toMs);
      const counted = Array.from({ length: 60 }, (_, at) => at).filter(
        (at) => holds(a, at) && holds(b, at),
      ).length;
      expect(commonMs(a, b)).toBe(counted);
      expect(commonMs(b, a)).toBe(counted);
    }),
  );
});
