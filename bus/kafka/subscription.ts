import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Topic } from '../../contracts/index.ts';
import { type Clock, type Log, PipelineError } from '../../kernel/index.ts';
import { coPartitioned } from './assigner.ts';
import { shortRetry } from './client.ts';
import { atMost, unreachable } from './failure.ts';
import { createHandoff } from './handoff.ts';
import { createPositions, type Part } from './positions.ts';
import { watchProgress } from './watchdog.ts';

/** One message of a group, still as bytes. */
export interface Received extends Part {
  readonly offset: number;
  readonly key: string;
  readonly raw: Buffer;
  /** Done with it and all before it in its partition. */
  acknowledge(): void;
}

export interface ConsumerSettings {
  /** A consumer that does not move for this long although it should ends with BUS_STALLED. */
  readonly stallMs: number;
  /** A consumer that is gone without a word (kill −9) loses its partitions after this. */
  readonly sessionTimeoutMs: number;
}

interface Options extends ConsumerSettings {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly brokers: readonly string[];
  readonly topics: readonly Topic[];
  readonly group: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  /** Where to begin instead of where the group stopped. */
  readonly startAt?: readonly (Part & { readonly offset: number })[];
  /** Told of the work of leaving the group when that takes longer than the reader wants to wait. */
  readonly onLeaving: (leaving: Promise<void>) => void;
}

/** How many messages may pass before kafkajs gets a chance to send its heartbeat. */
const messagesPerHeartbeat = 50;
const leaveWithinMs = 3_000;

/** The messages of a group, one at a time: the next is taken from kafkajs when the reader asks for it. */
export async function* receive(options: Options): AsyncGenerator<Received, void, undefined> {
  const { kafka, brokers, topics, group, signal, log, sessionTimeoutMs } = options;
  const heartbeatMs = Math.floor(sessionTimeoutMs / 6);
  const ended = new AbortController();
  const consumer = kafka.consumer({
    groupId: group,
    partitionAssigners: [coPartitioned(topics)],
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout: Math.max(15_000, sessionTimeoutMs),
    heartbeatInterval: heartbeatMs,
    maxBytesPerPartition: 1_048_576,
    maxBytes: 4_194_304,
    // Also how long an idle consumer takes to stop.
    maxWaitTimeInMs: 250,
    allowAutoTopicCreation: false,
    retry: { ...shortRetry, restartOnFailure: async () => !ended.signal.aborted },
  });
  const handoff = createHandoff<Received>();
  const positions = createPositions(consumer, log);
  const watchdog = watchProgress({
    ...options,
    positions,
    isReaderWaiting: handoff.isAwaited,
    onStall: handoff.close,
  });
  const stop = (): void => {
    handoff.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    positions.assign(payload.memberId, payload.memberAssignment);
    watchdog.moved();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) handoff.close(unreachable(`reading for group ${group}`, brokers, payload.error));
  });

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { batch } = payload;
    const part: Part = { topicName: batch.topic, partition: batch.partition };
    let sinceHeartbeat = 0;
    for (const message of batch.messages) {
      if (!payload.isRunning() || payload.isStale() || signal.aborted) return;
      const offset = Number(message.offset);
      // After a rebalance kafkajs starts again at what is committed, which may lie behind what is acknowledged.
      if (positions.isAcknowledged(part, offset)) {
        payload.resolveOffset(message.offset);
        continue;
      }
      const tenure = positions.tenure(part);
      if (tenure === null) return;
      const acknowledge = (): void => {
        positions.acknowledge(part, offset, tenure);
      };
      const isTaken = await offer(handoff.give({ ...part, offset, ...contentOf(message), acknowledge }), () =>
        payload.heartbeat(),
      );
      if (!isTaken) return;
      positions.noteDelivered(part, offset);
      payload.resolveOffset(message.offset);
      watchdog.moved();
      if (++sinceHeartbeat >= messagesPerHeartbeat) {
        sinceHeartbeat = 0;
        await payload.heartbeat();
      }
    }
  };
  /** Wait for the reader, however long it takes, without losing the seat in the group meanwhile. */
  const offer = async (giving: Promise<boolean>, heartbeat: () => Promise<void>): Promise<boolean> => {
    const beat = async (): Promise<never> => {
      for (;;) {
        await options.clock.sleep(heartbeatMs, waiting.signal);
        await heartbeat();
      }
    };
    const waiting = new AbortController();
    try {
      return await Promise.race([giving, beat()]);
    } catch (error) {
      // The group is dealt out anew: say first how far this member came.
      handoff.withdraw();
      await positions.flush();
      throw error;
    } finally {
      waiting.abort();
    }
  };

  const joining = join(consumer, options, eachBatch, (part, offset) => {
    const tenure = positions.tenure(part);
    if (tenure !== null) positions.acknowledge(part, offset, tenure);
  }).catch((cause: unknown) => {
    handoff.close(
      cause instanceof PipelineError ? cause : unreachable(`joining group ${group}`, brokers, cause),
    );
  });
  try {
    while (!signal.aborted) {
      const received = await handoff.take();
      if (received === null) return;
      yield received;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    watchdog.end();
    ended.abort();
    handoff.close();
    const leave = async (): Promise<void> => {
      await positions.flush();
      await consumer.disconnect();
      await joining;
      // Had it still been joining, it would be connected again.
      await consumer.disconnect();
    };
    const leaving = leave().catch(() => undefined);
    options.onLeaving(leaving);
    await atMost(leaveWithinMs, leaving);
  }
}

async function join(
  consumer: Consumer,
  { topics, startAt, signal }: Options,
  eachBatch: (payload: EachBatchPayload) => Promise<void>,
  acknowledge: (part: Part, offset: number) => void,
): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: topics.map(({ name }) => name), fromBeginning: true });
  const joined = Promise.withResolvers<void>();
  const isReady = startAt === undefined || startAt.length === 0;
  if (isReady) joined.resolve();
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async (payload) => {
      await joined.promise;
      await eachBatch(payload);
    },
  });
  if (!isReady && !signal.aborted) {
    for (const { topicName, partition, offset } of startAt) {
      consumer.seek({ topic: topicName, partition, offset: String(offset) });
      // Committed, so that a rejoin goes on from there.
      if (offset > 0) acknowledge({ topicName, partition }, offset - 1);
    }
  }
  joined.resolve();
}

const contentOf = ({ key, value }: KafkaMessage): { key: string; raw: Buffer } => ({
  key: key?.toString() ?? '',
  raw: value ?? Buffer.alloc(0),
});
