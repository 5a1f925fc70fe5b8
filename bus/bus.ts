import type { z } from 'zod';
import type { Topic } from '../contracts/index.ts';
import type { PipelineError } from '../kernel/index.ts';

/** Where a message stands; offsets grow along a partition but may have gaps. */
export interface Place {
  readonly topicName: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
}

/** One record as it was read, for readers that do not commit. */
export interface Message<T, N extends string = string> extends Place {
  readonly topicName: N;
  readonly record: T;
}

/** One record handed to a group. */
export interface Delivery<T, N extends string = string> extends Message<T, N> {
  /** Mark this record and all before it in its partition as done for the group. */
  ack(this: void): Promise<void>;
  /**
   * Give up on this record: it goes to the dead-letter topic with the reason and its bytes as they were, and is
   * acknowledged. The partition moves on.
   */
  deadLetter(this: void, reason: PipelineError): Promise<void>;
}

/** The deliveries of several topics, told apart by `topicName`. */
export type DeliveryOf<T> = T extends Topic<infer S, infer N> ? Delivery<z.infer<S>, N> : never;
export type MessageOf<T> = T extends Topic<infer S, infer N> ? Message<z.infer<S>, N> : never;

/**
 * The durable log between the stages. At least once; in order per key.
 *
 * Messages that do not fit their topic's schema never reach a subscriber: the bus sends them to the dead-letter
 * topic by itself.
 */
export interface Bus extends AsyncDisposable {
  /**
   * Append records; resolves once they are durable, in the order given per key.
   * @throws PipelineError BUS_RECORD_INVALID when a record does not fit the schema (nothing is written then),
   *   BUS_UNREACHABLE (retryable), BUS_CLOSED, DISK_FULL.
   */
  publish<S extends z.ZodType>(topic: Topic<S>, records: readonly z.infer<S>[]): Promise<void>;

  /**
   * Records from where the group stopped (a new group: from the beginning) until `signal` aborts. Members of one
   * group share the partitions; equal partition numbers of all `topics` go to the same member. Pulling slowly slows
   * the source down: nothing piles up in memory.
   * @throws PipelineError BUS_STALLED when the source no longer moves although it should.
   */
  subscribe<T extends Topic>(
    topics: readonly T[],
    options: { readonly group: string; readonly signal: AbortSignal },
  ): AsyncIterable<DeliveryOf<T>>;

  /** Read along without a group and without commits, e.g. to tell browsers. */
  tail<T extends Topic>(
    topics: readonly T[],
    options: { readonly from: 'earliest' | 'latest'; readonly signal: AbortSignal },
  ): AsyncIterable<MessageOf<T>>;

  /** Records of a topic that a group has not acknowledged yet. */
  lag(topic: Topic, group: string): Promise<number>;
}
