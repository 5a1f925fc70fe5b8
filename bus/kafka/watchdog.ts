import type { Admin } from 'kafkajs';
import { type Clock, messageOf, PipelineError } from '../../kernel/index.ts';
import { askSettling, atMost } from './failure.ts';
import type { Positions } from './positions.ts';

/**
 * Watches that a consumer moves. kafkajs can stop moving for good without an error: a wedged connection, a rejoin that
 * never ends. Only a consumer whose reader waits is watched; when nothing came for `stallMs`, the brokers are asked
 * whether there is anything to come. If there is, or they do not answer, `onStall` is called, once.
 *
 * @returns to be called at every movement, and to end the watch.
 */
export function watchProgress(options: {
  readonly admin: Admin;
  readonly clock: Clock;
  readonly group: string;
  readonly positions: Positions;
  readonly stallMs: number;
  readonly isReaderWaiting: () => boolean;
  readonly onStall: (error: PipelineError) => void;
}): { moved(): void; end(): void } {
  const { admin, clock, group, positions, stallMs } = options;
  let movedAtMs = clock.monotonicMs();
  const ended = new AbortController();
  const moved = (): void => {
    movedAtMs = clock.monotonicMs();
  };

  /** What keeps the consumer from standing still rightly; null when there is simply nothing to read. */
  const reasonToMove = async (): Promise<string | null> => {
    const parts = positions.assigned();
    let reason: string | null = 'the brokers do not answer';
    const asking = async (): Promise<void> => {
      const groupIsEmptyHanded = parts.length === 0;
      if (groupIsEmptyHanded) {
        const { groups } = await admin.describeGroups([group]);
        const state = groups[0]?.state ?? 'unknown';
        reason = state === 'Stable' ? null : `the group is ${state}`;
        return;
      }
      let lag = 0;
      for (const topicName of new Set(parts.map((part) => part.topicName))) {
        const mine = parts.filter((part) => part.topicName === topicName);
        const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topicName] });
        for (const { partition, high, low } of await admin.fetchTopicOffsets(topicName)) {
          const part = mine.find((candidate) => candidate.partition === partition);
          if (part === undefined) continue;
          const stored = Number(
            committed?.partitions.find((one) => one.partition === partition)?.offset ?? -1,
          );
          const next = Math.max(positions.nextOffset(part) ?? -1, stored, Number(low));
          lag += Math.max(0, Number(high) - next);
        }
      }
      reason = lag > 0 ? `${lag} records wait` : null;
    };
    await atMost(
      stallMs,
      askSettling(clock, asking).catch((error: unknown) => {
        reason = `the brokers do not answer (${messageOf(error)})`;
      }),
    );
    return reason;
  };

  const watch = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(Math.max(50, stallMs / 4), ended.signal);
      if (!options.isReaderWaiting()) moved();
      if (clock.monotonicMs() - movedAtMs < stallMs) continue;
      const askedAtMs = clock.monotonicMs();
      const reason = await reasonToMove();
      if (ended.signal.aborted) return;
      if (reason === null) moved();
      // It may have moved while the brokers were asked.
      if (reason === null || movedAtMs > askedAtMs) continue;
      options.onStall(
        new PipelineError(
          'BUS_STALLED',
          `The subscription of group ${group} has not moved for ${Math.round(stallMs / 1_000)} s although ${reason}.`,
          {
            hint: 'Subscribe again; if it repeats, look at the brokers and the network between.',
            retryable: true,
          },
        ),
      );
      return;
    }
  };
  // Its only rejection is the end of its sleep.
  watch().catch(() => undefined);

  return {
    moved,
    end: () => {
      ended.abort();
    },
  };
}
