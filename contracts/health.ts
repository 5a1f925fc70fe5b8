import { z } from 'zod';
import { AreaCode, CameraId, EpochMs } from './ids.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

export const CameraState = z.enum([
  'online',
  'offline',
  'unknown',
  'maintenance',
  'notCommissioned',
  'retired',
]);
export type CameraState = z.infer<typeof CameraState>;

/**
 * What ingest saw of one camera at one moment: published at every change of state and as a heartbeat between.
 * A state holds until the next sample of the camera, at most `validForMs`; after that it is unknown.
 */
export const CameraHealth = z
  .strictObject({
    cameraId: CameraId,
    areaCode: AreaCode,
    observedAtMs: EpochMs,
    state: CameraState,
    /** Error code or reason, e.g. `INGEST_RTSP_AUTH`, `frames-advance`, `end-of-file`. */
    cause: z.string(),
    validForMs: z.int().positive(),
    measuredWidthPx: z.int().positive().nullable(),
    measuredHeightPx: z.int().positive().nullable(),
    codec: z.string().nullable(),
    framesPerSecond: z.number().nonnegative().nullable(),
    lastFrameAtMs: EpochMs.nullable(),
    framesDropped: z.int().nonnegative(),
    /** Device clock minus wall clock; null when not measured. */
    clockOffsetMs: z.int().nullable(),
  })
  .meta({ id: 'CameraHealth' });
export type CameraHealth = z.infer<typeof CameraHealth>;

export const cameraHealth = topic({
  name: 'health.v1',
  schema: CameraHealth,
  keySpace: 'camera',
  key: (health) => health.cameraId,
});

export const cameraHealthTable = table({
  name: 'camera_health',
  schema: CameraHealth,
  orderBy: ['cameraId', 'observedAtMs'],
});
