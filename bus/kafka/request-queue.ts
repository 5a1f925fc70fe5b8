import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

let isMended = false;

/**
 * kafkajs 2.2.4 looks at its empty request queue every millisecond, by a timer of −1.7e12 ms, for as long as a
 * connection is open; Node 24 warns about that timer on stderr. Here it looks only when there is something to send.
 * @see https://github.com/tulios/kafkajs/issues/1751
 */
export function mendRequestQueue(): void {
  if (isMended) return;
  isMended = true;
  const load = createRequire(import.meta.url);
  const { prototype } = load('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function whenNeeded(this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };
}
