import { distance } from '@turf/turf';
import type { LonLat, OfficialRecord, RecordSpot, SceneEvent } from '../../contracts/index.ts';

/** A camera sees about this far; where an event does not say better, its thing lies within it. */
const cameraErrorM = 30;

/** A place that is not known at all is somewhere in about this much of a district. */
export const anywherePerM2 = 1 / 4e6;

/**
 * Strangers' reports do not lie evenly: where a camera sees heaps, other heaps are, and other troubles. This share of
 * them lies at one such place.
 */
const hotSpotShare = 0.0078;

/** How thick strangers' reports lie where something with this density is, per m². */
export const strayPerM2 = (perM2: number): number => anywherePerM2 + hotSpotShare * perM2;

/** Even a well-placed report may speak of another place. */
const wrongShare = 0.02;

/** Metres between two places on earth. */
export const distanceM = (one: LonLat, other: LonLat): number =>
  distance([one.lonDeg, one.latDeg], [other.lonDeg, other.latDeg], { units: 'meters' });

const metresPerDegree = 111_195;

/** Metres between two places of one district; ten times quicker than on the sphere and as good at that distance. */
export function apartM(one: LonLat, other: LonLat): number {
  const east = (one.lonDeg - other.lonDeg) * metresPerDegree * Math.cos((one.latDeg * Math.PI) / 180);
  return Math.hypot(east, (one.latDeg - other.latDeg) * metresPerDegree);
}

const hillPerM2 = (offM: number, errorM: number): number =>
  Math.exp(-(offM * offM) / (2 * errorM * errorM)) / (2 * Math.PI * errorM * errorM);

/** How thick the probability lies, per m², that two things with these spots are at one place. */
export function togetherPerM2(some: readonly RecordSpot[], others: readonly RecordSpot[]): number {
  let sum = 0;
  for (const one of some) {
    for (const other of others) {
      const errorM = Math.hypot(one.errorM, other.errorM);
      const offM = apartM(one, other);
      if (offM < 5 * errorM) sum += one.weight * other.weight * hillPerM2(offM, errorM);
    }
  }
  return (1 - wrongShare) * sum + wrongShare * anywherePerM2;
}

/** Where the thing of an event lies; empty when nobody knows where its camera stands. */
export const spotsOfEvent = ({ location, locationErrorM }: SceneEvent): RecordSpot[] =>
  location === null ? [] : [{ ...location, errorM: locationErrorM ?? cameraErrorM, weight: 1 }];

/** Places of a record; one that was not placed by names has at most its own coordinates. */
export function spotsOfRecord({ spots, lonDeg, latDeg }: OfficialRecord): readonly RecordSpot[] {
  if (spots.length > 0 || lonDeg === null || latDeg === null) return spots;
  return [{ lonDeg, latDeg, errorM: 20, weight: 1 }];
}

/** How thick the probability lies that a record is where an event was; null when one of the two has no place. */
export function placeFit(
  event: SceneEvent,
  record: OfficialRecord,
): { readonly perM2: number; readonly because: string } | null {
  const seen = spotsOfEvent(event);
  const said = spotsOfRecord(record);
  const [likeliest] = said;
  if (seen.length === 0 || likeliest === undefined || event.location === null) return null;
  const offM = apartM(event.location, likeliest);
  const spread =
    likeliest.weight < 0.5 ? `, one of ${said.length} places` : ` (± ${Math.round(likeliest.errorM)} m)`;
  return { perM2: togetherPerM2(seen, said), because: `${Math.round(offM)} m apart${spread}` };
}

/** So many standard deviations apart two spots are not together. */
const reachDeviations = 4;

/** Cheap: may a record be where an event was? True where one of the two has no place. */
export function mayBeTogether(event: SceneEvent, record: OfficialRecord): boolean {
  const { location } = event;
  const said = spotsOfRecord(record);
  if (location === null || said.length === 0) return true;
  const seenErrorM = event.locationErrorM ?? cameraErrorM;
  return said.some((spot) => {
    const reachM = reachDeviations * Math.hypot(spot.errorM, seenErrorM);
    return (
      Math.abs(spot.latDeg - location.latDeg) * metresPerDegree < reachM && apartM(spot, location) < reachM
    );
  });
}
