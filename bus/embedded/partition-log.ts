import { hash } from 'node:crypto';
import { partitionsOf, type Topic } from '../../contracts/index.ts';
import type { Encoded } from '../codec.ts';
import { decodeEntry, encodeEntry, type Entry } from './entry.ts';
import type { Environment } from './environment.ts';

/** The logs of all topics, each cut into partitions. */
export interface PartitionLog {
  /** A write that appends records; to be given to `Environment.commit` with its `undo`. */
  append(topic: Topic, records: readonly Encoded[], nowMs: number): Append;
  /** First offset that is still there; the head when there is none. */
  firstOffset(this: void, topicName: string, partition: number): number;
  /** One past the last committed offset. */
  headOffset(this: void, topicName: string, partition: number): number;
  /** A few entries from `offset` on: bounded in number and bytes, but never fewer than one that exists. */
  read(topicName: string, partition: number, offset: number): Entry[];
  /** How many entries there are from `offset` on. */
  countFrom(topic: Topic, partition: number, offset: number): number;
}

export interface Append {
  readonly write: () => void;
  readonly undo: () => void;
  /** Let readers see it, once it is committed. */
  readonly reveal: () => void;
}

/** Chunks are small on purpose: a slow reader of 40 partitions holds a few megabytes, however long the backlog. */
const chunk = { entries: 64, bytes: 256 * 1_024 };

export const endOfPartition = Number.MAX_SAFE_INTEGER;

/** The partition of a key. It must never change for a topic: SHA-1 keeps it independent of any library. */
export const partitionOf = (topic: Topic, key: string): number =>
  hash('sha1', key, 'buffer').readUInt32BE(0) % partitionsOf[topic.keySpace];

export const partitionsIn = (topic: Topic): number[] =>
  Array.from({ length: partitionsOf[topic.keySpace] }, (_, p) => p);

export function openPartitionLog({ entries, heads, newest }: Environment): PartitionLog {
  /** Next offset of each partition: `visible` is on the disk, `reserved` includes the commit under way. */
  const visible = new Map<string, number>();
  const reserved = new Map<string, number>();
  const nameOf = (topicName: string, partition: number): string => `${partition} ${topicName}`;

  const headOffset = (topicName: string, partition: number): number => {
    const name = nameOf(topicName, partition);
    const known = visible.get(name) ?? heads.get([topicName, partition]) ?? 0;
    visible.set(name, known);
    return known;
  };

  const firstOffset = (topicName: string, partition: number): number => {
    const range = { start: [topicName, partition, 0], end: [topicName, partition, endOfPartition], limit: 1 };
    for (const key of entries.getKeys(range)) return key[2];
    return headOffset(topicName, partition);
  };

  return {
    append(topic, records, nowMs) {
      const placed = records.map((record) => ({ record, partition: partitionOf(topic, record.key) }));
      const touched = new Set(placed.map(({ partition }) => partition));
      return {
        write() {
          for (const { record, partition } of placed) {
            const name = nameOf(topic.name, partition);
            const offset = reserved.get(name) ?? headOffset(topic.name, partition);
            reserved.set(name, offset + 1);
            void entries.put([topic.name, partition, offset], encodeEntry(record, nowMs));
            if (topic.isCompacted) void newest.put([topic.name, partition, record.key], offset);
          }
          for (const partition of touched) {
            void heads.put([topic.name, partition], reserved.get(nameOf(topic.name, partition)) ?? 0);
          }
        },
        // A commit that failed wrote nothing: its offsets are given out again, so there are no gaps.
        undo() {
          for (const partition of touched) reserved.delete(nameOf(topic.name, partition));
        },
        // Not from `reserved`: by now it may include the next commit.
        reveal() {
          for (const partition of touched) {
            visible.set(nameOf(topic.name, partition), heads.get([topic.name, partition]) ?? 0);
          }
        },
      };
    },
    firstOffset,
    headOffset,
    read(topicName, partition, offset) {
      const held: Entry[] = [];
      let bytes = 0;
      const range = {
        start: [topicName, partition, offset],
        end: [topicName, partition, headOffset(topicName, partition)],
        limit: chunk.entries,
      };
      for (const { key, value } of entries.getRange(range)) {
        held.push(decodeEntry(key[2], value));
        bytes += value.length;
        if (bytes >= chunk.bytes) break;
      }
      return held;
    },
    countFrom(topic, partition, offset) {
      const head = headOffset(topic.name, partition);
      const from = Math.max(offset, firstOffset(topic.name, partition));
      if (!topic.isCompacted) return Math.max(0, head - from);
      return entries.getKeysCount({
        start: [topic.name, partition, from],
        end: [topic.name, partition, head],
      });
    },
  };
}
