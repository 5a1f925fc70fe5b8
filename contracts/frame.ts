import { z } from 'zod';
import { CameraId, EpochMs } from './ids.ts';

/**
 * One decoded picture. In process only: pixels never travel on the bus, so it has no topic and no table.
 *
 * `data` is planar YUV 4:2:0 (I420): luma `widthPx * heightPx` bytes, then U and V of a quarter each.
 */
export const Frame = z
  .strictObject({
    cameraId: CameraId,
    /** Camera time mapped to wall time, never arrival time. */
    capturedAtMs: EpochMs,
    /** Milliseconds since the first frame of this session or file. */
    mediaTimeMs: z.number().nonnegative(),
    widthPx: z.int().positive(),
    heightPx: z.int().positive(),
    /** Size of the picture as the camera sent it. */
    sourceWidthPx: z.int().positive(),
    sourceHeightPx: z.int().positive(),
    pixelFormat: z.literal('yuv420p'),
    // Not `instanceof`: the memory may be shared with other threads.
    data: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  })
  .meta({ id: 'Frame' });
export type Frame = z.infer<typeof Frame>;
