import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ExclusionRequest,
  type ExclusionVerdict,
  grantExclusions,
  judgeExclusions,
} from './exclusions.ts';
import { secondsWithin } from './spans.ts';

const at = (text: string): number => Date.parse(`${text}+08:00`);
const hourMs = 3_600_000;
const id = '33020300001320000101';
const always = { fromMs: -Infinity, toMs: Infinity };

const request = (more: Partial<ExclusionRequest> = {}): ExclusionRequest => ({
  exclusionId: 'X1',
  cameraId: id,
  fromMs: at('2026-06-10T08:00:00'),
  toMs: at('2026-06-10T12:00:00'),
  reason: 'gridPowerCut',
  approver: 'approver 1',
  createdAtMs: at('2026-06-11T12:00:00'),
  evidence: 'paper 1',
  ...more,
});
const installed = new Map([[id, at('2026-06-01T00:00:00')]]);
const verdict = (more: Partial<ExclusionRequest>): ExclusionVerdict | undefined =>
  judgeExclusions([request(more)], installed)[0];

test.each<[ExclusionVerdict, Partial<ExclusionRequest>]>([
  ['accepted', {}],
  ['unknownCamera', { cameraId: '33020300001320000999', toMs: 0 }],
  ['badInterval', { toMs: at('2026-06-10T08:00:00'), reason: 'retired' }],
  ['retiredIsAState', { reason: 'retired', approver: '' }],
  ['unknownReason', { reason: 'badWeather', approver: '' }],
  ['noApprover', { approver: ' ', evidence: '' }],
  ['createdAfterStart', { reason: 'roadWorks', createdAtMs: at('2026-06-10T08:00:00'), evidence: '' }],
  ['accepted', { reason: 'plannedMaintenance', createdAtMs: at('2026-06-10T07:59:59'), evidence: '' }],
  ['filedLate', { createdAtMs: at('2026-06-11T12:00:01'), evidence: '' }],
  ['noEvidence', { evidence: '' }],
  ['noEvidence', { reason: 'roadWorks', createdAtMs: at('2026-06-09T08:00:00'), evidence: '' }],
  ['accepted', { reason: 'trialRun', createdAtMs: at('2026-05-30T00:00:00'), evidence: '' }],
  ['outsideTrial', { reason: 'trialRun', createdAtMs: 0, toMs: at('2026-08-30T00:00:01') }],
  ['outsideTrial', { reason: 'trialRun', createdAtMs: 0, fromMs: at('2026-05-31T23:59:59') }],
])('the first check that fails is the verdict: %s', (expected, more) => {
  expect(verdict(more)).toBe(expected);
});

test('the second use of a number is refused, also when the first was', () => {
  expect(judgeExclusions([request({ approver: '' }), request()], installed)).toEqual([
    'noApprover',
    'duplicateId',
  ]);
});

test('eight clock hours of the union are granted per calendar month, in order', () => {
  const { granted, capCuts, records } = grantExclusions(id, [
    request({ exclusionId: 'late', fromMs: at('2026-06-20T00:00:00'), toMs: at('2026-06-20T04:00:00') }),
    request({ exclusionId: 'first', fromMs: at('2026-06-10T00:00:00'), toMs: at('2026-06-10T05:00:00') }),
    request({ exclusionId: 'over', fromMs: at('2026-06-10T03:00:00'), toMs: at('2026-06-10T06:00:00') }),
  ]);
  expect(secondsWithin(granted, always)).toBe(8 * 3_600);
  expect(capCuts).toEqual([
    { cameraId: id, month: '2026-06', fromMs: at('2026-06-20T02:00:00'), refusedSeconds: 2 * 3_600 },
  ]);
  expect(records.map(({ exclusionId, granted: part }) => [exclusionId, secondsWithin(part, always)])).toEqual(
    [
      ['late', 2 * 3_600],
      ['first', 5 * 3_600],
      ['over', 3 * 3_600],
    ],
  );
});

test('over the end of a month each month has its own eight hours, by the calendar of +08:00', () => {
  const { granted, capCuts } = grantExclusions(id, [
    request({ fromMs: at('2026-06-30T14:00:00'), toMs: at('2026-07-01T10:00:00') }),
  ]);
  expect(granted).toEqual([
    { fromMs: at('2026-06-30T14:00:00'), toMs: at('2026-06-30T22:00:00') },
    { fromMs: at('2026-07-01T00:00:00'), toMs: at('2026-07-01T08:00:00') },
  ]);
  expect(capCuts.map(({ month, refusedSeconds }) => [month, refusedSeconds])).toEqual([
    ['2026-06', 2 * 3_600],
    ['2026-07', 2 * 3_600],
  ]);
});

test('a trial run has no cap and uses none', () => {
  const { granted, capCuts } = grantExclusions(id, [
    request({ reason: 'trialRun', fromMs: at('2026-06-02T00:00:00'), toMs: at('2026-06-05T00:00:00') }),
    request({ fromMs: at('2026-06-10T00:00:00'), toMs: at('2026-06-10T08:00:00') }),
  ]);
  expect(secondsWithin(granted, always)).toBe((72 + 8) * 3_600);
  expect(capCuts).toEqual([]);
});

test('whatever is asked for: never more than eight hours of a month, never more than was asked, cuts are the rest', () => {
  const monthMs = at('2026-06-01T00:00:00');
  const asked = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 20 }))
      .map(([hour, length]) =>
        request({ fromMs: monthMs + hour * hourMs, toMs: monthMs + (hour + length) * hourMs }),
      ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(asked, (requests) => {
      const { granted, capCuts } = grantExclusions(id, requests);
      const reversed = grantExclusions(id, requests.toReversed());
      expect(reversed.granted).toEqual(granted);
      const hours = new Set(
        requests.flatMap(({ fromMs, toMs }) =>
          Array.from({ length: (toMs - fromMs) / hourMs }, (_, i) => fromMs + i * hourMs),
        ),
      ).size;
      const grantedS = secondsWithin(granted, always);
      expect(grantedS).toBe(Math.min(8, hours) * 3_600);
      expect(capCuts.reduce((sum, { refusedSeconds }) => sum + refusedSeconds, 0)).toBe(
        hours * 3_600 - grantedS,
      );
    }),
  );
});
