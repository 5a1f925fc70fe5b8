import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capturedAt, type LiveClock, stepLiveClock } from './live-clock.ts';

interface Shot {
  /** When the picture was really taken, by our clock. */
  readonly takenAtMs: number;
  readonly ptsMs: number;
  readonly arrivedAtMs: number;
}

/** Error of the captured time of each picture against the shortest way there is. */
function errorsOf(shots: readonly Shot[], shortestWayMs: number): { errorMs: number; anchorCount: number }[] {
  let clock: LiveClock | null = null;
  return shots.map(({ ptsMs, arrivedAtMs, takenAtMs }) => {
    clock = stepLiveClock(clock, { ptsMs, arrivedAtMs });
    return { errorMs: capturedAt(clock, ptsMs) - takenAtMs - shortestWayMs, anchorCount: clock.anchorCount };
  });
}

const beganAtMs = 1_700_000_000_000;
const wayMs = 80;

/** Five pictures per second; each is late by a chance delay, and none overtakes the one before it. */
function shotsOf(delaysMs: readonly number[], ptsOf: (atMs: number, i: number) => number): Shot[] {
  let lastArrivalMs = 0;
  return delaysMs.map((delayMs, i) => {
    const atMs = i * 200;
    const takenAtMs = beganAtMs + atMs;
    lastArrivalMs = Math.max(lastArrivalMs, takenAtMs + wayMs + delayMs);
    return { takenAtMs, ptsMs: ptsOf(atMs, i), arrivedAtMs: lastArrivalMs };
  });
}

const jitter = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 200, maxLength: 400 });

test('jitter moves nothing: once matched, times are those of the camera to a few milliseconds', () => {
  fc.assert(
    fc.property(jitter, fc.integer({ min: 0, max: 1e9 }), (delaysMs, basePtsMs) => {
      const shots = shotsOf(delaysMs, (atMs) => basePtsMs + atMs);
      const smallestMs = Math.min(...delaysMs);
      const errors = errorsOf(shots, wayMs);
      const least = delaysMs.indexOf(smallestMs);
      for (const { errorMs, anchorCount } of errors.slice(least, least + 250)) {
        expect(anchorCount).toBe(0);
        expect(errorMs).toBeGreaterThanOrEqual(-1e-3);
        // The slow rise that follows a drifting crystal is all that is left.
        expect(errorMs).toBeLessThanOrEqual(120);
      }
      // Two neighbours are as far apart as they were taken, whatever their delays.
      for (let i = least + 1; i < errors.length; i++) {
        const stepMs = (errors[i]?.errorMs ?? 0) - (errors[i - 1]?.errorMs ?? 0);
        expect(stepMs).toBeLessThanOrEqual(1.01);
      }
    }),
  );
});

test('a stall of 3 s of the network does not move the time of any picture', () => {
  fc.assert(
    fc.property(jitter, fc.integer({ min: 50, max: 180 }), (delaysMs, stalledFrom) => {
      // Everything that was taken in these 3 s comes at their end, in one burst.
      const stalled = delaysMs.map((delayMs, i) =>
        i >= stalledFrom && i < stalledFrom + 15 ? (stalledFrom + 15 - i) * 200 : delayMs % 5,
      );
      const shots = shotsOf(stalled, (atMs) => 5_000 + atMs);
      for (const { errorMs, anchorCount } of errorsOf(shots, wayMs).slice(10)) {
        expect(anchorCount).toBe(0);
        expect(Math.abs(errorMs)).toBeLessThan(12);
      }
    }),
  );
});

test.each([3_600_000, -3_600_000, 30_000, -500])(
  'a stream clock that is set by %d ms is matched anew at once',
  (setMs) => {
    fc.assert(
      fc.property(jitter, fc.integer({ min: 20, max: 150 }), (delaysMs, setAt) => {
        const shots = shotsOf(delaysMs, (atMs, i) => 4e6 + atMs + (i >= setAt ? setMs : 0));
        const errors = errorsOf(shots, wayMs);
        expect(errors.at(-1)?.anchorCount).toBe(1);
        for (const { errorMs } of errors.slice(setAt)) expect(Math.abs(errorMs)).toBeLessThanOrEqual(121);
      }),
    );
  },
);

test('a crystal that runs 100 ppm slow or fast is followed for hours', () => {
  for (const ppm of [-100, 100]) {
    const shots = shotsOf(Array<number>(18_000).fill(0), (atMs) => atMs * (1 + ppm / 1e6));
    const errors = errorsOf(shots, wayMs);
    expect(errors.at(-1)?.anchorCount).toBe(0);
    // Unfollowed, an hour would be 360 ms.
    for (const { errorMs } of errors) expect(Math.abs(errorMs)).toBeLessThan(15);
  }
});

test('our own clock is set: after at most a minute the times are right again', () => {
  for (const setMs of [5_000, -5_000]) {
    const shots = shotsOf(Array<number>(900).fill(0), (atMs) => 9_000 + atMs).map((shot, i) =>
      i < 300 ? shot : { ...shot, takenAtMs: shot.takenAtMs + setMs, arrivedAtMs: shot.arrivedAtMs + setMs },
    );
    const errors = errorsOf(shots, wayMs);
    for (const { errorMs } of errors.slice(300 + 350)) expect(Math.abs(errorMs)).toBeLessThan(5);
  }
});

test('what is kept does not grow', () => {
  let clock: LiveClock | null = null;
  for (let i = 0; i < 20_000; i++)
    clock = stepLiveClock(clock, { ptsMs: i * 200, arrivedAtMs: beganAtMs + i * 200 });
  expect(clock?.slices.length).toBeLessThanOrEqual(14);
});
