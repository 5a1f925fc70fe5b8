import { isDeepStrictEqual } from 'node:util';
import type {
  Incident,
  IncidentState,
  OfficialRecord,
  Person,
  TimelineEntry,
} from '../../contracts/index.ts';
import type { AreaState } from './area.ts';
import { byStart } from './same-matter.ts';

/** Where one step collects what it changes; versions and derived fields are settled once, at its end. */
export interface Draft {
  readonly areaCode: string;
  readonly incidents: Map<string, Incident>;
  readonly records: Map<string, OfficialRecord>;
}

export const draftOf = ({ areaCode, incidents, records }: AreaState): Draft => ({
  areaCode,
  incidents: new Map(incidents),
  records: new Map(records),
});

type EntryDetail = Partial<Omit<TimelineEntry, 'atMs' | 'kind' | 'refId'>>;

/** One entry of a timeline; what is not said is null or empty. */
export const entry = (
  atMs: number,
  kind: TimelineEntry['kind'],
  refId: string | null,
  detail: EntryDetail = {},
): TimelineEntry => ({ atMs, kind, refId, fromState: null, toState: null, by: null, note: '', ...detail });

/** A move to another state, with who made it. */
export const move = (
  atMs: number,
  states: { readonly from: IncidentState; readonly to: IncidentState },
  refId: string | null,
  detail: { readonly by: Person | null; readonly note: string },
): TimelineEntry =>
  entry(atMs, 'stateChanged', refId, { fromState: states.from, toState: states.to, ...detail });

/** Replace an incident in the draft, with entries added to its timeline. */
export function put(draft: Draft, incident: Incident, ...entries: readonly TimelineEntry[]): void {
  const timeline = entries.length === 0 ? incident.timeline : [...incident.timeline, ...entries];
  draft.incidents.set(incident.incidentId, { ...incident, timeline });
}

/** Fields that follow from the rest. */
function settled(incident: Incident): Incident {
  const events = incident.events.toSorted(byStart);
  const timeline = incident.timeline.toSorted((one, other) => one.atMs - other.atMs);
  const records = incident.records.toSorted((one, other) =>
    one.record.recordId < other.record.recordId ? -1 : 1,
  );
  return {
    ...incident,
    events,
    records,
    timeline,
    kind: events[0]?.kind ?? incident.kind,
    openedAtMs: Math.min(...events.map(({ startedAtMs }) => startedAtMs)),
    updatedAtMs: Math.max(...timeline.map(({ atMs }) => atMs)),
    location: events.find(({ location }) => location !== null)?.location ?? null,
    cameraIds: [...new Set(events.map(({ cameraId }) => cameraId))].toSorted(),
  };
}

/** Incidents that really differ from before, each in its next version. */
export function written(before: AreaState, draft: Draft): Incident[] {
  const changed: Incident[] = [];
  for (const [id, incident] of draft.incidents) {
    const known = before.incidents.get(id);
    if (known === incident) continue;
    const next = settled(incident);
    if (known !== undefined && isDeepStrictEqual(known, { ...next, version: known.version })) {
      draft.incidents.set(id, known);
      continue;
    }
    const versioned = { ...next, version: (known?.version ?? 0) + 1 };
    draft.incidents.set(id, versioned);
    changed.push(versioned);
  }
  return changed;
}
