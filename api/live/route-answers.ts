import type { Bus } from '../../bus/index.ts';
import { type RouteChange, routeChanges } from '../../contracts/index.ts';
import { type Clock, errorFields, type Log } from '../../kernel/index.ts';

/** What the writer of routes answers, read once for all who wait. */
export interface RouteAnswers extends AsyncDisposable {
  /** The answer to a command, or null after `timeoutMs`. Ask before the command is published. */
  answerTo(
    commandId: string,
    timeoutMs: number,
  ): { readonly answer: Promise<RouteChange | null>; cancel(): void };
}

const retryMs = 1_000;

/** @param onExpired told of every route that was deleted because its incident ended. */
export function openRouteAnswers(options: {
  bus: Bus;
  clock: Clock;
  log: Log;
  onExpired: (change: RouteChange) => void;
}): RouteAnswers {
  const { bus, clock, log, onExpired } = options;
  const stop = new AbortController();
  const waiters = new Map<string, (change: RouteChange | null) => void>();

  const follow = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        const messages = bus.tail([routeChanges], { from: 'latest', signal: stop.signal });
        for await (const { record } of messages) {
          if (record.commandId === null) onExpired(record);
          else waiters.get(record.commandId)?.(record);
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn(errorFields(error), 'the answers about routes cannot be followed; trying again');
      }
      await clock.sleep(retryMs, stop.signal).catch(() => {});
    }
  };
  const following = follow();

  return {
    answerTo(commandId, timeoutMs) {
      let cancel = (): void => {};
      const answer = new Promise<RouteChange | null>((resolve) => {
        const end = (change: RouteChange | null): void => {
          clearTimeout(timer);
          waiters.delete(commandId);
          resolve(change);
        };
        const timer = setTimeout(() => end(null), timeoutMs);
        waiters.set(commandId, end);
        cancel = () => end(null);
      });
      return { answer, cancel };
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      for (const end of waiters.values()) end(null);
      await following;
    },
  };
}
