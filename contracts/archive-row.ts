import { z } from 'zod';
import { CameraId, EpochMs } from './ids.ts';
import { table } from './table.ts';

/** What only the archive row (一机一档) of a camera tells, beside the typed fields of `Camera`. */
export const ArchiveRow = z
  .strictObject({
    cameraId: CameraId,
    /** How many columns the archive requires, and which of them are blank. */
    requiredCount: z.int().nonnegative(),
    blankRequired: z.array(z.string()),
    /** 经度, 纬度, 朝向角 as they are written; null where one is blank. */
    placeText: z.string().nullable(),
    /** Position as written, before any conversion; null where it is no number. */
    writtenLonDeg: z.number().nullable(),
    writtenLatDeg: z.number().nullable(),
    /** 分辨率 as written. */
    resolutionText: z.string(),
    /** 是否高清 */
    isDeclaredHd: z.boolean().nullable(),
    /** 是否轨迹追踪: its clock must be right to five seconds. */
    isTracing: z.boolean(),
    updatedAtMs: EpochMs,
  })
  .meta({ id: 'ArchiveRow' });
export type ArchiveRow = z.infer<typeof ArchiveRow>;

export const archiveRowTable = table({
  name: 'archive_row',
  schema: ArchiveRow,
  orderBy: ['cameraId'],
  versionBy: 'updatedAtMs',
});
