import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Span } from './intervals.ts';
import { holds, intersectSpans, joinSpans, secondsWithin, subtractSpans } from './spans.ts';

const anySpans = fc
  .array(fc.record({ fromMs: fc.integer({ min: 0, max: 60 }), lengthMs: fc.integer({ min: -3, max: 20 }) }), {
    maxLength: 12,
  })
  .map((list) => list.map(({ fromMs, lengthMs }): Span => ({ fromMs, toMs: fromMs + lengthMs })));
const moments = Array.from({ length: 90 }, (_, at) => at);
const isIn = (spans: readonly Span[], at: number): boolean =>
  spans.some(({ fromMs, toMs }) => fromMs <= at && at < toMs);

test('joining, cutting and taking away agree with counting moment by moment', () => {
  fc.assert(
    fc.property(anySpans, anySpans, (one, other) => {
      const a = joinSpans(one);
      const b = joinSpans(other);
      for (const at of moments) {
        expect(isIn(a, at)).toBe(isIn(one, at));
        expect(holds(a, at)).toBe(isIn(one, at));
        expect(isIn(intersectSpans(a, b), at)).toBe(isIn(a, at) && isIn(b, at));
        expect(isIn(subtractSpans(a, b), at)).toBe(isIn(a, at) && !isIn(b, at));
      }
    }),
  );
});

test('what comes out is in order, without overlap and without empty spans', () => {
  fc.assert(
    fc.property(anySpans, anySpans, (one, other) => {
      for (const list of [joinSpans([...one, ...other]), subtractSpans(joinSpans(one), joinSpans(other))]) {
        for (const [index, { fromMs, toMs }] of list.entries()) {
          expect(toMs).toBeGreaterThan(fromMs);
          expect(fromMs).toBeGreaterThanOrEqual(list[index - 1]?.toMs ?? 0);
        }
      }
    }),
  );
});

test('a gap of two seconds counts as recorded, one of three does not', () => {
  const segments = [
    { fromMs: 0, toMs: 10_000 },
    { fromMs: 12_000, toMs: 20_000 },
    { fromMs: 23_000, toMs: 30_000 },
  ];
  expect(joinSpans(segments, 2_000)).toEqual([
    { fromMs: 0, toMs: 20_000 },
    { fromMs: 23_000, toMs: 30_000 },
  ]);
});

test('seconds within a span are those of the list cut to it', () => {
  const spans = [
    { fromMs: 0, toMs: 10_000 },
    { fromMs: 20_000, toMs: 50_000 },
  ];
  expect(secondsWithin(spans, { fromMs: 5_000, toMs: 30_000 })).toBe(15);
  expect(secondsWithin(spans, { fromMs: 60_000, toMs: 90_000 })).toBe(0);
});
