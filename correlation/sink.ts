import type { z } from 'zod';
import type { Bus, Delivery } from '../bus/index.ts';
import {
  cameraHealth,
  cameraHealthTable,
  cameras,
  cameraTable,
  cameraZones,
  cameraZonesTable,
  commands,
  commandTable,
  observations,
  observationTable,
  sceneEvents,
  sceneEventTable,
  suppressedEvents,
  suppressedEventTable,
  type Table,
  type Topic,
} from '../contracts/index.ts';
import { type Clock, errorFields, type Log, PipelineError } from '../kernel/index.ts';
import type { Store } from '../store/index.ts';
import { inBatches } from './batches.ts';
import { withRetry } from './retry.ts';
import { withoutStored } from './stored-observations.ts';
import { trackSampler } from './sample-tracks.ts';

/** Batches are cut where an offset is a multiple of this, so that a backlog read twice is cut twice the same way. */
const gridOffsets = 1_000;
/** What is there is written after this long, so that pages do not wait for a batch to fill. */
const maxAgeMs = 1_000;

/** Consumer group of a topic's way into its table. */
export const sinkGroupOf = (topic: Pick<Topic, 'name'>): string => `table.${topic.name}`;

/** One topic and the table it fills. */
interface Drain<S extends z.ZodObject = z.ZodObject> {
  readonly topic: Topic<S>;
  readonly table: Table<S>;
  /** What of a record is stored; null: nothing. */
  readonly keep: (record: z.infer<S>) => z.infer<S> | null;
  /** Leaves out what is stored: for tables that feed counts, which do not forget a row that is replaced. */
  readonly withoutStored?: (records: readonly z.infer<S>[]) => Promise<(z.infer<S> | null)[]>;
}

const everything = <T>(record: T): T => record;

/** Records and incidents are not here: the correlation worker writes them itself, because it goes on from them. */
export const sinkTopics = [
  cameras,
  cameraZones,
  observations,
  cameraHealth,
  sceneEvents,
  suppressedEvents,
  commands,
] as const;

