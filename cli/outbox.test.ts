import { expect, test } from 'vitest';
import { openLog, PipelineError } from '../kernel/index.ts';
import { openOutbox } from './outbox.ts';

const log = openLog({ level: 'silent' });
const tick = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
};

test('everything that was added is published once, in order, in few batches', async () => {
  const batches: number[][] = [];
  const outbox = openOutbox<number>(async (records) => {
    await tick();
    batches.push([...records]);
  }, log);
  for (let i = 0; i < 1_000; i++) {
    outbox.add(i);
    if (i % 100 === 0) await tick();
  }
  await outbox.flush();
  expect(batches.flat()).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  expect(batches.length).toBeLessThan(50);
});

test('a bus that is away for a moment costs nothing and changes no order', async () => {
  let isAway = true;
  const published: number[] = [];
  const outbox = openOutbox<number>(async (records) => {
    await tick();
    if (isAway) {
      isAway = false;
      throw new PipelineError('BUS_UNREACHABLE', 'The bus is away.', { hint: 'Wait.', retryable: true });
    }
    published.push(...records);
  }, log);
  outbox.add(1);
  await tick();
  outbox.add(2);
  await outbox.flush();
  expect(published).toEqual([1, 2]);
});

test('what the bus refuses for good is thrown when the work is closed', async () => {
  const outbox = openOutbox<number>(async () => {
    await tick();
    throw new PipelineError('BUS_RECORD_INVALID', 'No.', { hint: 'Mend it.' });
  }, log);
  outbox.add(1);
  await expect(outbox.flush()).rejects.toMatchObject({ code: 'BUS_RECORD_INVALID' });
});
