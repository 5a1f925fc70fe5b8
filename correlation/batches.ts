import type { Clock } from '../kernel/index.ts';

/**
 * Gather what is there: a batch ends when it is full, or `maxAgeMs` after its first item. An idle source gives
 * nothing; an ending one gives what it has left.
 * @param open starts the source; the signal it gets aborts with `options.signal`, and when the reader leaves, so that
 *   a source that waits for news does not hold up a reader that has failed.
 * @param options.isFull asked after every item.
 */
export async function* inBatches<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  options: {
    readonly isFull: (batch: readonly T[]) => boolean;
    readonly maxAgeMs: number;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<readonly T[], void, undefined> {
  const { isFull, maxAgeMs, clock } = options;
  const left = new AbortController();
  const iterator = open(AbortSignal.any([options.signal, left.signal]))[Symbol.asyncIterator]();
  const pull = (): Promise<IteratorResult<T>> => {
    const pulled = iterator.next();
    // A reader that leaves early must not be met by the rejection of a pull that nobody waits for any more.
    pulled.catch(() => undefined);
    return pulled;
  };
  let next = pull();
  try {
    for (;;) {
      const first = await next;
      if (first.done === true) return;
      const batch = [first.value];
      next = pull();
      const full = new AbortController();
      const old = clock.sleep(maxAgeMs, full.signal).then(
        () => null,
        () => null,
      );
      while (!isFull(batch)) {
        const more = await Promise.race([next, old]);
        // The end of the source is met again by the next round.
        if (more === null || more.done === true) break;
        batch.push(more.value);
        next = pull();
      }
      full.abort();
      yield batch;
    }
  } finally {
    left.abort();
    await iterator.return?.();
  }
}
