import { z } from 'zod';
import type { Store } from '../store/index.ts';

/** Cells of the tables are about 350 m across (H3, resolution 9): a cell and its ring hold all within this distance. */
const candidatesWithinM = 150;
/** A report comes so long after an event at most. */
const reachMs = 96 * 3_600_000;
const dayMs = 86_400_000;

/** Events and records of a window, each with one place and one time. */
const sides = `
  events AS (
    SELECT eventId, cell, JSONExtractFloat(location, 'lonDeg') AS lon, JSONExtractFloat(location, 'latDeg') AS lat,
      startedAtMs AS fromMs, startedAtMs + ${reachMs} AS toMs
    FROM scene_event FINAL
    WHERE location IS NOT NULL AND startedAtMs BETWEEN {fromMs:Int64} AND {toMs:Int64}),
  records AS (
    SELECT recordId, cell, ifNull(lonDeg, JSONExtractFloat(spots, 1, 'lonDeg')) AS lon,
      ifNull(latDeg, JSONExtractFloat(spots, 1, 'latDeg')) AS lat, ifNull(occurredAtMs, reportedAtMs) AS atMs
    FROM record FINAL
    WHERE status = 'active' AND (lonDeg IS NOT NULL OR JSONLength(spots) > 0)
      AND reportedAtMs BETWEEN {fromMs:Int64} AND {toMs:Int64} + ${reachMs})`;

const isCandidate = `r.atMs BETWEEN e.fromMs AND e.toMs
  AND geoDistance(e.lon, e.lat, r.lon, r.lat) <= ${candidatesWithinM}`;

/** Pairs by an equi-join on cell and day: every event stands in its cell and the ring about it, on each day it is reported. */
export const byCell = `WITH ${sides}
SELECT e.eventId AS eventId, r.recordId AS recordId
FROM (
  SELECT * EXCEPT cell, arrayJoin(h3kRing(cell, 1)) AS cell,
    arrayJoin(range(toUInt32(intDiv(fromMs, ${dayMs})), toUInt32(intDiv(toMs, ${dayMs})) + 1)) AS day
  FROM events) AS e
INNER JOIN (
  SELECT *, toUInt32(intDiv(atMs, ${dayMs})) AS day FROM records) AS r
USING (cell, day)
WHERE ${isCandidate}`;

/** The same pairs by looking at every pair: what the join above is held against. */
export const byEveryPair = `WITH ${sides}
SELECT e.eventId AS eventId, r.recordId AS recordId
FROM events AS e CROSS JOIN records AS r
WHERE ${isCandidate}`;

const PairSum = z.object({ pairs: z.coerce.number(), checksum: z.string() });

/** How many pairs of a window a query finds, and a checksum of them that does not depend on their order. */
export async function sumOfPairs(
  store: Store,
  pairs: string,
  window: { readonly fromMs: number; readonly toMs: number },
): Promise<z.infer<typeof PairSum>> {
  const sql = `SELECT count() AS pairs, toString(sum(cityHash64(eventId, recordId))) AS checksum FROM (${pairs})`;
  const [found] = await store.query(sql, { ...window }, PairSum);
  return found ?? { pairs: 0, checksum: '0' };
}
