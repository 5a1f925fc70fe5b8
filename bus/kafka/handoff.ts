/**
 * Passes items one at a time from a producer that pushes to a reader that pulls. Holds nothing back: the producer
 * waits until the reader asks.
 */
export interface Handoff<T> {
  /** Resolves true once the reader has taken the item, false when the handoff was closed or the item withdrawn. */
  give(item: T): Promise<boolean>;
  /** Take back the item that nobody has taken yet. */
  withdraw(): void;
  /** The next item; null at the end. @throws what it was closed with. */
  take(): Promise<T | null>;
  /** Whether the reader waits. */
  isAwaited(this: void): boolean;
  close(this: void, error?: Error): void;
}

export function createHandoff<T>(): Handoff<T> {
  let offered: { item: T; taken: (isTaken: boolean) => void } | null = null;
  let reader: PromiseWithResolvers<T | null> | null = null;
  let end: { error: Error | undefined } | null = null;

  return {
    async give(item) {
      if (end !== null) return false;
      if (reader !== null) {
        reader.resolve(item);
        reader = null;
        return true;
      }
      return await new Promise<boolean>((taken) => {
        offered = { item, taken };
      });
    },
    withdraw() {
      offered?.taken(false);
      offered = null;
    },
    async take() {
      if (end !== null) {
        if (end.error !== undefined) throw end.error;
        return null;
      }
      if (offered !== null) {
        const { item, taken } = offered;
        offered = null;
        taken(true);
        return item;
      }
      reader = Promise.withResolvers<T | null>();
      return await reader.promise;
    },
    isAwaited: () => reader !== null,
    close(error) {
      if (end !== null) return;
      end = { error };
      offered?.taken(false);
      offered = null;
      if (error === undefined) reader?.resolve(null);
      else reader?.reject(error);
      reader = null;
    },
  };
}
