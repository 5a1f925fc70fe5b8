/** Lets one waiter sleep until somebody nudges it. A nudge while nobody sleeps is kept. */
export interface Wake {
  nudge(this: void): void;
  /** Resolves at the next nudge, or at once when there was one since the last wait. */
  wait(): Promise<void>;
}

export function createWake(): Wake {
  let isNudged = false;
  let sleeper: (() => void) | null = null;
  return {
    nudge() {
      isNudged = true;
      sleeper?.();
    },
    async wait() {
      if (!isNudged) {
        await new Promise<void>((resolve) => {
          sleeper = resolve;
        });
        sleeper = null;
      }
      isNudged = false;
    },
  };
}
