import { z } from 'zod';
import { DeviceCode, historyFields } from './history-listing.ts';
import { EpochMs } from './ids.ts';
import { table } from './table.ts';

/** What was measured of a camera's stream, beside what its file declares. Null: it gave none. */
export const MeasuredStream = z
  .strictObject({
    cameraId: DeviceCode,
    /** 0: the listing does not tell. */
    measuredAtMs: EpochMs,
    /** Address it answered at. */
    ipAddress: z.string().nullable(),
    widthPx: z.int().positive().nullable(),
    heightPx: z.int().positive().nullable(),
    codec: z.string().nullable(),
    /** When a live picture was last pulled. */
    lastPullAtMs: EpochMs.nullable(),
    ...historyFields,
  })
  .meta({ id: 'MeasuredStream' });
export type MeasuredStream = z.infer<typeof MeasuredStream>;

export const measuredStreamTable = table({
  name: 'measured_stream',
  schema: MeasuredStream,
  orderBy: ['cameraId', 'measuredAtMs', 'source', 'ordinal'],
  versionBy: 'updatedAtMs',
});
