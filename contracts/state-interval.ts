import { z } from 'zod';
import { CameraState } from './health.ts';
import { DeviceCode, historyFields, monthOf } from './history-listing.ts';
import { EpochMs } from './ids.ts';
import { table } from './table.ts';

/**
 * A camera was in one state for a time. Intervals may overlap: the one with the later start wins while it lasts, of equal
 * starts the one written later; when it ends, an earlier one that still lasts applies again.
 */
export const CameraStateInterval = z
  .strictObject({
    cameraId: DeviceCode,
    state: CameraState,
    fromMs: EpochMs,
    /**
     * Null: it still lasts, and a later version of the same start brings the end. The probe never leaves it open: it
     * writes up to when the state is known to hold and moves that on, so that a probe that died is seen as not knowing.
     */
    toMs: EpochMs.nullable(),
    /** E.g. `powerCut`, `INGEST_RTSP_AUTH`; `manualEntry` and `correction` are a person's. */
    cause: z.string(),
    ...historyFields,
  })
  .meta({ id: 'CameraStateInterval' });
export type CameraStateInterval = z.infer<typeof CameraStateInterval>;

export const stateIntervalTable = table({
  name: 'state_interval',
  schema: CameraStateInterval,
  orderBy: ['cameraId', 'fromMs', 'source', 'ordinal'],
  versionBy: 'updatedAtMs',
  partitionBy: monthOf('fromMs'),
});
