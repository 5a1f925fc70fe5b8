import { expect, test } from 'vitest';
import { keepLog } from '../testing/sample.ts';
import type { FragileJob } from './testing/fragile-thread.ts';
import { openWorkerPool, type WorkerPool } from './worker-pool.ts';

const { log } = keepLog();
const open = async (
  size: number,
  start: 'well' | 'refuse' | 'die' = 'well',
  maxQueuedJobs = 100,
): Promise<WorkerPool<FragileJob, string, string>> =>
  await openWorkerPool<FragileJob, FragileJob, string, string>({
    what: 'a test',
    threadUrl: new URL('testing/fragile-thread.ts', import.meta.url),
    workerData: { start },
    size,
    maxQueuedJobs,
    toMessage: (job) => job,
    log,
  });
const echo = (text: string): FragileJob => ({ kind: 'echo', text });

test('every job is answered, however many wait', async () => {
  await using pool = await open(2);
  const texts = Array.from({ length: 50 }, (_, index) => `job ${index}`);
  expect(await Promise.all(texts.map(async (text) => await pool.run(echo(text))))).toEqual(texts);
  expect(pool.stats()).toEqual({ done: 50, failed: 0, restarts: 0, running: 0, queued: 0 });
});

test.each(['throw', 'exit'] as const)(
  'a thread that ends (%s) fails its job only, and is started again',
  async (kind) => {
    await using pool = await open(1);
    const jobs = [pool.run(echo('before')), pool.run({ kind }), pool.run(echo('after'))];
    const [before, died, after] = await Promise.allSettled(jobs);
    expect(before).toEqual({ status: 'fulfilled', value: 'before' });
    expect(died).toMatchObject({ reason: { code: 'MODEL_WORKER_DIED', retryable: true } });
    expect(after).toEqual({ status: 'fulfilled', value: 'after' });
    expect(pool.stats()).toMatchObject({ done: 2, failed: 1, restarts: 1 });
  },
);

test('a job that fails leaves its thread alone', async () => {
  await using pool = await open(1);
  await expect(pool.run({ kind: 'fail' })).rejects.toMatchObject({ code: 'MODEL_INVALID', hint: 'none' });
  expect(await pool.run(echo('next'))).toBe('next');
  expect(pool.stats().restarts).toBe(0);
});

test('more jobs than may wait are refused at once', async () => {
  await using pool = await open(1, 'well', 2);
  const accepted = [pool.run({ kind: 'wait', ms: 50 }), pool.run(echo('a')), pool.run(echo('b'))];
  await expect(pool.run(echo('c'))).rejects.toMatchObject({ code: 'MODEL_BUSY', retryable: true });
  expect(await Promise.all(accepted)).toEqual(['waited', 'a', 'b']);
});

test('threads that refuse or cannot start say so when the pool is opened', async () => {
  await expect(open(2, 'refuse')).rejects.toMatchObject({ code: 'MODEL_INVALID', message: 'as asked' });
  await expect(open(2, 'die')).rejects.toMatchObject({ code: 'MODEL_WORKER_DIED' });
});

test('closing lets the running job end and calls off the waiting ones', async () => {
  const pool = await open(1);
  const running = pool.run({ kind: 'wait', ms: 50 });
  const waiting = pool.run(echo('never'));
  const [ended, calledOff] = await Promise.allSettled([running, waiting, pool[Symbol.asyncDispose]()]);
  expect(ended).toEqual({ status: 'fulfilled', value: 'waited' });
  expect(calledOff).toMatchObject({ reason: { code: 'INTERRUPTED' } });
  await expect(pool.run(echo('late'))).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
