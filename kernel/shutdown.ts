import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const children = new Set<ChildProcess>();

/** SIGKILL reaches even a wedged ffmpeg, which ignores the first SIGTERM. */
const killAll = (): void => {
  for (const child of children) child.kill('SIGKILL');
};
let isExitHooked = false;

/** Make sure that a child process does not outlive this one, however this one ends (short of kill −9). */
export function adoptChild(child: ChildProcess): void {
  if (!isExitHooked) {
    isExitHooked = true;
    process.once('exit', killAll);
  }
  children.add(child);
  const forget = (): void => {
    children.delete(child);
  };
  child.once('exit', forget);
  child.once('error', forget);
}

/** How many adopted children are still running. */
export const runningChildren = (): number => children.size;

/**
 * End a child: SIGTERM, and SIGKILL when it has not gone after `graceMs`.
 * @returns its exit code, or null when a signal ended it.
 */
export async function endChild(child: ChildProcess, graceMs: number): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
  return child.exitCode;
}

/** One Ctrl-C arrives up to three times: from the terminal and from each parent that hands it on. */
const sameRequestMs = 1_000;

/**
 * A signal that aborts at the first SIGINT or SIGTERM; another one, more than a second later, ends the process at once.
 * @param onFirst is told which, so that a person sees that Ctrl-C was understood.
 */
export function untilInterrupted(onFirst: (name: NodeJS.Signals) => void): AbortSignal {
  const stop = new AbortController();
  let firstAtMs: number | null = null;
  const handle = (name: NodeJS.Signals): void => {
    const nowMs = performance.now();
    firstAtMs ??= nowMs;
    if (nowMs - firstAtMs > sameRequestMs) process.exit(130);
    if (stop.signal.aborted) return;
    onFirst(name);
    stop.abort(name);
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return stop.signal;
}
