import { expect, test } from 'vitest';
import { timeOf } from './figure-window.ts';

test('"now" is the end of the last whole second: states are kept by seconds, and the one that runs may bear the next', () => {
  const asOfMs = Date.parse('2026-06-15T00:31:18.400Z');
  expect(timeOf({}, asOfMs)).toEqual({
    window: { fromMs: Date.parse('2026-06-14T16:00:00Z'), toMs: Date.parse('2026-06-15T00:31:19Z') },
    instantMs: Date.parse('2026-06-15T00:31:17.999Z'),
  });
});

test('a window that is over is judged on its last evening', () => {
  const { instantMs } = timeOf({ month: '2026-05' }, Date.parse('2026-06-15T00:31:18.400Z'));
  expect(instantMs).toBe(Date.parse('2026-05-31T22:30:00+08:00'));
});
