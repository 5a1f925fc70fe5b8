import { z } from 'zod';
import { DeviceCode, historyFields, monthOf } from './history-listing.ts';
import { EpochMs } from './ids.ts';
import { table } from './table.ts';

/** A stretch of recording that the recorder keeps of a camera; segments may overlap. */
export const RecordingSegment = z
  .strictObject({
    cameraId: DeviceCode,
    fromMs: EpochMs,
    toMs: EpochMs,
    /** When the recorder dropped it; null: it is kept. */
    deletedAtMs: EpochMs.nullable(),
    ...historyFields,
  })
  .meta({ id: 'RecordingSegment' });
export type RecordingSegment = z.infer<typeof RecordingSegment>;

export const recordingSegmentTable = table({
  name: 'recording_segment',
  schema: RecordingSegment,
  orderBy: ['cameraId', 'fromMs', 'source', 'ordinal'],
  versionBy: 'updatedAtMs',
  partitionBy: monthOf('fromMs'),
});
