import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FileTimeline, ptsAt, stepFileTimeline, type TimelineRules } from './file-timeline.ts';

const broadcast: TimelineRules = { maxStepMs: 10_000, nominalStepMs: 200 };
const trusted: TimelineRules = { maxStepMs: null, nominalStepMs: 200 };

const run = (pts: readonly number[], rules: TimelineRules): FileTimeline[] => {
  const steps: FileTimeline[] = [];
  for (const ptsMs of pts) steps.push(stepFileTimeline(steps.at(-1) ?? null, ptsMs, rules));
  return steps;
};

test('whatever the stamps, time begins at 0 and only grows', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1 }),
      fc.boolean(),
      (pts, isTrusted) => {
        const times = run(pts, isTrusted ? trusted : broadcast).map(({ lastMediaTimeMs }) => lastMediaTimeMs);
        expect(times[0]).toBe(0);
        for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThan(times[i - 1] ?? 0);
      },
    ),
  );
});

test('without breaks media time is the distance from the first picture, at any frame rate', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9_999 }), { minLength: 1 }),
      fc.integer(),
      (steps, base) => {
        let at = base;
        const pts = [base, ...steps.map((step) => (at += step))];
        for (const [i, { lastMediaTimeMs }] of run(pts, broadcast).entries()) {
          expect(lastMediaTimeMs).toBe((pts[i] ?? 0) - base);
        }
      },
    ),
  );
});

test('a jump of an hour shifts nothing by an hour, and the way back to the stamps is known', () => {
  const pts = [1_400, 1_600, 1_800, 3_601_800, 3_602_000, 500, 700];
  const last = run(pts, broadcast).at(-1) as FileTimeline;
  expect(run(pts, broadcast).map(({ lastMediaTimeMs }) => lastMediaTimeMs)).toEqual([
    0, 200, 400, 600, 800, 1_000, 1_200,
  ]);
  expect([0, 400, 600, 800, 1_100].map((at) => ptsAt(last, at))).toEqual([
    1_400, 1_800, 3_601_800, 3_602_000, 600,
  ]);
});

test('where the container keeps true times, a long gap is a pause', () => {
  expect(run([0, 200, 3_600_200], trusted).at(-1)?.lastMediaTimeMs).toBe(3_600_200);
});
