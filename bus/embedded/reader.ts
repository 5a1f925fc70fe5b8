import type { Topic } from '../../contracts/index.ts';
import { createWake } from '../wake.ts';
import type { Entry } from './entry.ts';
import type { PartitionLog } from './partition-log.ts';

/** An entry and where it came from. */
export interface Read {
  readonly topic: Topic;
  readonly partition: number;
  readonly entry: Entry;
}

export interface Cursor {
  readonly topic: Topic;
  readonly partition: number;
  nextOffset: number;
  /** Read ahead, oldest first. */
  ahead: Entry[];
}

export interface Source {
  readonly log: PartitionLog;
  readonly signal: AbortSignal;
  /** The partitions to read now; the same cursor objects as long as a partition stays. */
  readonly cursors: () => readonly Cursor[];
  /** Registers a call for new entries; returns how to end it. */
  readonly onNews: (nudge: () => void) => () => void;
  readonly isClosed: () => boolean;
}

/**
 * Entries of several partitions, in order within each and oldest first among them, as long as there are any; then waits
 * for more. Ends when the signal aborts or the bus closes.
 */
export async function* readEntries(source: Source): AsyncGenerator<Read, void, undefined> {
  const { signal } = source;
  const wake = createWake();
  const endNews = source.onNews(wake.nudge);
  signal.addEventListener('abort', wake.nudge);
  const isOver = (): boolean => signal.aborted || source.isClosed();
  try {
    while (!isOver()) {
      const cursors = source.cursors();
      const hasRead = refill(source.log, cursors);
      // A reader that never waits for anything would otherwise keep timers and sockets from their turn.
      if (hasRead) await nextTurn();
      const oldest = oldestOf(cursors);
      if (oldest === null) {
        await wake.wait();
      } else if (!isOver()) {
        const entry = oldest.ahead.shift() as Entry;
        oldest.nextOffset = entry.offset + 1;
        yield { topic: oldest.topic, partition: oldest.partition, entry };
      }
    }
  } finally {
    signal.removeEventListener('abort', wake.nudge);
    endNews();
  }
}

const nextTurn = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
};

function refill(log: PartitionLog, cursors: readonly Cursor[]): boolean {
  let hasRead = false;
  for (const cursor of cursors) {
    const { topic, partition, nextOffset, ahead } = cursor;
    if (ahead.length > 0 || nextOffset >= log.headOffset(topic.name, partition)) continue;
    cursor.ahead = log.read(topic.name, partition, nextOffset);
    // Everything up to the head was trimmed away.
    if (cursor.ahead.length === 0) cursor.nextOffset = log.headOffset(topic.name, partition);
    hasRead = true;
  }
  return hasRead;
}

function oldestOf(cursors: readonly Cursor[]): Cursor | null {
  let oldest: Cursor | null = null;
  let oldestAtMs = Number.POSITIVE_INFINITY;
  for (const cursor of cursors) {
    const atMs = cursor.ahead[0]?.publishedAtMs;
    if (atMs !== undefined && atMs < oldestAtMs) {
      oldest = cursor;
      oldestAtMs = atMs;
    }
  }
  return oldest;
}
