import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latest } from './latest.ts';

const pause = async (ms: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, ms));
};

async function* numbers(count: number, everyMs = 0): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) {
    if (everyMs > 0) await pause(everyMs);
    yield i;
  }
}

test('a slow reader gets the newest items, in order, and every item is either read or dropped', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 30 }),
      async (capacity, count) => {
        const dropped: number[] = [];
        const seen: number[] = [];
        const signal = AbortSignal.timeout(5_000);
        for await (const item of latest(numbers(count), {
          capacity,
          onDrop: (d) => dropped.push(d),
          signal,
        })) {
          seen.push(item);
          await pause(1);
        }
        expect([...seen, ...dropped].toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
        expect(seen.at(-1)).toBe(count - 1);
      },
    ),
    { numRuns: 20 },
  );
});

test('an abort ends the stream and gives back what was held', async () => {
  const stop = new AbortController();
  const dropped: number[] = [];
  for await (const item of latest(numbers(1_000, 1), {
    capacity: 3,
    onDrop: (d) => dropped.push(d),
    signal: stop.signal,
  })) {
    await pause(20);
    if (item > 3) stop.abort();
  }
  expect(dropped.length).toBeGreaterThan(3);
});

test('a reader that leaves early closes the source', async () => {
  let isClosed = false;
  const ticking = async function* (): AsyncGenerator<number> {
    try {
      yield* numbers(10_000, 1);
    } finally {
      isClosed = true;
    }
  };
  for await (const _ of latest(ticking(), {
    capacity: 1,
    onDrop: () => undefined,
    signal: AbortSignal.timeout(5_000),
  })) {
    break;
  }
  await expect.poll(() => isClosed).toBe(true);
});

test('an error of the source reaches the reader after what came before it', async () => {
  const failing = async function* (): AsyncGenerator<number> {
    yield 1;
    throw new Error('the camera fell off its pole');
  };
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    for await (const item of latest(failing(), {
      capacity: 2,
      onDrop: () => undefined,
      signal: AbortSignal.timeout(5_000),
    })) {
      seen.push(item);
    }
  };
  await expect(read()).rejects.toThrow('fell off its pole');
  expect(seen).toEqual([1]);
});
