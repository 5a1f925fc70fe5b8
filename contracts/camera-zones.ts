import { z } from 'zod';
import { Person } from './person.ts';
import { Zone } from './event-kind.ts';
import { CameraId, EpochMs } from './ids.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

/** The zones of one camera as somebody drew them; they take the place of those in the configuration. */
export const CameraZones = z
  .strictObject({
    cameraId: CameraId,
    zones: z.array(Zone).max(50),
    updatedAtMs: EpochMs,
    updatedBy: Person,
  })
  .meta({ id: 'CameraZones' });
export type CameraZones = z.infer<typeof CameraZones>;

export const cameraZones = topic({
  name: 'camera-zones.v1',
  schema: CameraZones,
  keySpace: 'camera',
  key: ({ cameraId }) => cameraId,
  isCompacted: true,
});

export const cameraZonesTable = table({
  name: 'camera_zones',
  schema: CameraZones,
  orderBy: ['cameraId'],
  versionBy: 'updatedAtMs',
});
