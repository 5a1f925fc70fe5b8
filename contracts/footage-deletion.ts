import { z } from 'zod';
import { AreaCode, EpochMs, Uuid } from './ids.ts';
import { MediaRef } from './media.ts';
import { table } from './table.ts';

/**
 * Proof that the stills and clips of something that no case needs are gone: what they were by their hashes, by which
 * rule they went, and when. It stays when they are gone.
 */
export const FootageDeletion = z
  .strictObject({
    /** The incident, or the suppressed event, that they belonged to. */
    subjectId: Uuid,
    /** 1: about to be deleted; 2: deleted. Killed in between, the deletion is done again. */
    version: z.literal([1, 2]),
    areaCode: AreaCode,
    /** `rejectedIncident`: an officer found that it was none. `unraisedEvent`: a zone suppressed it and nobody raised it. */
    rule: z.enum(['rejectedIncident', 'unraisedEvent']),
    /** Days that they are kept for. */
    keptDays: z.int().positive(),
    /** From when these days count: captured, brought in or judged, whichever was last. */
    lastNeededAtMs: EpochMs,
    /** Null: not deleted yet. */
    deletedAtMs: EpochMs.nullable(),
    media: z.array(
      MediaRef.pick({
        mediaId: true,
        role: true,
        mimeType: true,
        sizeBytes: true,
        sha256: true,
        capturedFromMs: true,
        capturedToMs: true,
      }),
    ),
  })
  .meta({ id: 'FootageDeletion' });
export type FootageDeletion = z.infer<typeof FootageDeletion>;

export const footageDeletionTable = table({
  name: 'footage_deletion',
  schema: FootageDeletion,
  orderBy: ['subjectId'],
  versionBy: 'version',
});

/** Proofs of deletion, newest first. */
export const FootageDeletionList = z
  .strictObject({ items: z.array(FootageDeletion) })
  .meta({ id: 'FootageDeletionList' });
export type FootageDeletionList = z.infer<typeof FootageDeletionList>;
