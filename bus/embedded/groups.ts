import type { Environment } from './environment.ts';

/** A subscription's seat in its group. */
export interface Member {
  /** Partitions of a topic that are this member's, of `count` there are. */
  partitionsOf(topicName: string, count: number): number[];
  /** Grows whenever the seats change. */
  generation(): number;
  leave(): void;
}

/** Who is in which group, and how far each group is. */
export interface Groups {
  /** @param onChange is called when the seats have changed. */
  join(group: string, topicNames: readonly string[], onChange: () => void): Member;
  /** First offset that the group has not acknowledged; 0 for a new group. */
  position(group: string, topicName: string, partition: number): number;
  /**
   * Everything up to `offset` is done. Takes effect at once and is on the disk within `flushAfterMs`: a process that is
   * killed in between sees those records again.
   * @throws what the last flush threw.
   */
  acknowledge(group: string, topicName: string, partition: number, offset: number): void;
  /** A write that puts all that was acknowledged so far on the disk. */
  save(): void;
  /** Put on the disk what is not there yet. */
  flush(): Promise<void>;
}

const flushAfterMs = 20;

interface Position {
  readonly key: [string, string, number];
  next: number;
}

export function openGroups({ groups, commit }: Environment): Groups {
  const positions = new Map<string, Position>();
  const unsaved = new Set<Position>();
  const rooms = new Map<
    string,
    { members: { topics: readonly string[]; onChange: () => void }[]; generation: number }
  >();
  let timer: NodeJS.Timeout | null = null;
  let failure: Error | null = null;

  const positionOf = (group: string, topicName: string, partition: number): Position => {
    const name = JSON.stringify([group, topicName, partition]);
    const key: Position['key'] = [group, topicName, partition];
    const position = positions.get(name) ?? { key, next: groups.get(key) ?? 0 };
    positions.set(name, position);
    return position;
  };
  const save = (): void => {
    for (const { key, next } of unsaved) void groups.put(key, next);
    unsaved.clear();
  };
  const flush = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (unsaved.size === 0) return;
    const saved = [...unsaved];
    await commit(save, () => {
      for (const position of saved) unsaved.add(position);
    });
  };

  return {
    join(group, topics, onChange) {
      const room = rooms.get(group) ?? { members: [], generation: 0 };
      rooms.set(group, room);
      const self = { topics, onChange };
      const changed = (): void => {
        room.generation++;
        for (const member of room.members) member.onChange();
      };
      room.members.push(self);
      changed();
      return {
        // Dealt out by number alone, so that equal numbers of all topics of equal subscribers meet in one member.
        partitionsOf(topicName, count) {
          const sharers = room.members.filter((member) => member.topics.includes(topicName));
          const seat = sharers.indexOf(self);
          return Array.from({ length: count }, (_, p) => p).filter((p) => p % sharers.length === seat);
        },
        generation: () => room.generation,
        leave() {
          room.members.splice(room.members.indexOf(self), 1);
          changed();
        },
      };
    },
    position: (group, topicName, partition) => positionOf(group, topicName, partition).next,
    acknowledge(group, topicName, partition, offset) {
      if (failure !== null) {
        const thrown = failure;
        failure = null;
        throw thrown;
      }
      const position = positionOf(group, topicName, partition);
      if (offset < position.next) return;
      position.next = offset + 1;
      unsaved.add(position);
      timer ??= setTimeout(() => {
        flush().catch((error: Error) => {
          failure = error;
        });
      }, flushAfterMs);
    },
    save,
    flush,
  };
}
