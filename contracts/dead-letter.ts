import { z } from 'zod';
import { EpochMs } from './ids.ts';
import { topic } from './topic.ts';

/** A message that could not be handled: where it stood, why, and its bytes as they were. */
export const DeadLetter = z
  .strictObject({
    sourceTopic: z.string(),
    partition: z.int().nonnegative(),
    offset: z.int().nonnegative(),
    key: z.string(),
    reasonCode: z.string(),
    reason: z.string(),
    rawBase64: z.string(),
    failedAtMs: EpochMs,
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.infer<typeof DeadLetter>;

export const deadLetters = topic({
  name: 'dead-letter.v1',
  schema: DeadLetter,
  keySpace: 'source',
  key: (letter) => letter.sourceTopic,
});
