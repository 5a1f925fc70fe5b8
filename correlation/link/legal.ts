import type { OfficialRecord, SceneEvent } from '../../contracts/index.ts';
import { apartM, spotsOfRecord } from './place-fit.ts';
import { presence } from './time-fit.ts';

/** A permit covers what lies within this distance of the place it names, metres. */
const coversM = 20;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Whether the days and hours of a permit hold at a moment. */
export function isValidAt(permit: OfficialRecord, atMs: number): boolean {
  const { validity } = permit;
  if (validity === null || permit.status !== 'active' || atMs < validity.fromMs || atMs >= validity.toMs)
    return false;
  const { dailyFromMin, dailyToMin, utcOffsetMin } = validity;
  if (dailyFromMin === dailyToMin) return true;
  const minute = ((((atMs + utcOffsetMin * minuteMs) % dayMs) + dayMs) % dayMs) / minuteMs;
  return dailyFromMin < dailyToMin
    ? minute >= dailyFromMin && minute < dailyToMin
    : minute >= dailyFromMin || minute < dailyToMin;
}

/** A permit that makes a heap legal, and how likely the heap lies within its place. */
export interface LegalBasis {
  readonly permit: OfficialRecord;
  readonly share: number;
  readonly apartM: number;
}

/** Points on rings about a spot, each standing for the same share of its probability. */
const rings = [0.25, 0.6, 1, 1.5, 2.1] as const;
const directions = 8;

/** Share of the probability that two spots are within the distance of each other. */
function withinShare(offM: number, errorM: number): number {
  let inside = 0;
  for (const ring of rings) {
    for (let turn = 0; turn < directions; turn++) {
      const angle = (2 * Math.PI * turn) / directions;
      const x = offM + ring * errorM * Math.cos(angle);
      if (Math.hypot(x, ring * errorM * Math.sin(angle)) <= coversM) inside++;
    }
  }
  return inside / (rings.length * directions);
}

/** Two cameras see one heap when it was put down at one time and place. */
const sameHeapMs = 4 * minuteMs;
const sameHeapM = 25;

/** Where a heap lies by all cameras that saw it put down: the mean of their points, each by its error. */
function heapPlace(
  event: SceneEvent,
  others: readonly SceneEvent[],
  pointErrorM: number,
): { readonly lonDeg: number; readonly latDeg: number; readonly errorM: number } | null {
  const { location } = event;
  if (location === null) return null;
  let sum = 0;
  let lonDeg = 0;
  let latDeg = 0;
  for (const other of [event, ...others.filter(({ eventId }) => eventId !== event.eventId)]) {
    if (other.location === null || other.kind !== event.kind) continue;
    if (Math.abs(presence(other).fromMs - presence(event).fromMs) > sameHeapMs) continue;
    if (apartM(other.location, location) > sameHeapM) continue;
    const weight = (other.locationErrorM ?? pointErrorM) ** -2;
    sum += weight;
    lonDeg += weight * other.location.lonDeg;
    latDeg += weight * other.location.latDeg;
  }
  return { lonDeg: lonDeg / sum, latDeg: latDeg / sum, errorM: sum ** -0.5 };
}

/**
 * Permits and drop spots that hold where and when a heap was put down, likeliest first.
 * @param others events of the same incident: other cameras may have seen the same heap.
 * @param pointErrorM how far an event's own point is off, where it does not say.
 */
export function legalBases(
  event: SceneEvent,
  permits: readonly OfficialRecord[],
  others: readonly SceneEvent[] = [],
  pointErrorM = 15,
): LegalBasis[] {
  const place = event.kind === 'illegal_dumping' ? heapPlace(event, others, pointErrorM) : null;
  if (place === null) return [];
  const { fromMs } = presence(event);
  const found: LegalBasis[] = [];
  for (const permit of permits) {
    if (!isValidAt(permit, fromMs)) continue;
    const [nearest] = spotsOfRecord(permit);
    if (nearest === undefined) continue;
    let share = 0;
    for (const spot of spotsOfRecord(permit)) {
      const errorM = Math.hypot(spot.errorM, place.errorM);
      share += spot.weight * withinShare(apartM(place, spot), errorM);
    }
    if (share > 0) found.push({ permit, share, apartM: apartM(place, nearest) });
  }
  return found.toSorted((one, other) => other.share - one.share);
}
