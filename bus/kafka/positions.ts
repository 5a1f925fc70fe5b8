import type { Consumer } from 'kafkajs';
import { errorFields, type Log } from '../../kernel/index.ts';
import { atMost } from './failure.ts';

/** Names one partition of one topic. */
export interface Part {
  readonly topicName: string;
  readonly partition: number;
}

/** Where a consumer stands in the partitions that are its own now. */
export interface Positions {
  /** The group has been dealt out anew. */
  assign(memberId: string, assignment: Readonly<Record<string, readonly number[]>>): void;
  assigned(): Part[];
  /** A token for what is delivered now; an acknowledgement with an older one is void, as the partition was lost since. */
  tenure(part: Part): number | null;
  isAcknowledged(part: Part, offset: number): boolean;
  noteDelivered(part: Part, offset: number): void;
  /** First offset not handed out yet; null when nothing was yet. */
  nextOffset(part: Part): number | null;
  /** Done up to and including `offset`; committed within `commitAfterMs`. */
  acknowledge(part: Part, offset: number, tenure: number): void;
  /** Commit what is not committed yet. What the group refuses is read again by whoever has the partition now. */
  flush(): Promise<void>;
}

const commitAfterMs = 100;

interface Standing extends Part {
  readonly tenure: number;
  delivered: number;
  acknowledged: number;
  committed: number;
}

export function createPositions(consumer: Consumer, log: Log): Positions {
  let standings = new Map<string, Standing>();
  let memberId: string | null = null;
  let tenures = 0;
  let timer: NodeJS.Timeout | null = null;
  let committing: Promise<void> | null = null;
  const nameOf = ({ topicName, partition }: Part): string => `${partition} ${topicName}`;

  const commit = async (): Promise<void> => {
    const due = [...standings.values()].filter(({ acknowledged, committed }) => acknowledged > committed);
    if (due.length === 0) return;
    const upTo = due.map(({ acknowledged }) => acknowledged);
    await consumer.commitOffsets(
      due.map(({ topicName, partition, acknowledged }) => ({
        topic: topicName,
        partition,
        offset: String(acknowledged + 1),
      })),
    );
    for (const [index, standing] of due.entries()) standing.committed = upTo[index] ?? standing.committed;
  };
  const flush = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // One at a time, so that an older commit cannot arrive after a newer one.
    await committing;
    committing = commit().catch((error: unknown) => {
      log.debug(errorFields(error), 'kafka: offsets not committed');
    });
    await committing;
    committing = null;
  };

  return {
    assign(newMemberId, assignment) {
      const previous = newMemberId === memberId ? standings : new Map<string, Standing>();
      memberId = newMemberId;
      standings = new Map();
      for (const [topicName, partitions] of Object.entries(assignment)) {
        for (const partition of partitions) {
          const name = nameOf({ topicName, partition });
          const fresh = {
            topicName,
            partition,
            tenure: ++tenures,
            delivered: -1,
            acknowledged: -1,
            committed: -1,
          };
          standings.set(name, previous.get(name) ?? fresh);
        }
      }
    },
    assigned: () => [...standings.values()],
    tenure: (part) => standings.get(nameOf(part))?.tenure ?? null,
    isAcknowledged: (part, offset) => offset <= (standings.get(nameOf(part))?.acknowledged ?? -1),
    noteDelivered(part, offset) {
      const standing = standings.get(nameOf(part));
      if (standing !== undefined) standing.delivered = offset;
    },
    nextOffset(part) {
      const delivered = standings.get(nameOf(part))?.delivered ?? -1;
      return delivered < 0 ? null : delivered + 1;
    },
    acknowledge(part, offset, tenure) {
      const standing = standings.get(nameOf(part));
      if (standing === undefined || standing.tenure !== tenure) return;
      standing.acknowledged = Math.max(standing.acknowledged, offset);
      timer ??= setTimeout(() => void flush(), commitAfterMs);
    },
    async flush() {
      await atMost(3_000, flush());
    },
  };
}
