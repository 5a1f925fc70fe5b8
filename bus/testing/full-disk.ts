import { PipelineError, systemClock } from '../../kernel/index.ts';
import type { EmbeddedBus } from '../embedded/embedded-bus.ts';
import { openEmbeddedBus } from '../embedded/embedded-bus.ts';
import { markTopic } from './place.ts';

/** Fills the small disk at argv[2] through the bus, makes room again, and says on stdout how each step went. */
const dir = process.argv[2] ?? '';
// LMDB's own complaint about the failed commit.
Object.assign(console, { error: () => undefined });
const topic = markTopic('full');
const pad = 'x'.repeat(20_000);

async function fill(bus: EmbeddedBus): Promise<{ acknowledged: number; error: unknown }> {
  for (let n = 1; ; n++) {
    try {
      await bus.publish(topic, [{ key: 'k', n, pad }]);
    } catch (error) {
      return { acknowledged: n - 1, error };
    }
  }
}

const retentionMs = 3_600_000;
let passedMs = 0;
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + passedMs };
const bus = await openEmbeddedBus({ dir, retentionMs, clock });
const { acknowledged, error } = await fill(bus);
const readable = await bus.lag(topic, 'nobody');
passedMs = retentionMs + 1_000;
await bus.trim();
const afterwards = await bus.publish(topic, [{ key: 'k', n: 0, pad }]).then(
  () => 'published',
  (reason: unknown) => String(reason),
);
await bus[Symbol.asyncDispose]();
const { code, retryable } = error instanceof PipelineError ? error : { code: String(error), retryable: null };
process.stdout.write(JSON.stringify({ code, retryable, acknowledged, readable, afterwards }));
