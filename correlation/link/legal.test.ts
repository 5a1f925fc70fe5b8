import { expect, test } from 'vitest';
import { baseMs, madeEvent, madeRecord, placeAt } from '../testing/made.ts';
import { findRepeats, groupReports, legalBases } from './index.ts';

const dayMs = 86_400_000;
const permit = (
  eastM: number,
  given: { fromMin?: number; toMin?: number; status?: 'withdrawn'; days?: number } = {},
) =>
  madeRecord({
    source: 'permit',
    kind: 'permit',
    spots: [{ ...placeAt(eastM), errorM: 3, weight: 1 }],
    status: given.status ?? 'active',
    validity: {
      fromMs: baseMs - (given.days ?? 2) * dayMs,
      toMs: baseMs + dayMs,
      dailyFromMin: given.fromMin ?? 0,
      dailyToMin: given.toMin ?? 1_440,
      utcOffsetMin: 480,
    },
  });
// Put down at 8:30 in the morning.
const event = madeEvent({ locationErrorM: 3 });
const share = (record: ReturnType<typeof permit>): number => legalBases(event, [record])[0]?.share ?? 0;

test('a permit counts within 20 m, on its days and in its hours', () => {
  expect(share(permit(8))).toBeGreaterThan(0.9);
  expect(share(permit(40))).toBe(0);
  expect(share(permit(8, { fromMin: 8 * 60, toMin: 9 * 60 }))).toBeGreaterThan(0.9);
  expect(share(permit(8, { fromMin: 20 * 60, toMin: 6 * 60 }))).toBe(0);
  expect(share(permit(8, { fromMin: 20 * 60, toMin: 9 * 60 }))).toBeGreaterThan(0.9);
  expect(share(permit(8, { status: 'withdrawn' }))).toBe(0);
  expect(share(permit(8, { days: -0.5 }))).toBe(0);
});

test('two calls about one heap are one matter, a third about another corner is not', () => {
  const call = (number: number, eastM: number, reportedS: number) =>
    madeRecord({ number, reportedS, spots: [{ ...placeAt(eastM), errorM: 12, weight: 1 }] });
  const calls = [call(1, 0, 100), call(2, 6, 400), call(3, 380, 500)];
  const matters = groupReports(calls, findRepeats(calls, 0.06), new Map());
  expect(matters.map(({ recordIds }) => recordIds.length)).toEqual([2]);
});

test('what the source itself calls a repeat is one, and its ids stay', () => {
  const first = madeRecord({ number: 1 });
  const again = madeRecord({
    number: 2,
    reportedS: 9_000,
    repeatsSourceId: first.sourceId,
    text: '再次来电',
  });
  expect(findRepeats([first, again], 0.5)).toHaveLength(1);
});
