import { cameraHealth, type Topic } from '../contracts/index.ts';
import {
  correlationGroup,
  correlationTopics,
  healthHistoryGroup,
  sinkGroupOf,
  sinkTopics,
} from '../correlation/index.ts';
import type { Base } from './services.ts';

const everyMs = 50;

/**
 * Wait until correlation and tables have taken everything that was published: then a command may end and the next
 * one finds its work done.
 * @param onProgress is told how many of the records that were waiting are taken.
 */
export async function drain(
  { bus, clock }: Base,
  signal: AbortSignal,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  // A record that correlation takes becomes one that the tables wait for, so all must be empty in one look.
  const waits: readonly (readonly [Topic, string])[] = [
    [cameraHealth, healthHistoryGroup],
    ...correlationTopics.map((topic): [Topic, string] => [topic, correlationGroup]),
    ...sinkTopics.map((topic): [Topic, string] => [topic, sinkGroupOf(topic)]),
  ];
  let total = 0;
  while (!signal.aborted) {
    const lags = await Promise.all(waits.map(async ([topic, group]) => await bus.lag(topic, group)));
    const left = lags.reduce((sum, lag) => sum + lag, 0);
    total = Math.max(total, left);
    onProgress?.(total - left, total);
    if (left === 0) return;
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }
}
