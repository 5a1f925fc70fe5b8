import type { Bus } from '../bus/index.ts';
import { type Camera, cameras } from '../contracts/index.ts';
import { errorFields, type Log } from '../kernel/index.ts';

/** The newest asset file of every camera, as the bus tells it. */
export interface CameraDirectory {
  get(cameraId: string): Camera | undefined;
  /** Every camera there is. */
  all(): readonly Camera[];
}

/** Read along with camera.v1 from its beginning; runs until `signal` aborts. */
export function followCameras(bus: Bus, log: Log, signal: AbortSignal): CameraDirectory {
  const known = new Map<string, Camera>();
  const follow = async (): Promise<void> => {
    for await (const { record } of bus.tail([cameras], { from: 'earliest', signal })) {
      const held = known.get(record.cameraId);
      if (held === undefined || held.updatedAtMs <= record.updatedAtMs) known.set(record.cameraId, record);
    }
  };
  follow().catch((error: unknown) => {
    log.error(errorFields(error), 'the camera file is no longer followed');
  });
  return { get: (cameraId) => known.get(cameraId), all: () => [...known.values()] };
}
