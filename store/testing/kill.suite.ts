import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { batchOf } from './batches.ts';
import { committedBatches, type Task } from './insert-until-killed.ts';
import { Count, openAt, originMs, temporaryFolder } from './opened.ts';
import type { Places } from './place.ts';

/** What is left after processes were killed: the consumer, and the server where it is ours. */
export function killSuite(places: () => Places): void {
  test('kill −9 at ten random moments loses nothing and doubles nothing', async () => {
    const place = await places().fresh();
    const folder = await temporaryFolder();
    const offsetFile = join(folder, 'offset');
    const task: Task = { ...place, offsetFile, originMs, until: Number.MAX_SAFE_INTEGER };
    const delaysMs: number[] = [];
    for (let kill = 0; kill < 10; kill++) {
      const before = await committedBatches(offsetFile);
      const consumer = startConsumer(task);
      await consumer.said('open');
      // Each life gets somewhere, however busy the machine is; the moment of its end is chance.
      while ((await committedBatches(offsetFile)) < before + 3) {
        expect(consumer.complaints()).toBe('');
        await delay(5);
      }
      const delayMs = Math.random() * 150;
      delaysMs.push(delayMs);
      await delay(delayMs);
      const { restartServer } = places();
      if (kill % 2 === 1 && restartServer !== null) {
        await restartServer();
        await delay(delayMs);
      }
      await consumer.kill();
    }
    const batches = (await committedBatches(offsetFile)) + 5;
    const last = startConsumer({ ...task, until: batches });
    await last.said('done');
    await last.ended();

    await using store = await openAt(place);
    const expected = Array.from({ length: batches }, (_, index) => batchOf(index, originMs)).flat();
    const Sums = z.object({ count: z.int(), distinct: z.int(), sum: z.int() });
    expect(
      await store.query(
        'SELECT count() AS count, uniqExact(trackId, capturedAtMs) AS distinct, sum(capturedAtMs - {originMs:Int64}) AS sum FROM observation',
        { originMs },
        Sums,
      ),
      `killed after ${delaysMs.map(Math.round).join(', ')} ms`,
    ).toEqual([
      {
        count: expected.length,
        distinct: expected.length,
        sum: expected.reduce((sum, { capturedAtMs }) => sum + capturedAtMs - originMs, 0),
      },
    ]);
    // Rows of a table may be merged when they are equal; the counts of the view add up for ever.
    expect(
      await store.query('SELECT toInt64(sum(observations)) AS count FROM observation_hourly', {}, Count),
    ).toEqual([{ count: expected.length }]);
    expect(batches).toBeGreaterThanOrEqual(35);
  }, 60_000);
}

function startConsumer(task: Task): {
  said(word: string): Promise<void>;
  kill(): Promise<void>;
  ended(): Promise<void>;
  complaints(): string;
} {
  const script = fileURLToPath(import.meta.resolve('./insert-until-killed.ts'));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'close');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const words = new Set<string>();
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => words.add(line));
  return {
    said: async (word) => {
      while (!words.has(word)) {
        const [line] = (await Promise.race([once(lines, 'line'), gone])) as [unknown];
        if (typeof line === 'string' || words.has(word)) continue;
        throw new Error(`The consumer ended before it said "${word}":\n${complaints}`);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    ended: async () => {
      await gone;
    },
    complaints: () => complaints,
  };
}
