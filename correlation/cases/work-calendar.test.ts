import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimeLimit } from '../../contracts/index.ts';
import { addWorkMs, dueAfterRest, dueAt, isWorkday, usedShare, workMsBetween } from './work-calendar.ts';

const hours = [
  { fromMinute: 510, toMinute: 720 },
  { fromMinute: 810, toMinute: 1_020 },
];
const at = (text: string): number => Date.parse(`${text}+08:00`);
const due = (start: string, value: number, unit: TimeLimit['unit']): string =>
  new Date(dueAt(at(start), { value, unit }, hours) + 8 * 3_600_000).toISOString().slice(0, 16);

test('the days that the State Council moved decide, not the weekday', () => {
  // National Day 2026: 1–7 October off; Saturday 10 October and Sunday 20 September are working days.
  expect(isWorkday(at('2026-10-01T00:00:00'))).toBe(false);
  expect(isWorkday(at('2026-10-07T00:00:00'))).toBe(false);
  expect(isWorkday(at('2026-10-10T00:00:00'))).toBe(true);
  expect(isWorkday(at('2026-11-28T00:00:00'))).toBe(false);
});

test('working hours stop at noon, in the evening, at weekends and over holidays', () => {
  expect(due('2026-06-15T08:30:00', 4, 'workHour')).toBe('2026-06-15T14:00');
  expect(due('2026-06-15T16:00:00', 4, 'workHour')).toBe('2026-06-16T11:30');
  expect(due('2026-06-12T16:30:00', 1, 'workHour')).toBe('2026-06-15T09:00');
  // Reported in the night: the term begins with the working day.
  expect(due('2026-06-15T22:00:00', 1, 'workHour')).toBe('2026-06-16T09:30');
  expect(due('2026-09-30T16:00:00', 2, 'workHour')).toBe('2026-10-08T09:30');
});

test('working days begin to count on the day after and end with the last one', () => {
  expect(due('2026-06-15T10:00:00', 2, 'workDay')).toBe('2026-06-18T00:00');
  expect(due('2026-09-30T10:00:00', 1, 'workDay')).toBe('2026-10-09T00:00');
  expect(due('2026-06-15T10:00:00', 90, 'day')).toBe('2026-09-13T10:00');
});

test('what is added is between, whatever moment it starts at', () => {
  const start = fc.integer({ min: at('2026-01-01T00:00:00'), max: at('2026-12-01T00:00:00') });
  fc.assert(
    fc.property(start, fc.integer({ min: 1, max: 40 * 3_600_000 }), (atMs, workMs) => {
      expect(workMsBetween(atMs, addWorkMs(atMs, workMs, hours), hours)).toBe(workMs);
    }),
    { numRuns: 200 },
  );
});

test('half of a term of working hours is used after half of the working time, and a rest takes nothing', () => {
  const startsAtMs = at('2026-06-12T16:00:00');
  const limit = { value: 2, unit: 'workHour' } as const;
  const term = { startsAtMs, limit, dueAtMs: dueAt(startsAtMs, limit, hours) };
  expect(usedShare(term, at('2026-06-14T12:00:00'), hours)).toBe(0.5);
  expect(usedShare(term, at('2026-06-15T09:30:00'), hours)).toBe(1);
  const rest = { fromMs: at('2026-06-12T16:30:00'), toMs: at('2026-06-16T08:30:00') };
  expect(dueAfterRest(term, rest, hours)).toBe(at('2026-06-16T10:00:00'));
});
