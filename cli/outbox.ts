import { setTimeout as sleep } from 'node:timers/promises';
import { errorFields, type Log, PipelineError } from '../kernel/index.ts';

/** Gathers records and publishes them in order, in batches, one batch at a time. */
export interface Outbox<T> {
  add(record: T): void;
  /**
   * Resolves when everything that was added is published.
   * @throws what the bus refused for good.
   */
  flush(): Promise<void>;
}

/** What is held while the bus cannot be reached; beyond it the oldest go, and it is said how many. */
const maxHeld = 50_000;
const retryMs = 1_000;

/**
 * @param publish sends one batch; it is tried again as long as its error says that this may help.
 */
export function openOutbox<T>(publish: (records: readonly T[]) => Promise<void>, log: Log): Outbox<T> {
  let held: T[] = [];
  let lost = 0;
  let failure: { error: unknown } | undefined;
  /** The batch on its way and all after it; null when nothing is. */
  let sending: Promise<void> | null = null;

  const sendAll = async (): Promise<void> => {
    while (held.length > 0) {
      const batch = held;
      held = [];
      try {
        await publish(batch);
      } catch (error) {
        if (!(error instanceof PipelineError) || !error.retryable) throw error;
        log.warn(
          { records: batch.length, ...errorFields(error) },
          'the bus does not take records; trying again',
        );
        held = [...batch, ...held];
        await sleep(retryMs);
      }
    }
  };
  const send = async (): Promise<void> => {
    try {
      await sendAll();
    } catch (error) {
      log.error(errorFields(error), 'records could not be published');
      failure ??= { error };
    }
    // Something may have been added after the last look.
    sending = held.length > 0 ? send() : null;
  };

  return {
    add(record) {
      held.push(record);
      if (held.length > maxHeld) {
        held.shift();
        lost++;
        if (lost % 1_000 === 1) log.error({ lost }, 'records were dropped because the bus takes none');
      }
      sending ??= send();
    },
    async flush() {
      for (let pending = sending; pending !== null; pending = sending) await pending;
      if (failure !== undefined) throw failure.error;
    },
  };
}
