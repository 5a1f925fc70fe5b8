import { z } from 'zod';
import { DeviceCode, historyFields } from './history-listing.ts';
import { EpochMs } from './ids.ts';
import { table } from './table.ts';

/** One look at a camera's on-screen text; null: that part was not looked at. */
export const OsdCheck = z
  .strictObject({
    cameraId: DeviceCode,
    checkedAtMs: EpochMs,
    isDateTimePresent: z.boolean().nullable(),
    isDateTimeMoving: z.boolean().nullable(),
    isPlaceNameRight: z.boolean().nullable(),
    isSceneUncovered: z.boolean().nullable(),
    ...historyFields,
  })
  .meta({ id: 'OsdCheck' });
export type OsdCheck = z.infer<typeof OsdCheck>;

export const osdCheckTable = table({
  name: 'osd_check',
  schema: OsdCheck,
  orderBy: ['cameraId', 'checkedAtMs', 'source', 'ordinal'],
  versionBy: 'updatedAtMs',
});
