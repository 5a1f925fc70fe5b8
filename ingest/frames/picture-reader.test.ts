import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createFramePool, type FrameSlot } from './frame-pool.ts';
import { openPictureReader, type PictureReader } from './picture-reader.ts';

const frameBytes = 90_000;
const picture = (value: number): Buffer => {
  const bytes = Buffer.alloc(frameBytes, value);
  // Its first and last bytes are told from all others.
  bytes[0] = value + 100;
  bytes[frameBytes - 1] = value + 101;
  return bytes;
};
const isPicture = (slot: FrameSlot, value: number): boolean => picture(value).equals(slot.data);

async function opened(given: { capacity: number; isLive: boolean; signal?: AbortSignal }): Promise<{
  reader: PictureReader;
  pool: ReturnType<typeof createFramePool>;
}> {
  const pool = createFramePool(frameBytes, given.capacity);
  const signal = given.signal ?? new AbortController().signal;
  return { pool, reader: await openPictureReader({ frameBytes, pool, isLive: given.isLive, signal }) };
}

const slotOf = (read: Awaited<ReturnType<PictureReader['next']>>): FrameSlot => {
  if (read === null || read === 'noSlot') throw new Error(`no picture but ${read}`);
  return read;
};

test('pictures come whole, whatever pieces they were written in, and a rest at the end is none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      async (pieces, capacity) => {
        const { reader, pool } = await opened({ capacity, isLive: false });
        const all = Buffer.concat([1, 2, 3, 4, 5].map(picture));
        const sent = Buffer.concat([all, picture(6).subarray(0, 70_000)]);
        const writing = (async () => {
          for (let at = 0, piece = 0; at < sent.length; piece++) {
            const length = pieces[piece % pieces.length] ?? 1;
            if (!reader.writer.write(sent.subarray(at, at + length))) await once(reader.writer, 'drain');
            at += length;
          }
          reader.writer.end();
        })();
        for (let value = 1; value <= 5; value++) {
          const slot = slotOf(await reader.next());
          expect(isPicture(slot, value)).toBe(true);
          slot.release();
        }
        expect(await reader.next()).toBeNull();
        await writing;
        reader.close();
        expect(pool.leasedCount).toBe(0);
      },
    ),
    { numRuns: 15 },
  );
});

test('a replay waits for a free buffer, and what is held is not overwritten', async () => {
  const { reader, pool } = await opened({ capacity: 1, isLive: false });
  for (let value = 1; value <= 3; value++) reader.writer.write(picture(value));
  reader.writer.end();
  const first = slotOf(await reader.next());
  let second: FrameSlot | undefined;
  const waiting = (async () => {
    second = slotOf(await reader.next());
  })();
  for (let count = 0; count < 20; count++) await turn();
  expect(second).toBeUndefined();
  expect(isPicture(first, 1)).toBe(true);
  first.release();
  await waiting;
  expect(second !== undefined && isPicture(second, 2)).toBe(true);
  second?.release();
  const third = slotOf(await reader.next());
  expect(isPicture(third, 3)).toBe(true);
  third.release();
  reader.close();
  expect(pool.leasedCount).toBe(0);
});

test('a live picture without a free buffer is dropped and said to be, and the next one is whole again', async () => {
  const { reader } = await opened({ capacity: 1, isLive: true });
  reader.writer.write(picture(1));
  const first = slotOf(await reader.next());
  reader.writer.write(picture(2));
  expect(await reader.next()).toBe('noSlot');
  expect(isPicture(first, 1)).toBe(true);
  first.release();
  reader.writer.write(picture(3));
  expect(isPicture(slotOf(await reader.next()), 3)).toBe(true);
  reader.close();
});

test('a folder for temporary files that takes none is named', async () => {
  vi.stubEnv('TMPDIR', `/nowhere/${'long'.repeat(40)}`);
  try {
    await expect(opened({ capacity: 1, isLive: true })).rejects.toMatchObject({
      code: 'DATA_DIR_UNUSABLE',
      message: expect.stringContaining('/nowhere/long'),
      retryable: true,
    });
  } finally {
    vi.unstubAllEnvs();
  }
});

test('nobody who waits is left waiting: neither when it is closed nor when the process is to end', async () => {
  const stop = new AbortController();
  const { reader } = await opened({ capacity: 1, isLive: false, signal: stop.signal });
  reader.writer.write(picture(1));
  slotOf(await reader.next());
  const starved = reader.next();
  stop.abort(new Error('the end'));
  await expect(starved).rejects.toThrow('the end');
  reader.close();

  const other = await opened({ capacity: 2, isLive: false });
  const waiting = other.reader.next();
  other.reader.close();
  expect(await waiting).toBeNull();
  expect(other.pool.leasedCount).toBe(0);
});
