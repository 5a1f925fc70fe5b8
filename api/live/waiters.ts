/** Those who wait for one answer each, by what they wait for. */
export interface Waiters<T> {
  /** @returns the answer, or null after `timeoutMs`, when cancelled or at the end. */
  wait(key: string, timeoutMs: number): Waiting<T>;
  /** Hand over an answer; nobody may be waiting for it. */
  answer(key: string, answer: T): void;
  /** Let everybody go without an answer. */
  end(): void;
}

export interface Waiting<T> {
  readonly answer: Promise<T | null>;
  cancel(): void;
}

export function openWaiters<T>(): Waiters<T> {
  const waiters = new Map<string, (answer: T | null) => void>();
  return {
    wait(key, timeoutMs) {
      const { promise, resolve } = Promise.withResolvers<T | null>();
      const end = (answer: T | null): void => {
        clearTimeout(timer);
        waiters.delete(key);
        resolve(answer);
      };
      const timer = setTimeout(() => end(null), timeoutMs);
      waiters.set(key, end);
      return { answer: promise, cancel: () => end(null) };
    },
    answer: (key, answer) => waiters.get(key)?.(answer),
    end() {
      for (const end of waiters.values()) end(null);
    },
  };
}
