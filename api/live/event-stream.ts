import type { Response } from 'express';
import { errorFields, type Log } from '../../kernel/index.ts';
import type { ChangeFeed, NumberedChange } from './change-feed.ts';

/** A page that takes nothing off the line for this much is gone or too slow; it resumes by its last id. */
const backlogMaxBytes = 1_000_000;

export interface EventStreamOptions {
  readonly feed: ChangeFeed;
  readonly log: Log;
  readonly heartbeatMs: number;
  /** What is told of one change; null: nothing. */
  readonly describe: (numbered: NumberedChange) => Promise<unknown>;
  /** Asked at every heartbeat: has the session ended? */
  readonly isAllowed: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Answer with server-sent events until the client goes, its session ends or the process stops.
 *
 * Events: `incident` (data from `describe`, with id), `reset` (what was missed is unknown: fetch anew; its id is
 * where the stream goes on from). Comments keep proxies from closing the line.
 * @param lastId `Last-Event-ID` of a client that comes back; null for a new one, which gets `reset` with the id to
 *   go on from.
 */
export function streamEvents(res: Response, lastId: string | null, options: EventStreamOptions): void {
  const { feed, log, signal } = options;
  res.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  res.flushHeaders();

  const write = (text: string): void => {
    if (res.destroyed || res.writableEnded) return;
    res.write(text);
    if (res.writableLength > backlogMaxBytes) {
      log.warn({ backlogBytes: res.writableLength }, 'a page reads its events too slowly and is cut off');
      res.destroy();
    }
  };
  // One after the other, so that a slow lookup cannot let a later change overtake.
  let sent = Promise.resolve();
  let queued = 0;
  const send = (numbered: NumberedChange): void => {
    if (++queued > 1_000) {
      res.destroy();
      return;
    }
    sent = after(sent, async () => {
      try {
        const data = await options.describe(numbered);
        if (data !== null) write(`event: incident\nid: ${numbered.id}\ndata: ${JSON.stringify(data)}\n\n`);
      } catch (error) {
        // The client must not believe that it has seen this one.
        log.warn(errorFields(error), 'an event could not be told; the page is asked to come back');
        res.destroy();
      }
      queued--;
    });
  };

  write('retry: 2000\n\n');
  const resumed = lastId === null ? ({ kind: 'reset' } as const) : feed.resume(lastId);
  if (resumed.kind === 'reset') write(`event: reset\nid: ${feed.lastId()}\ndata: {}\n\n`);
  else for (const missed of resumed.missed) send(missed);
  const unlisten = feed.listen(send);

  const heartbeat = setInterval(() => {
    if (options.isAllowed()) write(': still here\n\n');
    else res.end();
  }, options.heartbeatMs);
  const stop = (): void => void res.end();
  signal.addEventListener('abort', stop, { once: true });
  res.once('close', () => {
    clearInterval(heartbeat);
    unlisten();
    signal.removeEventListener('abort', stop);
  });
}

async function after(before: Promise<void>, work: () => Promise<void>): Promise<void> {
  await before;
  await work();
}