interface SinkParts {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Write what travels on the bus to its tables until `signal` aborts, each topic in a group of its own. A store that
 * cannot be reached is waited for; a row that it refuses goes to the dead-letter topic.
 * @throws PipelineError what bus or store say and what will not get better by itself.
 */
export async function runSink(parts: SinkParts): Promise<void> {
  // When one way fails the others must not go on half-seen.
  const stop = new AbortController();
  const signal = AbortSignal.any([parts.signal, stop.signal]);
  const run = async <S extends z.ZodObject>(drain: Drain<S>): Promise<void> => {
    const doing = `reading ${drain.topic.name}`;
    try {
      await withRetry(async () => await runDrain({ ...parts, signal }, drain), { ...parts, signal, doing });
    } catch (error) {
      if (signal.aborted) return;
      stop.abort();
      throw error;
    }
  };
  await Promise.all([
    run({ topic: cameras, table: cameraTable, keep: everything }),
    run({
      topic: observations,
      table: observationTable,
      keep: trackSampler(),
      withoutStored: async (records) => await withoutStored(parts.store, records),
    }),
    run({ topic: cameraHealth, table: cameraHealthTable, keep: everything }),
    run({ topic: sceneEvents, table: sceneEventTable, keep: everything }),
    run({ topic: cameraZones, table: cameraZonesTable, keep: everything }),
    run({ topic: suppressedEvents, table: suppressedEventTable, keep: everything }),
    run({ topic: commands, table: commandTable, keep: everything }),
  ]);
}

interface Kept<T> {
  readonly delivery: Delivery<T>;
  readonly record: T;
}

async function runDrain<S extends z.ZodObject>(parts: SinkParts, drain: Drain<S>): Promise<void> {
  const { bus, store, clock, log, signal } = parts;
  const { topic, table } = drain;
  const insert = async (records: readonly z.infer<S>[], deduplicationToken: string): Promise<void> => {
    await withRetry(async () => await store.insert(table, records, { deduplicationToken }), {
      clock,
      log,
      signal,
      doing: `writing ${table.name}`,
    });
  };

  const keptOf = async (run: readonly Delivery<z.infer<S>>[]): Promise<Kept<z.infer<S>>[]> => {
    const kept = run.flatMap((delivery) => {
      const record = drain.keep(delivery.record);
      return record === null ? [] : [{ delivery, record }];
    });
    if (drain.withoutStored === undefined || kept.length === 0) return kept;
    const left = await drain.withoutStored(kept.map(({ record }) => record));
    return kept.flatMap(({ delivery }, index) => {
      const record = left[index];
      return record === null || record === undefined ? [] : [{ delivery, record }];
    });
  };

  const write = async (batch: readonly Delivery<z.infer<S>>[]): Promise<void> => {
    for (const runs of together(cutOnGrid(batch))) {
      const kept = (await Promise.all(runs.map(keptOf))).flat();
      try {
        if (kept.length > 0) {
          const records = kept.map(({ record }) => record);
          await insert(records, runs.map(tokenOf).join(' '));
        }
      } catch (error) {
        if (!(error instanceof PipelineError) || error.code !== 'STORE_QUERY') throw error;
        log.error(
          { ...errorFields(error), topic: topic.name },
          'a batch was refused; writing its rows one by one',
        );
        await writeSingly(kept);
      }
      for (const run of runs) await run.at(-1)?.ack();
    }
  };

  const writeSingly = async (kept: readonly Kept<z.infer<S>>[]): Promise<void> => {
    let refusedInARow = 0;
    for (const { delivery, record } of kept) {
      try {
        await insert([record], tokenOf([delivery]));
        refusedInARow = 0;
      } catch (error) {
        if (!(error instanceof PipelineError) || error.code !== 'STORE_QUERY') throw error;
        refusedInARow++;
        // Refused one after another it is not the rows: a missing column must not empty the topic into the dead letters.
        if (refusedInARow > 10) throw error;
        await delivery.deadLetter(error);
      }
    }
  };

  const batches = inBatches<Delivery<z.infer<S>>>(
    (until) =>
      bus.subscribe([topic], { group: sinkGroupOf(topic), signal: until }) as AsyncIterable<
        Delivery<z.infer<S>>
      >,
    { isFull: isAtGrid, maxAgeMs, clock, signal },
  );
  for await (const batch of batches) await write(batch);
}

const cellOf = ({ offset }: Delivery<unknown>): number => Math.floor(offset / gridOffsets);

/** The newest delivery ends its cell of the grid, or the batch holds enough as it is. */
const isAtGrid = (batch: readonly Delivery<unknown>[]): boolean => {
  const newest = batch.at(-1);
  return newest !== undefined && ((newest.offset + 1) % gridOffsets === 0 || batch.length >= gridOffsets * 4);
};

/** A batch as runs of one partition and one cell of the grid each, in order. */
function cutOnGrid<T>(batch: readonly Delivery<T>[]): Delivery<T>[][] {
  return [...Map.groupBy(batch, (delivery) => `${delivery.partition}/${cellOf(delivery)}`).values()];
}

/** Cells that are full are inserted on their own, what is only there so far in one insert for all partitions. */
function together<T>(runs: readonly Delivery<T>[][]): Delivery<T>[][][] {
  const isFull = (run: readonly Delivery<T>[]): boolean =>
    ((run.at(-1)?.offset ?? 0) + 1) % gridOffsets === 0;
  const rest = runs.filter((run) => !isFull(run));
  return [...runs.filter(isFull).map((run) => [run]), ...(rest.length === 0 ? [] : [rest])];
}

const tokenOf = (run: readonly Delivery<unknown>[]): string => {
  const [first] = run;
  return `${first?.topicName}/${first?.partition}/${first?.offset}-${run.at(-1)?.offset}`;
};
