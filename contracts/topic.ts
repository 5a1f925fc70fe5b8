import type { z } from 'zod';

/** Topics with the same key space share one partition count, so that a key lands in the same partition of each. */
export type KeySpace = 'camera' | 'area' | 'source';

/** Partitions per key space. Raising one needs a new topic version: a key must not move. */
export const partitionsOf: Readonly<Record<KeySpace, number>> = { camera: 16, area: 8, source: 1 };

/** A named stream of one record type on the bus. */
export interface Topic<S extends z.ZodType = z.ZodType, N extends string = string> {
  /** Name and version, e.g. `scene-event.v1`. */
  readonly name: N;
  readonly schema: S;
  readonly keySpace: KeySpace;
  key(record: z.infer<S>): string;
  /** Only the newest record of each key is kept for ever; others are trimmed by retention. */
  readonly isCompacted: boolean;
}

/** Declare a topic beside its schema. */
export function topic<S extends z.ZodType, const N extends string>(
  declared: Omit<Topic<S, N>, 'isCompacted'> & { isCompacted?: boolean },
): Topic<S, N> {
  return { isCompacted: false, ...declared };
}
