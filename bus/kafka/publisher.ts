import type { Kafka, Message, Producer } from 'kafkajs';
import { partitionsOf, type Topic } from '../../contracts/index.ts';
import { type Clock, errorFields, type Log, PipelineError } from '../../kernel/index.ts';
import { busClosed, type Encoded } from '../codec.ts';
import { Partitioners, shortRetry } from './client.ts';
import { atMost, protocolTypeOf, unreachable } from './failure.ts';

export interface Publisher {
  /** Resolves once every in-sync replica has the records. @throws BUS_UNREACHABLE, BUS_RECORD_INVALID, BUS_CLOSED. */
  publish(topic: Topic, records: readonly Encoded[]): Promise<void>;
  /** Gives up what is not sent yet with BUS_CLOSED. */
  close(): Promise<void>;
}

/** What one call of `publish` put on one partition. */
interface Parcel {
  readonly messages: Message[];
  readonly bytes: number;
  readonly deadlineMs: number;
  readonly done: PromiseWithResolvers<void>;
}

interface Lane {
  readonly topicName: string;
  readonly partition: number;
  readonly waiting: Parcel[];
}

/** Brokers refuse batches over 1 MiB by default, and kafkajs does not split. */
const maxBatchBytes = 900_000;
const overheadBytes = 80;
const retryAfterMs = 100;

/** The producer's idea of its sequence has parted from the broker's; only a new producer id helps. */
const lostSequence = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);
const refused = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);

const partitioner = Partitioners.DefaultPartitioner();

/** Kafka's own choice (murmur2), so that other clients of the cluster find a key where they expect it. */
function partitionOf(topic: Topic, key: string): number {
  const partitionMetadata = Array.from({ length: partitionsOf[topic.keySpace] }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return partitioner({ topic: topic.name, partitionMetadata, message: { key, value: null } });
}

/**
 * One idempotent producer with one request in flight, and each request names one partition.
 *
 * With several in flight a cut connection loses and doubles acknowledged records; and only a request that names one
 * partition can be sent again as a whole: of several, some may have arrived already. Whatever comes in meanwhile is
 * sent together in the next request.
 */
export function createPublisher(options: {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** A record that no broker took for this long is given up with BUS_UNREACHABLE. */
  readonly timeoutMs: number;
}): Publisher {
  const { kafka, brokers, clock, log } = options;
  const lanes = new Map<string, Lane>();
  const closing = new AbortController();
  let producer: Producer | null = null;
  let pumping: Promise<void> | null = null;

  const connect = async (): Promise<Producer> => {
    const fresh = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: shortRetry,
    });
    try {
      await fresh.connect();
    } catch (error) {
      await atMost(1_000, fresh.disconnect());
      throw error;
    }
    producer = fresh;
    return fresh;
  };
  const discard = async (): Promise<void> => {
    const old = producer;
    producer = null;
    if (old !== null) await atMost(2_000, old.disconnect());
  };

  /** Send until it is there; the same batch with the same sequence each time, so that it arrives once. */
  const send = async ({ topicName, partition }: Lane, batch: readonly Parcel[]): Promise<void> => {
    const messages = batch.flatMap((parcel) => parcel.messages.map((message) => ({ ...message, partition })));
    const deadlineMs = Math.min(...batch.map((parcel) => parcel.deadlineMs));
    for (;;) {
      try {
        const connected = producer ?? (await connect());
        await connected.send({ topic: topicName, messages, acks: -1, timeout: 10_000 });
        return;
      } catch (error) {
        const type = protocolTypeOf(error) ?? '';
        if (refused.has(type)) throw tooLarge(topicName, batch, error);
        if (lostSequence.has(type)) {
          log.warn({ topic: topicName, partition, type }, 'kafka: taking a new producer id');
          await discard();
        }
        if (closing.signal.aborted || clock.monotonicMs() > deadlineMs) {
          // The batch may have arrived. A different one under the same sequence would pass for it and vanish.
          await discard();
          throw closing.signal.aborted
            ? busClosed()
            : unreachable(`publishing to ${topicName}`, brokers, error);
        }
        log.debug(errorFields(error), 'kafka: sending again');
        await clock.sleep(retryAfterMs, closing.signal).catch(() => undefined);
      }
    }
  };

  const pump = async (): Promise<void> => {
    while (lanes.size > 0) {
      for (const [name, lane] of lanes) {
        const batch = takeBatch(lane.waiting);
        if (lane.waiting.length === 0) lanes.delete(name);
        try {
          await send(lane, batch);
          for (const { done } of batch) done.resolve();
        } catch (error) {
          for (const { done } of batch) done.reject(error);
        }
      }
    }
    pumping = null;
  };

  const enqueue = (topic: Topic, partition: number, messages: Message[], bytes: number): Promise<void> => {
    const name = `${partition} ${topic.name}`;
    const lane = lanes.get(name) ?? { topicName: topic.name, partition, waiting: [] };
    lanes.set(name, lane);
    const done = Promise.withResolvers<void>();
    lane.waiting.push({ messages, bytes, deadlineMs: clock.monotonicMs() + options.timeoutMs, done });
    return done.promise;
  };

  return {
    async publish(topic, records) {
      if (closing.signal.aborted) throw busClosed();
      const parcels: Promise<void>[] = [];
      for (const [partition, mine] of Map.groupBy(records, ({ key }) => partitionOf(topic, key))) {
        for (const { messages, bytes } of cut(mine)) parcels.push(enqueue(topic, partition, messages, bytes));
      }
      pumping ??= pump();
      // All of them, so that a caller who retries after a failure does not overtake what is still under way.
      const results = await Promise.allSettled(parcels);
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    async close() {
      closing.abort();
      if (pumping !== null) await atMost(5_000, pumping);
      await discard();
    },
  };
}

/** Pieces under the size limit, in order. */
function* cut(records: readonly Encoded[]): Generator<{ messages: Message[]; bytes: number }> {
  let messages: Message[] = [];
  let bytes = 0;
  for (const { key, raw } of records) {
    const size = raw.length + Buffer.byteLength(key) + overheadBytes;
    if (messages.length > 0 && bytes + size > maxBatchBytes) {
      yield { messages, bytes };
      messages = [];
      bytes = 0;
    }
    messages.push({ key, value: raw });
    bytes += size;
  }
  if (messages.length > 0) yield { messages, bytes };
}

function takeBatch(waiting: Parcel[]): Parcel[] {
  let count = 0;
  let bytes = 0;
  for (const parcel of waiting) {
    if (count > 0 && bytes + parcel.bytes > maxBatchBytes) break;
    bytes += parcel.bytes;
    count++;
  }
  return waiting.splice(0, count);
}

function tooLarge(topicName: string, batch: readonly Parcel[], cause: unknown): PipelineError {
  const bytes = batch.reduce((sum, parcel) => sum + parcel.bytes, 0);
  return new PipelineError(
    'BUS_RECORD_INVALID',
    `Kafka refused ${bytes} bytes for ${topicName}: ${String(protocolTypeOf(cause))}.`,
    {
      hint: 'Pictures and clips belong into the media store; records hold references. Else raise message.max.bytes.',
      cause,
    },
  );
}
