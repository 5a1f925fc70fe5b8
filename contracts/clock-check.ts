import { z } from 'zod';
import { DeviceCode, historyFields, monthOf } from './history-listing.ts';
import { EpochMs } from './ids.ts';
import { table } from './table.ts';

/** One measurement of a device's clock. */
export const ClockCheck = z
  .strictObject({
    cameraId: DeviceCode,
    measuredAtMs: EpochMs,
    /** Device minus true time, s; null: the measurement failed. */
    offsetS: z.number().nullable(),
    /** ± of the measurement, s; null: not told. */
    errorS: z.number().nonnegative().nullable(),
    ...historyFields,
  })
  .meta({ id: 'ClockCheck' });
export type ClockCheck = z.infer<typeof ClockCheck>;

export const clockCheckTable = table({
  name: 'clock_check',
  schema: ClockCheck,
  orderBy: ['cameraId', 'measuredAtMs', 'source', 'ordinal'],
  versionBy: 'updatedAtMs',
  partitionBy: monthOf('measuredAtMs'),
});
