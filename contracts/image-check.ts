import { z } from 'zod';
import { DeviceCode, historyFields, monthOf } from './history-listing.ts';
import { EpochMs } from './ids.ts';
import { PicturePass } from './picture-check.ts';
import { table } from './table.ts';

/** One diagnosis of a camera's picture. It counts only if the camera was online then, and holds for at most 26 hours. */
export const ImageCheck = z
  .strictObject({
    cameraId: DeviceCode,
    checkedAtMs: EpochMs,
    pass: PicturePass,
    /** `normal`, `unknown`, or the name of a fault, e.g. `occlusion`. */
    result: z.string().min(1),
    ...historyFields,
  })
  .meta({ id: 'ImageCheck' });
export type ImageCheck = z.infer<typeof ImageCheck>;

export const imageCheckTable = table({
  name: 'image_check',
  schema: ImageCheck,
  orderBy: ['cameraId', 'checkedAtMs', 'source', 'ordinal'],
  versionBy: 'updatedAtMs',
  partitionBy: monthOf('checkedAtMs'),
});
