import type { Topic } from '../contracts/index.ts';
import { correlationGroup, correlationTopics, sinkGroupOf, sinkTopics } from '../correlation/index.ts';
import type { Base } from './services.ts';

const everyMs = 50;

/**
 * Wait until correlation and tables have taken everything that was published: then a command may end and the next
 * one finds its work done.
 */
export async function drain({ bus, clock }: Base, signal: AbortSignal): Promise<void> {
  const waits: readonly (readonly [Topic, string])[] = [
    // Correlation first: what it publishes is waited for by the tables.
    ...correlationTopics.map((topic): [Topic, string] => [topic, correlationGroup]),
    ...sinkTopics.map((topic): [Topic, string] => [topic, sinkGroupOf(topic)]),
  ];
  for (const [topic, group] of waits) {
    while (!signal.aborted && (await bus.lag(topic, group)) > 0) {
      await clock.sleep(everyMs, signal).catch(() => undefined);
    }
  }
}
