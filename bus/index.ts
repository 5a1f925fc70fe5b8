import { join } from 'node:path';
import type { Clock, Config, Log } from '../kernel/index.ts';
import type { Bus } from './bus.ts';
import { openEmbeddedBus } from './embedded/embedded-bus.ts';
import { openKafkaBus } from './kafka/kafka-bus.ts';

export type * from './bus.ts';

/**
 * Open the bus that the configuration names. Close it after everything that uses it.
 * @param parts.dataDir the embedded log lies in its subfolder `bus`.
 * @throws PipelineError DATA_DIR_IN_USE, DATA_DIR_UNUSABLE, DISK_FULL (embedded); BUS_UNREACHABLE, CONFIG_INVALID (Kafka).
 */
export async function openBus(
  config: Config['bus'],
  parts: { readonly dataDir: string; readonly clock: Clock; readonly log: Log },
): Promise<Bus> {
  if (config.kind === 'kafka') {
    return await openKafkaBus({ ...config, clock: parts.clock, log: parts.log });
  }
  return await openEmbeddedBus({
    dir: join(parts.dataDir, 'bus'),
    retentionMs: config.retentionHours * 3_600_000,
    clock: parts.clock,
  });
}
