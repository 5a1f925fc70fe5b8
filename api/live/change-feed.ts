import { type Command, type IncidentChange, incidentChanges } from '../../contracts/index.ts';
import type { Bus } from '../../bus/index.ts';
import { type Clock, errorFields, freshId, type Log } from '../../kernel/index.ts';
import { openWaiters, type Waiting } from './waiters.ts';

/** One change with its place in this process's history. */
export interface NumberedChange {
  /** `RUN-NUMBER`: the run changes whenever changes may have been missed. */
  readonly id: string;
  readonly change: IncidentChange;
}

/** What a listener that comes back is owed. */
export type Resume =
  | { readonly kind: 'from'; readonly missed: readonly NumberedChange[] }
  | { readonly kind: 'reset' };

/** The incident changes of the bus, read once for all who listen. */
export interface ChangeFeed extends AsyncDisposable {
  readonly isFollowing: boolean;
  readonly listenerCount: number;
  /** Id of the newest change, or of the start of this run. */
  lastId(): string;
  listen(listener: (numbered: NumberedChange) => void): () => void;
  /** @param lastId what the listener saw last; `reset` when the ring no longer reaches back to it. */
  resume(lastId: string): Resume;
  /**
   * The change that a command caused to the incident it was sent to, or null after `timeoutMs`; merging changes
   * another one as well. Ask before the command is published.
   */
  answerTo(command: Pick<Command, 'commandId' | 'incidentId'>, timeoutMs: number): Waiting<IncidentChange>;
}

const retryMs = 1_000;

const keyOf = (commandId: string, incidentId: string): string => `${commandId} ${incidentId}`;

/**
 * Follow the incident topic from now on. When the bus fails, it is followed again and a new run begins, so that
 * pages fetch anew what they may have missed.
 * @param capacity changes kept for listeners that come back.
 */
export function openChangeFeed(options: { bus: Bus; clock: Clock; log: Log; capacity: number }): ChangeFeed {
  const { bus, clock, log, capacity } = options;
  const stop = new AbortController();
  const listeners = new Set<(numbered: NumberedChange) => void>();
  const waiters = openWaiters<IncidentChange>();
  let run = freshId();
  let newest = 0;
  let ring: NumberedChange[] = [];
  let isFollowing = false;

  const take = (change: IncidentChange): void => {
    newest++;
    const numbered = { id: `${run}-${newest}`, change };
    ring.push(numbered);
    // Cut in chunks: moving the whole ring for every change would cost more than it saves.
    if (ring.length >= capacity * 2) ring = ring.slice(-capacity);
    if (change.cause.kind === 'command') waiters.answer(keyOf(change.cause.id, change.incidentId), change);
    for (const listener of listeners) listener(numbered);
  };

  const follow = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        const messages = bus.tail([incidentChanges], { from: 'latest', signal: stop.signal });
        isFollowing = true;
        for await (const { record } of messages) take(record);
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn(errorFields(error), 'the incident changes cannot be followed; trying again');
      }
      isFollowing = false;
      run = freshId();
      newest = 0;
      ring = [];
      await clock.sleep(retryMs, stop.signal).catch(() => {});
    }
  };
  const following = follow();

  return {
    get isFollowing() {
      return isFollowing;
    },
    get listenerCount() {
      return listeners.size;
    },
    lastId: () => `${run}-${newest}`,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    resume(lastId) {
      const [, ofRun, number] = /^(.+)-(\d{1,15})$/.exec(lastId) ?? [];
      const seen = Number(number);
      const oldest = newest - ring.length;
      if (ofRun !== run || seen > newest || seen < oldest) return { kind: 'reset' };
      return { kind: 'from', missed: ring.slice(seen - oldest) };
    },
    answerTo: ({ commandId, incidentId }, timeoutMs) => waiters.wait(keyOf(commandId, incidentId), timeoutMs),
    async [Symbol.asyncDispose]() {
      stop.abort();
      waiters.end();
      await following;
    },
  };
}
