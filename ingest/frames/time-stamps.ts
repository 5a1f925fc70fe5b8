import type { Readable } from 'node:stream';

export interface TimeStamp {
  readonly ptsMs: number;
  readonly arrivedAtMs: number;
}

/**
 * Filters that write the time of every picture to descriptor 3, in ticks of 1/90000 s. `print` is silent about pictures
 * without metadata, so each gets an entry; `direct` writes every line at once.
 */
export const printTimes = [
  'settb=1/90000',
  'metadata=add:key=at:value=0',
  String.raw`metadata=print:file='pipe\:3':direct=1`,
];
const ticksPerMs = 90;

/**
 * Reads what `printTimes` writes: `frame:0 pts:18000 pts_time:0.2`, and a line per entry. A picture without a time of its
 * own has the one before.
 */
export function readTimeStamps(
  pipe: Readable,
  nowMs: () => number,
  onArrival?: () => void,
): { /** The next one, or null when the pipe has ended. */ next(): Promise<TimeStamp | null> } {
  const read: TimeStamp[] = [];
  let lastPtsMs = 0;
  let rest = '';
  let isEnded = false;
  let wake: (() => void) | undefined;
  pipe.setEncoding('utf8').on('data', (text: string) => {
    const arrivedAtMs = nowMs();
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('frame:')) continue;
      const ticks = /\bpts:(-?\d+)/.exec(line)?.[1];
      if (ticks !== undefined) lastPtsMs = Number(ticks) / ticksPerMs;
      read.push({ ptsMs: lastPtsMs, arrivedAtMs });
      onArrival?.();
    }
    wake?.();
  });
  pipe.on('close', () => {
    isEnded = true;
    wake?.();
  });
  return {
    async next() {
      while (read.length === 0) {
        if (isEnded) return null;
        const woken = Promise.withResolvers<void>();
        wake = woken.resolve;
        await woken.promise;
      }
      return read.shift() ?? null;
    },
  };
}
