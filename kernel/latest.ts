/**
 * Keep only the newest `capacity` items of a live source: a slow reader sees fresh ones, never a backlog.
 *
 * @param options.onDrop is called with every item that no reader will see, those held at the end included, so that
 *   buffers can be given back and drops counted.
 * @throws whatever `source` throws; returns quietly once `signal` aborts.
 */
export async function* latest<T>(
  source: AsyncIterable<T>,
  options: { capacity: number; onDrop: (item: T) => void; signal: AbortSignal },
): AsyncGenerator<T, void, undefined> {
  const { capacity, onDrop, signal } = options;
  const held: T[] = [];
  let isEnded = false;
  let isClosed = false;
  let failure: { error: unknown } | undefined;
  let wake = Promise.withResolvers<void>();
  const nudge = (): void => {
    wake.resolve();
  };
  signal.addEventListener('abort', nudge, { once: true });

  const pump = async (): Promise<void> => {
    try {
      for await (const item of source) {
        if (isClosed || signal.aborted) {
          onDrop(item);
          return; // leaving the loop also closes `source`
        }
        held.push(item);
        if (held.length > capacity) onDrop(held.shift() as T);
        nudge();
      }
    } catch (error) {
      failure = { error };
    } finally {
      isEnded = true;
      nudge();
    }
  };
  const pumping = pump();

  try {
    while (!signal.aborted) {
      const next = held.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      if (failure !== undefined) throw failure.error;
      if (isEnded) return;
      wake = Promise.withResolvers<void>();
      await wake.promise;
    }
  } finally {
    signal.removeEventListener('abort', nudge);
    isClosed = true;
    for (const item of held.splice(0)) onDrop(item);
    // A source that is stuck on a silent camera must not hold up its reader.
    if (isEnded) await pumping;
  }
}
