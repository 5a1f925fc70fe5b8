import { z } from 'zod';
import { type Incident, type IncidentBackground, officialRecordTable } from '../contracts/index.ts';
import type { Store } from '../store/index.ts';
import { legalBases } from './link/index.ts';

const dayMs = 86_400_000;
const historyDays = 90;
/** Heaps within this distance are at the same spot. */
const sameSpotM = 40;
/** A permit is shown from this probability on that the heap lies within its place. */
const leastLegalShare = 0.3;
const mostShown = 50;

const IdRow = z.object({ incidentId: z.string() });
const PlateRow = z.object({ plate: z.string(), incidentIds: z.array(z.string()) });

/** Plates that count: a source that saw none writes a word instead. */
const isPlate = (plate: string | null): plate is string => plate !== null && /[A-Z0-9]{4,}/i.test(plate);

/** What history and permits say of an incident: how often the spot and the vehicles came before, and what was allowed. */
export async function backgroundOf(store: Store, incident: Incident): Promise<IncidentBackground> {
  const { incidentId, kind, openedAtMs, location, records, events } = incident;
  const others = {
    where: `incidentId != {incidentId:String} AND state != 'rejected'
      AND openedAtMs BETWEEN {fromMs:Int64} AND {toMs:Int64}`,
    params: { incidentId, fromMs: openedAtMs - historyDays * dayMs, toMs: openedAtMs },
  };
  const spot =
    location === null
      ? []
      : await store.query(
          `SELECT incidentId FROM incident FINAL
           WHERE ${others.where} AND kind = {kind:String} AND location IS NOT NULL
             AND geoDistance(JSONExtractFloat(ifNull(location, ''), 'lonDeg'), JSONExtractFloat(ifNull(location, ''), 'latDeg'),
               {lonDeg:Float64}, {latDeg:Float64}) <= ${sameSpotM}
           ORDER BY openedAtMs DESC LIMIT ${mostShown}`,
          { ...others.params, kind, ...location },
          IdRow,
        );
  const plates = [
    ...new Set(
      records
        .filter(({ status }) => status === 'linked' || status === 'confirmed')
        .map(({ record }) => record.vehiclePlate)
        .filter(isPlate),
    ),
  ];
  const vehicles =
    plates.length === 0
      ? []
      : await store.query(
          `SELECT plate, groupUniqArray(${mostShown})(incidentId) AS incidentIds
           FROM (
             SELECT incidentId, arrayJoin(JSONExtractArrayRaw(records)) AS link,
               JSONExtractString(link, 'record', 'vehiclePlate') AS plate, JSONExtractString(link, 'status') AS status
             FROM incident FINAL WHERE ${others.where})
           WHERE plate IN {plates:Array(String)} AND status IN ('linked', 'confirmed')
           GROUP BY plate ORDER BY plate`,
          { ...others.params, plates },
          PlateRow,
        );
  const permits = await store.find(officialRecordTable, {
    where: `source = 'permit' AND status = 'active' AND validity IS NOT NULL
      AND JSONExtractInt(ifNull(validity, ''), 'fromMs') <= {toMs:Int64}
      AND JSONExtractInt(ifNull(validity, ''), 'toMs') > {fromMs:Int64}`,
    params: { fromMs: openedAtMs - dayMs, toMs: openedAtMs + dayMs },
    limit: 20_000,
  });
  const best = new Map<string, IncidentBackground['permits'][number]>();
  for (const event of events) {
    for (const { permit, share, apartM } of legalBases(event, permits, events)) {
      const { recordId, sourceId, text, address } = permit;
      if (share < Math.max(leastLegalShare, best.get(recordId)?.share ?? 0)) continue;
      best.set(recordId, { recordId, sourceId, text, address, share, apartM });
    }
  }
  return {
    repeatSpot: { days: historyDays, incidentIds: spot.map((row) => row.incidentId) },
    repeatVehicles: vehicles.map(({ plate, incidentIds }) => ({
      plate,
      incidentIds: incidentIds.toSorted(),
    })),
    permits: [...best.values()].toSorted((one, other) => other.share - one.share),
  };
}
