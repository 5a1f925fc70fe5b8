import { allTopics, deadLetters, type Topic } from '../../contracts/index.ts';
import { type Clock, freshId, type Log, PipelineError } from '../../kernel/index.ts';
import type { Bus, DeliveryOf, MessageOf, Place } from '../bus.ts';
import { createAckOrders } from '../ack-order.ts';
import { busClosed, deadLetterOf, decodeRecord, type Encoded, encodeRecords } from '../codec.ts';
import { createClient } from './client.ts';
import { askSettling, atMost, unreachable } from './failure.ts';
import type { Part } from './positions.ts';
import { createPublisher } from './publisher.ts';
import { type ConsumerSettings, type Received, receive } from './subscription.ts';
import { ensureTopics } from './topics.ts';

export interface KafkaBusOptions extends Partial<ConsumerSettings> {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Of topics that have to be created. */
  readonly replicationFactor: number;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a record may wait for a broker before `publish` gives up with BUS_UNREACHABLE. */
  readonly publishTimeoutMs?: number;
}

/**
 * Open the bus of a cluster and create the topics that are missing.
 * @throws PipelineError BUS_UNREACHABLE; CONFIG_INVALID when a topic has another number of partitions than needed.
 */
export async function openKafkaBus(options: KafkaBusOptions): Promise<Bus> {
  const { brokers, clock, log, replicationFactor } = options;
  const settings = {
    stallMs: options.stallMs ?? 60_000,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
  };
  const kafka = createClient(options);
  const admin = kafka.admin();
  const publisher = createPublisher({
    kafka,
    brokers,
    clock,
    log,
    timeoutMs: options.publishTimeoutMs ?? 120_000,
  });
  const ensured = new Map<string, Promise<void>>();
  const closing = new AbortController();
  const publishing = new Set<Promise<void>>();
  const leaving = new Set<Promise<void>>();

  const named = async <T>(doing: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (cause) {
      if (cause instanceof PipelineError) throw cause;
      throw closing.signal.aborted ? busClosed() : unreachable(doing, brokers, cause);
    }
  };
  const ask = async <T>(doing: string, question: () => Promise<T>): Promise<T> =>
    await named(doing, askSettling(clock, question));
  const refuseWhenClosed = (): void => {
    if (closing.signal.aborted) throw busClosed();
  };
  const ensure = async (topics: readonly Topic[]): Promise<void> => {
    const fresh = topics.filter(({ name }) => !ensured.has(name));
    if (fresh.length > 0) {
      const creating = askSettling(clock, () => ensureTopics(admin, fresh, replicationFactor));
      for (const { name } of fresh) ensured.set(name, creating);
      creating.catch(() => {
        for (const { name } of fresh) ensured.delete(name);
      });
    }
    await named('checking topics', Promise.all(topics.map(async ({ name }) => await ensured.get(name))));
  };
  const onLeaving = (work: Promise<void>): void => {
    leaving.add(work);
    void work.finally(() => leaving.delete(work));
  };
  const open = (
    topics: readonly Topic[],
    group: string,
    signal: AbortSignal,
    startAt?: readonly (Part & { readonly offset: number })[],
  ): AsyncGenerator<Received, void, undefined> =>
    receive({
      ...settings,
      kafka,
      admin,
      brokers,
      topics,
      group,
      clock,
      log,
      onLeaving,
      signal: AbortSignal.any([signal, closing.signal]),
      ...(startAt === undefined ? {} : { startAt }),
    });

  const publishNow = async (topic: Topic, records: readonly Encoded[]): Promise<void> => {
    await ensure([topic]);
    await publisher.publish(topic, records);
  };
  const bury = async (received: Received, reason: PipelineError, done: () => void): Promise<void> => {
    const letter = deadLetterOf(placeOf(received), reason, received.raw, clock.nowMs());
    await publishNow(deadLetters, encodeRecords(deadLetters, [letter]));
    done();
  };

  async function* subscribe<T extends Topic>(
    topics: readonly T[],
    { group, signal }: { readonly group: string; readonly signal: AbortSignal },
  ): AsyncGenerator<DeliveryOf<T>, void, undefined> {
    refuseWhenClosed();
    await ensure(topics);
    const orderOf = createAckOrders();
    const byName = new Map<string, Topic>(topics.map((topic) => [topic.name, topic]));
    for await (const received of open(topics, group, signal)) {
      const topic = byName.get(received.topicName);
      if (topic === undefined) continue;
      const decoded = decodeRecord(topic, received.raw);
      const order = orderOf(topic.name, received.partition);
      const done = (): void => {
        received.acknowledge();
      };
      if (decoded.kind === 'ok') {
        const pass = order.handOut();
        const ack = async (): Promise<void> => {
          pass(done);
        };
        const deadLetter = async (reason: PipelineError): Promise<void> => {
          if (!closing.signal.aborted) await bury(received, reason, () => pass(done));
        };
        yield { ...placeOf(received), record: decoded.record, ack, deadLetter } as DeliveryOf<T>;
      } else if (topic.name === deadLetters.name) {
        order.takeOut(done); // a letter that nobody can read must not make another one
      } else if (!closing.signal.aborted) {
        await bury(received, decoded.error, () => order.takeOut(done));
      }
    }
  }

  const offsetsNow = async (topics: readonly Topic[], from: 'earliest' | 'latest') => {
    await ensure(topics);
    const ends: (Part & { offset: number })[] = [];
    for (const { name } of topics) {
      const offsets = await ask('looking up offsets', () => admin.fetchTopicOffsets(name));
      for (const { partition, low, high } of offsets) {
        ends.push({ topicName: name, partition, offset: Number(from === 'earliest' ? low : high) });
      }
    }
    return ends;
  };

  async function* read<T extends Topic>(
    topics: readonly T[],
    starting: ReturnType<typeof offsetsNow>,
    signal: AbortSignal,
  ): AsyncGenerator<MessageOf<T>, void, undefined> {
    const byName = new Map<string, Topic>(topics.map((topic) => [topic.name, topic]));
    // Kafka knows no reader without a group: one of its own, which goes with the reader.
    const group = `${options.clientId}-tail-${freshId()}`;
    try {
      for await (const received of open(topics, group, signal, await starting)) {
        received.acknowledge();
        const topic = byName.get(received.topicName);
        const decoded = topic === undefined ? null : decodeRecord(topic, received.raw);
        if (decoded?.kind === 'ok') {
          yield { ...placeOf(received), record: decoded.record } as MessageOf<T>;
        }
      }
    } finally {
      // Left behind, an empty group goes away by itself after a week.
      if (!closing.signal.aborted) await atMost(1_000, admin.deleteGroups([group]));
    }
  }

  try {
    await named('connecting', admin.connect());
    await ensure(allTopics);
  } catch (error) {
    await atMost(2_000, admin.disconnect());
    throw error;
  }
  return {
    async publish(topic, records) {
      refuseWhenClosed();
      const encoded = encodeRecords(topic, records);
      if (encoded.length === 0) return;
      const work = publishNow(topic, encoded);
      publishing.add(work);
      await work.finally(() => publishing.delete(work));
    },
    subscribe,
    tail(topics, { from, signal }) {
      refuseWhenClosed();
      // Looked up now, not when the first record is asked for.
      const starting = offsetsNow(topics, from);
      starting.catch(() => undefined);
      return read(topics, starting, signal);
    },
    async lag(topic, group) {
      refuseWhenClosed();
      await ensure([topic]);
      const [committed] = await ask('looking up offsets', () =>
        admin.fetchOffsets({ groupId: group, topics: [topic.name] }),
      );
      const ends = await ask('looking up offsets', () => admin.fetchTopicOffsets(topic.name));
      return ends.reduce((sum, { partition, low, high }) => {
        const next = Number(committed?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
        return sum + Math.max(0, Number(high) - Math.max(next, Number(low)));
      }, 0);
    },
    async [Symbol.asyncDispose]() {
      if (closing.signal.aborted) return;
      closing.abort();
      await atMost(publishing.size === 0 ? 0 : 3_000, Promise.allSettled(publishing));
      await publisher.close();
      await atMost(12_000, Promise.all(leaving));
      await atMost(3_000, admin.disconnect());
    },
  };
}

const placeOf = ({ topicName, partition, offset, key }: Received): Place => ({
  topicName,
  partition,
  offset,
  key,
});
