/** Memory of one picture, given out and taken back. */
export interface FrameSlot {
  /** Lies on a SharedArrayBuffer, so that worker threads read it without a copy. */
  readonly data: Uint8Array<SharedArrayBuffer>;
  /** Give the memory back; calling it twice does nothing. */
  readonly release: () => void;
}

/**
 * A bounded set of equal buffers. They are made as they are first needed and then reused until the end, so that a
 * running camera allocates nothing per picture.
 */
export interface FramePool {
  /** A free buffer, or null when all are out. */
  tryTake(): FrameSlot | null;
  /** Waits for a free buffer; rejects with the reason of `signal`. */
  take(signal: AbortSignal): Promise<FrameSlot>;
  /** How many are out now. */
  readonly leasedCount: number;
}

export function createFramePool(frameBytes: number, capacity: number): FramePool {
  const free: Uint8Array<SharedArrayBuffer>[] = [];
  const waiters: (() => void)[] = [];
  let madeCount = 0;

  const tryTake = (): FrameSlot | null => {
    let data = free.pop();
    if (data === undefined) {
      if (madeCount === capacity) return null;
      madeCount++;
      data = new Uint8Array(new SharedArrayBuffer(frameBytes));
    }
    const memory = data;
    let isOut = true;
    const release = (): void => {
      if (!isOut) return;
      isOut = false;
      free.push(memory);
      waiters.shift()?.();
    };
    return { data: memory, release };
  };

  return {
    tryTake,
    async take(signal) {
      for (;;) {
        signal.throwIfAborted();
        const slot = tryTake();
        if (slot !== null) return slot;
        const freed = Promise.withResolvers<void>();
        waiters.push(freed.resolve);
        signal.addEventListener('abort', () => freed.resolve(), { once: true });
        await freed.promise;
      }
    },
    get leasedCount() {
      return madeCount - free.length;
    },
  };
}
