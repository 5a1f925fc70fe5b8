import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWithinSchedule, Schedule } from './schedule.ts';

const at = (local: string): number => Date.parse(`${local}+08:00`);

test('spans are half-open, in local time, and may go over midnight into the next day', () => {
  const schedule = Schedule.parse({ hours: [{ days: [5], from: '22:00', to: '06:00' }] });
  // 2026-11-27 is a Friday.
  expect(isWithinSchedule(schedule, at('2026-11-27T21:59:59'))).toBe(false);
  expect(isWithinSchedule(schedule, at('2026-11-27T22:00:00'))).toBe(true);
  expect(isWithinSchedule(schedule, at('2026-11-28T05:59:59'))).toBe(true);
  expect(isWithinSchedule(schedule, at('2026-11-28T06:00:00'))).toBe(false);
  expect(isWithinSchedule(schedule, at('2026-11-27T05:00:00'))).toBe(false);
});

test('a holiday follows Sunday unless it is said otherwise', () => {
  const hours = [
    { days: [1, 2, 3, 4, 5, 6], from: '00:00', to: '24:00' },
    { days: [7], from: '10:00', to: '12:00' },
  ];
  const thursday = { hours, holidays: ['2026-10-01'] };
  expect(isWithinSchedule(thursday, at('2026-10-01T09:00:00'))).toBe(false);
  expect(isWithinSchedule(thursday, at('2026-10-01T11:00:00'))).toBe(true);
  expect(isWithinSchedule({ ...thursday, onHolidays: 'always' }, at('2026-10-01T09:00:00'))).toBe(true);
  expect(isWithinSchedule({ ...thursday, onHolidays: 'never' }, at('2026-10-01T11:00:00'))).toBe(false);
  expect(isWithinSchedule(thursday, at('2026-10-02T09:00:00'))).toBe(true);
});

test('it agrees with the weekday and the clock of the calendar', () => {
  const minutes = fc.integer({ min: 0, max: 60 * 24 * 3_650 });
  fc.assert(
    fc.property(minutes, fc.integer({ min: 1, max: 7 }), (minute, day) => {
      const atMs = minute * 60_000;
      const local = new Date(atMs + 8 * 3_600_000);
      const weekday = local.getUTCDay() === 0 ? 7 : local.getUTCDay();
      const hour = local.getUTCHours();
      const schedule: Schedule = { hours: [{ days: [day], from: '08:00', to: '17:00' }] };
      expect(isWithinSchedule(schedule, atMs)).toBe(weekday === day && hour >= 8 && hour < 17);
    }),
  );
});

test('hours that no clock shows are refused', () => {
  expect(Schedule.safeParse({ hours: [{ days: [1], from: '25:00', to: '26:00' }] }).success).toBe(false);
  expect(Schedule.safeParse({ hours: [{ days: [8], from: '08:00', to: '09:00' }] }).success).toBe(false);
});
