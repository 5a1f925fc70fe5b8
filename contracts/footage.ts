import { z } from 'zod';
import { CameraId, EpochMs, Uuid } from './ids.ts';
import { topic } from './topic.ts';

const share = z.number().min(0).max(1);

/** Where a vehicle was in the picture at one moment of its passage. */
export const PassageMoment = z
  .strictObject({ atMs: EpochMs, xNorm: share, yNorm: share, wNorm: share, hNorm: share })
  .meta({ id: 'PassageMoment' });
export type PassageMoment = z.infer<typeof PassageMoment>;

/**
 * Cut pictures of one passage from the recording, for one approved route. Whoever holds the camera's recording puts
 * them with the route; pictures themselves never travel on the bus.
 */
export const FootageRequest = z
  .strictObject({
    requestId: Uuid,
    routeId: Uuid,
    sightingId: z.string().min(1).max(200),
    cameraId: CameraId,
    /** `look`: one masked still. `plate`: crops of the vehicle as well, one per moment. */
    purpose: z.enum(['look', 'plate']),
    /** The one that shows most of the vehicle first. */
    moments: z.array(PassageMoment).min(1).max(8),
    askedAtMs: EpochMs,
  })
  .meta({ id: 'FootageRequest' });
export type FootageRequest = z.infer<typeof FootageRequest>;

export const footageRequests = topic({
  name: 'footage-request.v1',
  schema: FootageRequest,
  keySpace: 'camera',
  key: (request) => request.cameraId,
});

/** What became of it. */
export const FootageAnswer = z
  .strictObject({
    requestId: Uuid,
    cameraId: CameraId,
    /** `unavailable`: nothing was recorded then, or it is kept no more. `failed`: it could not be made, faces hidden. */
    outcome: z.enum(['kept', 'unavailable', 'failed']),
  })
  .meta({ id: 'FootageAnswer' });
export type FootageAnswer = z.infer<typeof FootageAnswer>;

export const footageAnswers = topic({
  name: 'footage.v1',
  schema: FootageAnswer,
  keySpace: 'camera',
  key: (answer) => answer.cameraId,
});
