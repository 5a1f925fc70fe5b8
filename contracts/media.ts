import { z } from 'zod';
import { EpochMs, Uuid } from './ids.ts';

export const StillRole = z.enum(['before', 'arrived', 'putDown', 'departed', 'after']);
export type StillRole = z.infer<typeof StillRole>;

/** One still or clip: where it came from in time, and the proof that it was not changed. */
export const MediaRef = z
  .strictObject({
    mediaId: Uuid,
    /** A still is named by the moment it shows; `clip` is for looking at, `original` is the untouched recording. */
    role: z.enum([...StillRole.options, 'clip', 'original']),
    mimeType: z.string(),
    sizeBytes: z.int().nonnegative(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** Faces are blurred. Only masked media leave by the ordinary routes. */
    isMasked: z.boolean(),
    capturedFromMs: EpochMs,
    capturedToMs: EpochMs,
    widthPx: z.int().positive(),
    heightPx: z.int().positive(),
  })
  .meta({ id: 'MediaRef' });
export type MediaRef = z.infer<typeof MediaRef>;
