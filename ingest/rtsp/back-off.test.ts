import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../kernel/index.ts';
import { awaitTurn, backOffMs } from './back-off.ts';

const limits = { reconnectMinMs: 1_000, reconnectMaxMs: 30_000 };

test('waits grow, differ by chance, and stay within their limits', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, chance) => {
        const ms = backOffMs(failures, limits, chance);
        expect(ms).toBeGreaterThanOrEqual(500);
        expect(ms).toBeLessThanOrEqual(30_000);
        expect(backOffMs(failures + 1, limits, chance)).toBeGreaterThanOrEqual(ms);
      },
    ),
  );
  expect([1, 2, 3, 10].map((failures) => backOffMs(failures, limits, 1))).toEqual([
    1_000, 2_000, 4_000, 30_000,
  ]);
});

test('cameras connect one after the other', async () => {
  const startedAt: number[] = [];
  const signal = AbortSignal.timeout(5_000);
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      await awaitTurn(systemClock, signal);
      startedAt.push(performance.now());
    }),
  );
  for (let i = 1; i < 4; i++) expect((startedAt[i] ?? 0) - (startedAt[i - 1] ?? 0)).toBeGreaterThan(280);
});
