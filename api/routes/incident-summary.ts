import {
  type Camera,
  cameraTable,
  type Incident,
  type IncidentSummary,
  type SceneEvent,
} from '../../contracts/index.ts';
import type { Clock } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { footageDeletedOf } from './footage-deletions.ts';

type Place = Pick<Camera, 'name' | 'address'>;

/** Which still tells most about a dumping: the person leaving, then what is left. */
const tellingRoles = ['putDown', 'departed', 'after', 'arrived', 'before'] as const;

export function summarize(incident: Incident, place: Place | null): IncidentSummary {
  const [first] = incident.events;
  const { events, records, tasks: _tasks, penaltyCase: _penaltyCase, timeline: _timeline, ...own } = incident;
  const countOf = (...statuses: string[]): number =>
    records.filter(({ status }) => statuses.includes(status)).length;
  return {
    ...own,
    cameraName: place?.name ?? null,
    address: place?.address ?? null,
    confidence: Math.max(0, ...events.map((event) => event.confidence)),
    raisedAtMs: first?.raisedAtMs ?? incident.openedAtMs,
    moments: first?.moments ?? {
      arrivedAtMs: null,
      putDownAtMs: null,
      departedAtMs: null,
      clearedAtMs: null,
    },
    eventCount: events.length,
    linkedRecordCount: countOf('linked', 'confirmed'),
    suggestedRecordCount: countOf('suggested'),
    thumbnailMediaId: thumbnailOf(events),
  };
}

function thumbnailOf(events: readonly SceneEvent[]): string | null {
  const stills = events.flatMap(({ media }) => media).filter(({ isMasked }) => isMasked);
  for (const role of tellingRoles) {
    const still = stills.find((ref) => ref.role === role);
    if (still !== undefined) return still.mediaId;
  }
  return null;
}

const placeLifeMs = 60_000;

/** Names and addresses of cameras, asked of the store at most once a minute. */
export function openPlaces(
  store: Store,
  clock: Clock,
): (incidents: readonly Incident[]) => Promise<IncidentSummary[]> {
  const known = new Map<string, { readonly place: Place | null; readonly readAtMs: number }>();
  const wantedOf = (incidents: readonly Incident[], nowMs: number): string[] => {
    const ids = incidents.flatMap(({ cameraIds }) => cameraIds.slice(0, 1));
    return [...new Set(ids)].filter((id) => nowMs - (known.get(id)?.readAtMs ?? 0) >= placeLifeMs);
  };
  return async (incidents) => {
    const nowMs = clock.nowMs();
    const wanted = wantedOf(incidents, nowMs);
    if (wanted.length > 0) {
      const found = await store.find(cameraTable, {
        where: 'cameraId IN {ids:Array(String)}',
        params: { ids: wanted },
      });
      const byId = new Map(found.map((camera) => [camera.cameraId, camera]));
      for (const id of wanted) known.set(id, { place: byId.get(id) ?? null, readAtMs: nowMs });
    }
    const rejected = incidents.filter(({ state }) => state === 'rejected');
    const deleted = await footageDeletedOf(
      store,
      rejected.map(({ incidentId }) => incidentId),
    );
    return incidents.map((incident) => {
      const [cameraId] = incident.cameraIds;
      const place = cameraId === undefined ? null : (known.get(cameraId)?.place ?? null);
      const summary = summarize(incident, place);
      return deleted.has(incident.incidentId) ? { ...summary, thumbnailMediaId: null } : summary;
    });
  };
}
