import { setTimeout as delay } from 'node:timers/promises';

/** Time as a port: shells are handed one, cores get time-stamped input instead. */
export interface Clock {
  /** Wall time, milliseconds since 1970. */
  nowMs(): number;
  /** Steady time for measuring spans; it never jumps. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects with the reason of `signal`. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
};
