import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monthOf, startOfDay } from './calendar.ts';

test('days and months are those of the calendar of +08:00', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1970-01-02'), max: new Date('2199-12-31'), noInvalidDate: true }),
      (date) => {
        const local = new Date(date.getTime() + 8 * 3_600_000).toISOString();
        const { name, endMs } = monthOf(date.getTime());
        expect(name).toBe(local.slice(0, 7));
        expect(monthOf(endMs - 1).name).toBe(name);
        expect(monthOf(endMs).name > name).toBe(true);
        expect(startOfDay(local.slice(0, 10))).toBe(Date.parse(`${local.slice(0, 10)}T00:00:00+08:00`));
      },
    ),
  );
});

test.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-6-1', 'today', ''])('%s is no day', (text) => {
  expect(startOfDay(text)).toBeNull();
});
