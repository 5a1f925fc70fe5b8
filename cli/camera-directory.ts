import type { z } from 'zod';
import type { Bus } from '../bus/index.ts';
import { type Camera, cameras, cameraZones, type Topic, type Zone } from '../contracts/index.ts';
import { errorFields, type Log } from '../kernel/index.ts';

/** What is on file about every camera, as the bus tells it. */
export interface CameraDirectory {
  /** The newest asset file. */
  get(cameraId: string): Camera | undefined;
  /** Every camera there is. */
  all(): readonly Camera[];
  /** The zones somebody drew; undefined where nobody did. */
  zonesOf(cameraId: string): readonly Zone[] | undefined;
}

/** Read along with what is known of cameras from its beginning; runs until `signal` aborts. */
export function followCameras(bus: Bus, log: Log, signal: AbortSignal): CameraDirectory {
  const files = followNewest(cameras, { bus, log, signal });
  const zones = followNewest(cameraZones, { bus, log, signal });
  return {
    get: (cameraId) => files.get(cameraId),
    all: () => [...files.values()],
    zonesOf: (cameraId) => zones.get(cameraId)?.zones,
  };
}

/** The newest record of each camera; the map grows as the topic is read. */
function followNewest<S extends z.ZodType<{ readonly cameraId: string; readonly updatedAtMs: number }>>(
  topic: Topic<S>,
  { bus, log, signal }: { readonly bus: Bus; readonly log: Log; readonly signal: AbortSignal },
): ReadonlyMap<string, z.infer<S>> {
  const known = new Map<string, z.infer<S>>();
  const follow = async (): Promise<void> => {
    for await (const { record } of bus.tail([topic], { from: 'earliest', signal })) {
      const held = known.get(record.cameraId);
      if (held === undefined || held.updatedAtMs <= record.updatedAtMs) known.set(record.cameraId, record);
    }
  };
  follow().catch((error: unknown) => {
    log.error(
      { ...errorFields(error), topic: topic.name },
      'what is on file about cameras is no longer followed',
    );
  });
  return known;
}
