import { z } from 'zod';
import { ImportSummary } from './api-view.ts';

/** One objection to a cell of a camera file. */
export const CameraFileObjection = z
  .strictObject({
    /** Data row, the first being 1. */
    row: z.int().positive(),
    /** Line of the file, the heading being line 1. */
    line: z.int().positive(),
    /** Heading of the column; blank: the row as a whole. */
    column: z.string(),
    found: z.string(),
    kind: z.string(),
    /** An error refuses the row; a warning lets it in, flagged; a repair lets it in as repaired. */
    severity: z.enum(['error', 'warning', 'repairable']),
    reason: z.string(),
    /** What the cell becomes; null: it stays. */
    repairedTo: z.string().nullable(),
    /** Data row of the other camera of a pair. */
    otherRow: z.int().positive().nullable(),
  })
  .meta({ id: 'CameraFileObjection' });
export type CameraFileObjection = z.infer<typeof CameraFileObjection>;

/** How a rule about the archive (一机一档) stands over the whole camera file, with the import as it would be. */
export const ArchiveRuleFinding = z
  .strictObject({
    /** `A1` … `A11` of accuracy, `completeness`, or `consistency`. */
    rule: z.string(),
    okCount: z.int().nonnegative(),
    failedCount: z.int().nonnegative(),
    /** Cameras that fail it: at most 20. */
    failed: z.array(z.string()),
  })
  .meta({ id: 'ArchiveRuleFinding' });
export type ArchiveRuleFinding = z.infer<typeof ArchiveRuleFinding>;

/** What an import of a camera file does, or would do. */
export const CameraImportReport = ImportSummary.extend({
  /** `false`: a dry run; nothing was changed. */
  isApplied: z.boolean(),
  addedCount: z.int().nonnegative(),
  changedCount: z.int().nonnegative(),
  unchangedCount: z.int().nonnegative(),
  repairedCount: z.int().nonnegative(),
  /** Cameras whose device got another IP address. */
  moved: z.array(z.strictObject({ cameraId: z.string(), fromIp: z.string(), toIp: z.string() })),
  objections: z.array(CameraFileObjection),
  archiveRules: z.array(ArchiveRuleFinding),
}).meta({ id: 'CameraImportReport' });
export type CameraImportReport = z.infer<typeof CameraImportReport>;
