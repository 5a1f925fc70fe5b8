import { z } from 'zod';
import type { Observation } from '../contracts/index.ts';
import type { Store } from '../store/index.ts';

const Key = z.object({
  cameraId: z.string(),
  trackId: z.string(),
  capturedAtMs: z.coerce.number(),
});

const keyOf = (cameraId: string, trackId: string, capturedAtMs: number): string =>
  `${cameraId}/${capturedAtMs}/${trackId}`;

/**
 * Leave out what the store has: a recording that is replayed, or a batch that comes again after a kill, makes the same
 * rows. In the table they replace each other, but the hourly counts fed by them would count both.
 * @returns the observations with the detections that are not stored, null where none are left; in order.
 */
export async function withoutStored(
  store: Store,
  observations: readonly Observation[],
): Promise<(Observation | null)[]> {
  const times = observations.map(({ capturedAtMs }) => capturedAtMs);
  const rows = await store.query(
    `SELECT DISTINCT cameraId, trackId, capturedAtMs FROM observation
     WHERE cameraId IN {cameraIds:Array(String)} AND capturedAtMs BETWEEN {fromMs:Int64} AND {toMs:Int64}`,
    {
      cameraIds: [...new Set(observations.map(({ cameraId }) => cameraId))],
      fromMs: Math.min(...times),
      toMs: Math.max(...times),
    },
    Key,
  );
  const seen = new Set(rows.map((row) => keyOf(row.cameraId, row.trackId, row.capturedAtMs)));
  return observations.map((observation) => {
    const { cameraId, capturedAtMs } = observation;
    const detections = observation.detections.filter(({ trackId }) => {
      const key = keyOf(cameraId, trackId, capturedAtMs);
      const isNew = !seen.has(key);
      // The same twice in one batch: published again before the first was stored.
      seen.add(key);
      return isNew;
    });
    return detections.length === 0 ? null : { ...observation, detections };
  });
}
