import { keyOf, publishedAtMsOf } from './entry.ts';
import type { Environment } from './environment.ts';
import { endOfPartition } from './partition-log.ts';

const perCommit = 1_000;

/**
 * Remove what is older than `cutoffMs`, except the newest entry of every key of a compacted topic.
 *
 * Works on whatever topics the log holds, also on those that nobody uses any more. Removed space is used again; the
 * file itself does not shrink.
 * @returns how many entries were removed.
 */
export async function trim(
  environment: Environment,
  cutoffMs: number,
  isClosed: () => boolean,
): Promise<number> {
  let removed = 0;
  for (const [topicName, partition] of Array.from(environment.heads.getKeys())) {
    let from: number | null = 0;
    while (from !== null && !isClosed()) {
      const { doomed, next } = look(environment, topicName, partition, from, cutoffMs);
      if (doomed.length > 0) {
        await environment.commit(() => {
          for (const offset of doomed) void environment.entries.remove([topicName, partition, offset]);
        });
      }
      removed += doomed.length;
      from = next;
    }
  }
  // Freed pages may be written again only two transactions later: without one more a full disk would stay full.
  if (removed > 0 && !isClosed()) {
    await environment.commit(() => void environment.marks.put('trimmedToMs', cutoffMs));
  }
  return removed;
}

interface Look {
  readonly doomed: number[];
  /** Where to go on; null at the first entry that is young enough. */
  readonly next: number | null;
}

function look(
  environment: Environment,
  topicName: string,
  partition: number,
  from: number,
  cutoffMs: number,
): Look {
  const doomed: number[] = [];
  let last: number | null = null;
  const range = {
    start: [topicName, partition, from],
    end: [topicName, partition, endOfPartition],
    limit: perCommit,
  };
  for (const { key, value } of environment.entries.getRange(range)) {
    if (publishedAtMsOf(value) >= cutoffMs) return { doomed, next: null };
    const offset = key[2];
    if (environment.newest.get([topicName, partition, keyOf(value)]) !== offset) doomed.push(offset);
    last = offset;
  }
  return { doomed, next: last === null ? null : last + 1 };
}
