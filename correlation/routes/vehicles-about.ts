import type { Incident, RouteSighting } from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import { passagesOf, TrackRow, trackRowsSql, vehicleClasses } from './passages.ts';

/** Who brings something is seen shortly before or after it was put down. */
const aboutMs = 15 * 60_000;
const mostShown = 60;

/**
 * The vehicles that the cameras of an incident saw about one of its events, nearest in time first: what a person can
 * choose from who requests a route.
 */
export async function vehiclesAbout(store: Store, { events }: Incident): Promise<RouteSighting[]> {
  const found = new Map<string, { readonly sighting: RouteSighting; readonly apartMs: number }>();
  for (const { cameraId, moments, startedAtMs, raisedAtMs } of events) {
    const fromMs = moments.arrivedAtMs ?? startedAtMs;
    const toMs = moments.departedAtMs ?? raisedAtMs;
    const rows = await store.query(
      trackRowsSql,
      { cameraIds: [cameraId], fromMs: fromMs - aboutMs, toMs: toMs + aboutMs, classNames: vehicleClasses },
      TrackRow,
    );
    for (const { sightingId, trackId, enteredAtMs, leftAtMs, className } of passagesOf(rows)) {
      const apartMs = Math.max(0, fromMs - leftAtMs, enteredAtMs - toMs);
      const known = found.get(sightingId);
      if (known !== undefined && known.apartMs <= apartMs) continue;
      found.set(sightingId, {
        sighting: { sightingId, cameraId, trackId, enteredAtMs, leftAtMs, className },
        apartMs,
      });
    }
  }
  return [...found.values()]
    .toSorted((a, b) => a.apartMs - b.apartMs)
    .slice(0, mostShown)
    .map(({ sighting }) => sighting);
}
