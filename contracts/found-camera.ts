import { z } from 'zod';
import { CameraStream } from './camera.ts';

/** What a device says of one of its cameras: enough to put it on file, or to find it there. */
export const FoundCamera = z
  .strictObject({
    /** 20-digit code, when a person says which camera it is; null: found by serial number, MAC or IP address. */
    cameraId: z.string().nullable(),
    name: z.string().min(1),
    manufacturer: z.string().nullable(),
    model: z.string().nullable(),
    serialNumber: z.string().nullable(),
    macAddress: z.string().nullable(),
    ipAddress: z.string().nullable(),
    onvifAddress: z.string().nullable(),
    /** Which of the device's cameras it is; null: it has one. */
    channel: z.string().nullable(),
    declaredWidthPx: z.int().positive().nullable(),
    declaredHeightPx: z.int().positive().nullable(),
    streams: z.array(CameraStream),
  })
  .meta({ id: 'FoundCamera' });
export type FoundCamera = z.infer<typeof FoundCamera>;

export const FoundCameraList = z
  .strictObject({ items: z.array(FoundCamera).max(10_000) })
  .meta({ id: 'FoundCameraList' });

/** What came of putting found cameras on file. */
export const RegistrationReport = z
  .strictObject({
    items: z.array(
      z.strictObject({
        cameraId: z.string(),
        name: z.string(),
        /** `moved`: known, under another IP address; `refused`: what it says contradicts the file. */
        outcome: z.enum(['added', 'changed', 'moved', 'unchanged', 'refused']),
        /** By what it was recognised, or why it was refused. */
        reason: z.string(),
      }),
    ),
  })
  .meta({ id: 'RegistrationReport' });
export type RegistrationReport = z.infer<typeof RegistrationReport>;
