import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failedReading, readClock } from './clock-reading.ts';

const now = Date.UTC(2026, 2, 1, 4);
const hourMs = 3_600_000;
const verdictOf = (offsetMs: number, errorMs = 520, toleranceMs = 60_000): string =>
  readClock({ measuredAtMs: now, offsetMs, errorMs }, toleranceMs).verdict;

test('a clock is right only when offset and error together are within the tolerance', () => {
  expect(verdictOf(59_000)).toBe('right');
  expect(verdictOf(-59_400)).toBe('right');
  expect(verdictOf(59_600)).toBe('drift');
  expect(verdictOf(4_000, 520, 5_000)).toBe('right');
  expect(verdictOf(4_800, 520, 5_000)).toBe('drift');
});

test('whole hours are a zone mistake, also with a little drift; anything else is drift', () => {
  expect(verdictOf(hourMs)).toBe('timezone');
  expect(verdictOf(-8 * hourMs + 12_000)).toBe('timezone');
  expect(verdictOf(8 * hourMs - 55_000)).toBe('timezone');
  expect(verdictOf(hourMs + 180_000)).toBe('drift');
  expect(verdictOf(90_000)).toBe('drift');
  expect(verdictOf(15 * hourMs)).toBe('drift');
  expect(verdictOf(-24 * hourMs)).toBe('drift');
});

test('a device that woke in 1970 or 2000 lost its time', () => {
  expect(verdictOf(Date.UTC(1970, 0, 1, 0, 3) - now)).toBe('reset');
  expect(verdictOf(Date.UTC(2000, 0, 9) - now)).toBe('reset');
  expect(failedReading(now)).toEqual({ measuredAtMs: now, offsetMs: null, errorMs: null, verdict: 'failed' });
});

test('sign makes no difference, and no zone mistake is called right', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 14 }),
      fc.integer({ min: -40_000, max: 40_000 }),
      (hours, extraMs) => {
        expect(verdictOf(hours * hourMs + extraMs)).toBe('timezone');
        expect(verdictOf(-hours * hourMs - extraMs)).toBe('timezone');
      },
    ),
  );
});
