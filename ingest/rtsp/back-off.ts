import type { Clock } from '../../kernel/index.ts';

/**
 * How long to wait before the next attempt: twice as long each time, and by chance, so that the cameras of a street
 * whose switch restarted do not all come back in the same moment.
 * @param failures in a row, at least 1.
 * @param chance 0 … 1.
 */
export function backOffMs(
  failures: number,
  limits: { readonly reconnectMinMs: number; readonly reconnectMaxMs: number },
  chance: number,
): number {
  const fullMs = Math.min(limits.reconnectMaxMs, limits.reconnectMinMs * 2 ** Math.min(failures - 1, 20));
  return fullMs / 2 + (fullMs / 2) * chance;
}

/** Connections are opened one after the other: many at once starve each other and time out together. */
const betweenStartsMs = 300;
let nextStartAtMs = 0;

/** Wait for this camera's turn to connect. */
export async function awaitTurn(clock: Clock, signal: AbortSignal): Promise<void> {
  const nowMs = clock.monotonicMs();
  const startAtMs = Math.max(nowMs, nextStartAtMs);
  nextStartAtMs = startAtMs + betweenStartsMs;
  if (startAtMs > nowMs) await clock.sleep(startAtMs - nowMs, signal);
}
