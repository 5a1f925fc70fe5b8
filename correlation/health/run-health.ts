import type { z } from 'zod';
import type { Bus, Delivery } from '../../bus/index.ts';
import {
  type CameraHealth,
  cameraHealth,
  clockCheckTable,
  faultTicketTable,
  imageCheckTable,
  measuredStreamTable,
  recordingSegmentTable,
  stateIntervalTable,
  type Table,
} from '../../contracts/index.ts';
import { type Clock, deterministicId, type Log } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { inBatches } from '../batches.ts';
import { withRetry } from '../retry.ts';
import { openFileContext, type TicketLimits } from './file-context.ts';
import { foldHealth, type HealthMemory, type HistoryRows, noMemory } from './fold.ts';
import { loadMemory } from './memory.ts';

/** Consumer group that makes history of live health. */
export const healthHistoryGroup = 'health-history';

const batchAtMost = 2_000;
const lingerMs = 500;
/** A camera not heard of for so long may have been another worker's meanwhile. */
const forgetMs = 5 * 60_000;

export interface HealthHistoryParts {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: TicketLimits;
  readonly signal: AbortSignal;
}

/**
 * Make the history of cameras (states, image and clock checks, recordings, streams, tickets) of their live health,
 * until `signal` aborts. Killed anywhere, the same samples come again and lead to the same rows.
 * @throws PipelineError what bus or store say and what will not get better by itself.
 */
export async function runHealthHistory(parts: HealthHistoryParts): Promise<void> {
  try {
    await withRetry(async () => await follow(parts), { ...parts, doing: 'making history of health' });
  } catch (error) {
    if (!parts.signal.aborted) throw error;
  }
}

async function follow({ bus, store, clock, log, limits, signal }: HealthHistoryParts): Promise<void> {
  const memories = new Map<string, HealthMemory>();
  const files = openFileContext(store, clock, limits);
  const retrying = async <T>(doing: string, attempt: () => Promise<T>): Promise<T> =>
    await withRetry(attempt, { clock, log, signal, doing });

  const recall = async (batch: readonly Delivery<CameraHealth>[]): Promise<void> => {
    const unknown = new Set<string>();
    for (const { record } of batch) {
      const lastMs = memories.get(record.cameraId)?.lastObservedAtMs ?? null;
      if (lastMs === null || record.observedAtMs - lastMs > forgetMs) unknown.add(record.cameraId);
    }
    if (unknown.size === 0) return;
    const found = await retrying('reading the history of cameras', async () =>
      loadMemory(store, [...unknown]),
    );
    for (const [cameraId, memory] of found) memories.set(cameraId, memory);
  };

  const write = async <S extends z.ZodObject>(
    table: Table<S>,
    rows: readonly z.infer<S>[],
    token: string,
  ): Promise<void> => {
    if (rows.length === 0) return;
    await retrying(`writing ${table.name}`, async () => {
      await store.insert(table, rows, { deduplicationToken: token });
    });
  };

  const batches = inBatches<Delivery<CameraHealth>>(
    (until) => bus.subscribe([cameraHealth], { group: healthHistoryGroup, signal: until }),
    { isFull: ({ length }) => length >= batchAtMost, maxAgeMs: lingerMs, clock, signal },
  );
  for await (const batch of batches) {
    await recall(batch);
    const all: HistoryRows[] = [];
    for (const { record } of batch) {
      const context = await retrying('reading the files of cameras', async () =>
        files.of(record.cameraId, record.observedAtMs),
      );
      const step = foldHealth(memories.get(record.cameraId) ?? noMemory, record, context);
      memories.set(record.cameraId, step.memory);
      all.push(step.rows);
    }
    const token = deterministicId(
      'health-history',
      ...batch.flatMap(({ partition, offset }) => [partition, offset]),
    );
    await write(
      imageCheckTable,
      all.flatMap((rows) => rows.imageChecks),
      token,
    );
    await write(
      recordingSegmentTable,
      all.flatMap((rows) => rows.recordings),
      token,
    );
    await write(
      clockCheckTable,
      all.flatMap((rows) => rows.clockChecks),
      token,
    );
    await write(
      measuredStreamTable,
      all.flatMap((rows) => rows.streams),
      token,
    );
    await write(
      faultTicketTable,
      all.flatMap((rows) => rows.tickets),
      token,
    );
    // Last: what is known of a camera's states tells after a restart how far all of it was written.
    await write(stateIntervalTable, newestOfEach(all.flatMap((rows) => rows.intervals)), token);
    const lastOfEach = new Map(batch.map((delivery) => [delivery.partition, delivery]));
    for (const delivery of lastOfEach.values()) await delivery.ack();
  }
}

/** An interval that grew with every sample of a batch is written once. */
function newestOfEach<T extends { readonly cameraId: string; readonly fromMs: number }>(
  rows: readonly T[],
): T[] {
  return [...new Map(rows.map((row) => [`${row.cameraId} ${row.fromMs}`, row])).values()];
}
