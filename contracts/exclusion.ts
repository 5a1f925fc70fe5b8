import { z } from 'zod';
import { DeviceCode, historyFields } from './history-listing.ts';
import { EpochMs } from './ids.ts';
import { table } from './table.ts';

/**
 * Somebody asks that a camera is not judged for a while. Whether it is granted follows from the record alone: reason,
 * approver, when it was written, proof, and 8 hours per camera and calendar month.
 */
export const Exclusion = z
  .strictObject({
    exclusionId: z.string().min(1),
    cameraId: DeviceCode,
    fromMs: EpochMs,
    toMs: EpochMs,
    /** `plannedMaintenance`, `roadWorks`, `trialRun`, `gridPowerCut`, `forceMajeure`; others are refused by verdict. */
    reason: z.string(),
    /** Blank: nobody approved it. */
    approver: z.string(),
    /** Null: not known; such a record never was in time. */
    createdAtMs: EpochMs.nullable(),
    /** Number of the proof; blank: none. */
    evidence: z.string(),
    ...historyFields,
  })
  .meta({ id: 'Exclusion' });
export type Exclusion = z.infer<typeof Exclusion>;

export const exclusionTable = table({
  name: 'exclusion',
  schema: Exclusion,
  orderBy: ['exclusionId', 'ordinal'],
  versionBy: 'updatedAtMs',
});
