import { untilInterrupted } from '../kernel/index.ts';

let signal: AbortSignal | undefined;

/**
 * The signal that aborts when somebody asks this process to stop: Ctrl-C, SIGTERM, or the end of the process that
 * started it (`npm run …` hands a channel down; when its other end goes, so must this process).
 */
export function interruption(): AbortSignal {
  if (signal !== undefined) return signal;
  const interrupted = untilInterrupted((name) => {
    process.stderr.write(`${name}: stopping; once more ends at once.\n`);
  });
  const stop = new AbortController();
  interrupted.addEventListener('abort', () => {
    stop.abort(interrupted.reason);
  });
  process.once('disconnect', () => {
    stop.abort('parent has gone');
  });
  // Listening for the parent must not keep this process alive.
  process.channel?.unref();
  signal = stop.signal;
  return signal;
}

/** Whether this process was asked to stop. */
interruption.wasInterrupted = (): boolean => signal?.aborted === true;
