import { deadLetters, partitionsOf, type Topic } from '../../contracts/index.ts';
import { type Clock, PipelineError } from '../../kernel/index.ts';
import type { Bus, DeliveryOf, MessageOf, Place } from '../bus.ts';
import { createAckOrders } from '../ack-order.ts';
import { busClosed, deadLetterOf, decodeRecord, type Encoded, encodeRecords } from '../codec.ts';
import type { Entry } from './entry.ts';
import { openEnvironment } from './environment.ts';
import { openGroups } from './groups.ts';
import { openPartitionLog, partitionsIn } from './partition-log.ts';
import { type Cursor, readEntries } from './reader.ts';
import { trim } from './retention.ts';

export interface EmbeddedBus extends Bus {
  /**
   * Remove what is older than the retention. Happens by itself when the bus opens and now and then while publishing.
   * @returns how many entries were removed.
   */
  trim(): Promise<number>;
}

/**
 * Open the log of one machine in a folder that this process then owns.
 * @param options.retentionMs entries older than this are removed; of compacted topics the newest of each key stays.
 * @throws PipelineError DATA_DIR_IN_USE, DATA_DIR_UNUSABLE, DISK_FULL.
 */
export async function openEmbeddedBus(options: {
  readonly dir: string;
  readonly retentionMs: number;
  readonly clock: Clock;
}): Promise<EmbeddedBus> {
  const { retentionMs, clock } = options;
  const environment = openEnvironment(options.dir);
  const log = openPartitionLog(environment);
  const groups = openGroups(environment);
  const listeners = new Set<() => void>();
  let isClosed = false;
  const closedNow = (): boolean => isClosed;
  const wakeAll = (): void => {
    for (const listener of listeners) listener();
  };
  const onNews = (nudge: () => void): (() => void) => {
    listeners.add(nudge);
    return () => listeners.delete(nudge);
  };

  let trimming: Promise<number> | null = null;
  let trimmedAtMs = clock.monotonicMs();
  const trimNow = async (): Promise<number> => {
    trimmedAtMs = clock.monotonicMs();
    trimming ??= trim(environment, clock.nowMs() - retentionMs, closedNow).finally(() => {
      trimming = null;
    });
    return await trimming;
  };
  const trimIfDue = (): void => {
    if (clock.monotonicMs() - trimmedAtMs < Math.min(retentionMs / 10, 600_000)) return;
    // A disk that is in trouble says so to the next publisher, who can do something about it.
    trimNow().catch(() => undefined);
  };

  const append = async (topic: Topic, records: readonly Encoded[], also?: () => void): Promise<void> => {
    const { write, undo, reveal } = log.append(topic, records, clock.nowMs());
    await environment.commit(() => {
      write();
      also?.();
    }, undo);
    reveal();
    wakeAll();
  };

  const bury = async (place: Place, entry: Entry, reason: PipelineError, also: () => void): Promise<void> => {
    const letter = deadLetterOf(place, reason, entry.raw, clock.nowMs());
    await append(deadLetters, encodeRecords(deadLetters, [letter]), also);
  };

  async function* subscribe<T extends Topic>(
    topics: readonly T[],
    { group, signal }: { readonly group: string; readonly signal: AbortSignal },
  ): AsyncGenerator<DeliveryOf<T>, void, undefined> {
    if (isClosed) throw busClosed();
    const member = groups.join(
      group,
      topics.map(({ name }) => name),
      wakeAll,
    );
    const orderOf = createAckOrders();
    let generation = -1;
    let cursors: Cursor[] = [];
    const currentCursors = (): Cursor[] => {
      if (generation === member.generation()) return cursors;
      generation = member.generation();
      cursors = topics.flatMap((topic) =>
        member
          .partitionsOf(topic.name, partitionsOf[topic.keySpace])
          .map(
            (partition) =>
              cursors.find((cursor) => cursor.topic.name === topic.name && cursor.partition === partition) ??
              newCursor(topic, partition, groups.position(group, topic.name, partition)),
          ),
      );
      return cursors;
    };
    try {
      for await (const { topic, partition, entry } of readEntries({
        log,
        signal,
        cursors: currentCursors,
        onNews,
        isClosed: closedNow,
      })) {
        const place = placeOf(topic, partition, entry);
        const done = (): void => {
          groups.acknowledge(group, topic.name, partition, entry.offset);
        };
        const decoded = decodeRecord(topic, entry.raw);
        const order = orderOf(topic.name, partition);
        if (decoded.kind === 'ok') {
          const pass = order.handOut();
          const ack = async (): Promise<void> => {
            // After the bus has closed an acknowledgement is lost: the record comes again.
            if (!isClosed) pass(done);
          };
          const deadLetter = async (reason: PipelineError): Promise<void> => {
            if (isClosed) return;
            await bury(place, entry, reason, () => {
              pass(done);
              groups.save();
            });
          };
          yield { ...place, record: decoded.record, ack, deadLetter } as DeliveryOf<T>;
        } else if (topic.name === deadLetters.name) {
          order.takeOut(done); // a letter that nobody can read must not make another one
        } else if (!isClosed) {
          await bury(place, entry, decoded.error, () => {
            order.takeOut(done);
            groups.save();
          });
        }
      }
    } finally {
      member.leave();
    }
  }

  async function* read<T extends Topic>(
    cursors: Cursor[],
    signal: AbortSignal,
  ): AsyncGenerator<MessageOf<T>> {
    const source = { log, signal, cursors: () => cursors, onNews, isClosed: closedNow };
    for await (const { topic, partition, entry } of readEntries(source)) {
      const decoded = decodeRecord(topic, entry.raw);
      if (decoded.kind === 'ok') {
        yield { ...placeOf(topic, partition, entry), record: decoded.record } as MessageOf<T>;
      }
    }
  }

  await trimNow();
  return {
    async publish(topic, records) {
      if (isClosed) throw busClosed();
      const encoded = encodeRecords(topic, records);
      if (encoded.length === 0) return;
      // Also after a failure: on a full disk trimming is what helps.
      await append(topic, encoded).finally(trimIfDue);
    },
    subscribe,
    tail(topics, { from, signal }) {
      if (isClosed) throw busClosed();
      const start = from === 'earliest' ? log.firstOffset : log.headOffset;
      const cursors = topics.flatMap((topic) =>
        partitionsIn(topic).map((partition) => newCursor(topic, partition, start(topic.name, partition))),
      );
      return read(cursors, signal);
    },
    async lag(topic, group) {
      if (isClosed) throw busClosed();
      let count = 0;
      for (const partition of partitionsIn(topic)) {
        count += log.countFrom(topic, partition, groups.position(group, topic.name, partition));
      }
      return count;
    },
    trim: trimNow,
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      wakeAll();
      await trimming?.catch(() => undefined);
      // What cannot be saved now is read again at the next start.
      await groups.flush().catch(() => undefined);
      await environment.close();
    },
  };
}

const newCursor = (topic: Topic, partition: number, nextOffset: number): Cursor => ({
  topic,
  partition,
  nextOffset,
  ahead: [],
});

const placeOf = (topic: Topic, partition: number, { offset, key }: Entry): Place => ({
  topicName: topic.name,
  partition,
  offset,
  key,
});
