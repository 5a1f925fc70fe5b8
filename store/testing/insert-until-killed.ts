import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { observationTable } from '../../contracts/index.ts';
import { openLog, PipelineError } from '../../kernel/index.ts';
import { openStore } from '../index.ts';
import { batchOf, tokenOf } from './batches.ts';
import type { Place } from './place.ts';

/**
 * A consumer as the pipeline has it: insert a batch, then note the offset. Started again, it goes on a few batches
 * before the noted one, as after a lost commit. Prints `open` and, when it has come to `until`, `done`.
 */
export interface Task extends Place {
  readonly offsetFile: string;
  readonly originMs: number;
  /** Number of batches of the whole stream. */
  readonly until: number;
  /** Keep the store open after the last batch until killed. */
  readonly holdOpen?: boolean;
}

const resentBatches = 3;

export async function committedBatches(offsetFile: string): Promise<number> {
  return Number(await readFile(offsetFile, 'utf8').catch(() => '0'));
}

async function consume({
  config,
  dataDir,
  offsetFile,
  originMs,
  until,
  holdOpen = false,
}: Task): Promise<void> {
  await using store = await untilReachable(() =>
    openStore(config, { dataDir, log: openLog({ level: 'error' }) }),
  );
  process.stdout.write('open\n');
  for (
    let index = Math.max(0, (await committedBatches(offsetFile)) - resentBatches);
    index < until;
    index++
  ) {
    await untilReachable(() =>
      store.insert(observationTable, batchOf(index, originMs), { deduplicationToken: tokenOf(index) }),
    );
    if (index < (await committedBatches(offsetFile))) continue;
    await writeFile(`${offsetFile}.new`, String(index + 1));
    await rename(`${offsetFile}.new`, offsetFile);
  }
  process.stdout.write('done\n');
  // Long enough for any test; whoever asked for it kills this process.
  if (holdOpen) await delay(600_000);
}

/** Retries what the store itself calls retryable, and nothing else. */
async function untilReachable<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PipelineError) || !error.retryable) throw error;
      await delay(50);
    }
  }
}

const [, script, task] = process.argv;
if (script === import.meta.filename && task !== undefined) await consume(JSON.parse(task) as Task);
