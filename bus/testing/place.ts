import { z } from 'zod';
import { type KeySpace, type Topic, topic } from '../../contracts/index.ts';
import { openLog, systemClock } from '../../kernel/index.ts';
import type { Bus } from '../bus.ts';
import { openEmbeddedBus } from '../embedded/embedded-bus.ts';
import { openKafkaBus } from '../kafka/kafka-bus.ts';

/** Where a bus keeps its records; plain data, so that a child process can be told. */
export type Place =
  | { readonly kind: 'embedded'; readonly dir: string }
  | { readonly kind: 'kafka'; readonly brokers: readonly string[] };

export const quietLog = openLog({ level: 'silent' });

/** Short, so that what a killed consumer leaves behind is taken over while a test waits. */
const sessionTimeoutMs = 2_000;

export async function openPlace(place: Place): Promise<Bus> {
  if (place.kind === 'embedded') {
    return await openEmbeddedBus({ dir: place.dir, retentionMs: 3_600_000, clock: systemClock });
  }
  return await openKafkaBus({
    brokers: place.brokers,
    clientId: 'bus-test',
    replicationFactor: 1,
    sessionTimeoutMs,
    clock: systemClock,
    log: quietLog,
  });
}

export const Mark = z.strictObject({ key: z.string(), n: z.int(), pad: z.string().optional() });
export type Mark = z.infer<typeof Mark>;
export type MarkTopic = Topic<typeof Mark>;

/** A topic of numbered marks. */
export const markTopic = (name: string, keySpace: KeySpace = 'area'): MarkTopic =>
  topic({ name, schema: Mark, keySpace, key: (mark) => mark.key });
