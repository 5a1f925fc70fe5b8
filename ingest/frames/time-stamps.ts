import type { Readable } from 'node:stream';

export interface TimeStamp {
  readonly ptsMs: number;
  readonly arrivedAtMs: number;
}

/** Reads the lines of ffmpeg's `framecrc` muxer: a head with the time base, then stream, dts, pts, … per picture. */
export function readTimeStamps(
  pipe: Readable,
  nowMs: () => number,
  onArrival?: () => void,
): { /** The next one, or null when the pipe has ended. */ next(): Promise<TimeStamp | null> } {
  const read: TimeStamp[] = [];
  let msPerTick = 1 / 90;
  let rest = '';
  let isEnded = false;
  let wake: (() => void) | undefined;
  pipe.setEncoding('utf8').on('data', (text: string) => {
    const arrivedAtMs = nowMs();
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, over, under] = /^#tb 0: (\d+)\/(\d+)/.exec(line) ?? [];
      if (over !== undefined) msPerTick = (1_000 * Number(over)) / Number(under);
      const pts = /^0, *-?\d+, *(-?\d+),/.exec(line)?.[1];
      if (pts === undefined) continue;
      read.push({ ptsMs: Number(pts) * msPerTick, arrivedAtMs });
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
