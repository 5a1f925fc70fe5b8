import type { Incident, SceneEvent, TimelineEntry } from '../../contracts/index.ts';
import { type CaseSettings, triageTerm } from '../cases/index.ts';
import { holderOf, incidentIdOf, isFree, isMergedByPipeline, newestMomentMs, openIncidents } from './area.ts';
import { type Draft, entry, move, put } from './draft.ts';
import { byStart, type EventGroup, groupEvents, type MergeSettings, neighbourhood } from './same-matter.ts';

/**
 * Put a new or changed event where it belongs, and what it brings together with it.
 *
 * Groups follow from the set of events alone. A group keeps the id under which it was first shown: that of an
 * incident that one of its events opened. Only where two incidents turn out to be one does the later of them end,
 * pointing at the other; and only where no event of a group has opened anything does it get a new id, that of its
 * first event.
 */
export function regroup(
  draft: Draft,
  seed: SceneEvent,
  settings: MergeSettings & { readonly cases: CaseSettings },
): void {
  const open = openIncidents(draft.incidents.values());
  const free = open.filter(isFree);
  const fixed = open
    .filter((incident) => !isFree(incident))
    .map(({ incidentId, events }): EventGroup => ({ incidentId, events }));
  const near = neighbourhood(
    seed,
    free.flatMap(({ events }) => events),
    settings,
  );
  const nearIds = new Set(near.map(({ eventId }) => eventId));
  const before = new Map(near.map(({ eventId }) => [eventId, holderOf(free, eventId)]));
  const atMs = newestMomentMs(seed);

  const groups = groupEvents(near, fixed, settings).flatMap(({ incidentId, events }) => {
    const members = events.filter(({ eventId }) => nearIds.has(eventId));
    return members.length === 0 ? [] : [{ incidentId: incidentId ?? shownIdOf(events, draft), members }];
  });
  const now = new Map(
    groups.flatMap(({ incidentId, members }) => members.map((event) => [event.eventId, incidentId])),
  );

  // Incidents of which every event went elsewhere are found to be part of the one that has their opener.
  const emptied = new Set<string>();
  for (const incident of new Set(before.values())) {
    if (incident === undefined || groups.some(({ incidentId }) => incidentId === incident.incidentId))
      continue;
    const opener = incident.events.find(({ eventId }) => incidentIdOf(eventId) === incident.incidentId);
    const into = now.get(opener?.eventId ?? incident.events[0]?.eventId ?? '');
    if (into === undefined) continue;
    emptied.add(incident.incidentId);
    const note = 'found to be the same matter';
    put(
      draft,
      { ...incident, state: 'rejected', rejection: { reason: 'duplicate', note, duplicateOf: into } },
      entry(atMs, 'merged', into, { note }),
      move(atMs, { from: 'detected', to: 'rejected' }, null, { by: null, note }),
    );
  }
  for (const incident of new Set(before.values())) {
    if (incident === undefined || emptied.has(incident.incidentId)) continue;
    const left = incident.events.filter(({ eventId }) => now.get(eventId) !== incident.incidentId);
    if (left.length === 0) continue;
    const stays = incident.events.filter((event) => !left.includes(event));
    const entries = left.map(({ eventId }) =>
      entry(atMs, 'merged', now.get(eventId) ?? null, { note: `event ${eventId} belongs to that incident` }),
    );
    put(draft, { ...incident, events: stays }, ...entries);
  }
  for (const { incidentId, members } of groups) {
    take(draft, { incidentId, members, before, emptied, atMs, cases: settings.cases });
  }
}

/** The id under which a group is known, or that of its first event. */
function shownIdOf(events: readonly SceneEvent[], draft: Draft): string {
  const ids = events.toSorted(byStart).map(({ eventId }) => incidentIdOf(eventId));
  const isKnown = (id: string, test: (incident: Incident) => boolean): boolean => {
    const incident = draft.incidents.get(id);
    return incident !== undefined && test(incident);
  };
  const shown = ids.find((id) => isKnown(id, isFree)) ?? ids.find((id) => isKnown(id, isMergedByPipeline));
  return shown ?? ids[0] ?? '';
}

function take(
  draft: Draft,
  from: {
    readonly incidentId: string;
    readonly members: readonly SceneEvent[];
    readonly before: ReadonlyMap<string, Incident | undefined>;
    readonly emptied: ReadonlySet<string>;
    readonly atMs: number;
    readonly cases: CaseSettings;
  },
): void {
  const { incidentId, members, before, emptied, atMs, cases } = from;
  const known = draft.incidents.get(incidentId);
  const entries: TimelineEntry[] = [];
  const merged = new Set<string>();
  for (const event of members) {
    const old = before.get(event.eventId);
    if (old === undefined) entries.push(entry(event.raisedAtMs, 'eventAdded', event.eventId));
    else if (old.incidentId !== incidentId) {
      if (emptied.has(old.incidentId)) merged.add(old.incidentId);
      else {
        const note = `moved here from incident ${old.incidentId}`;
        entries.push(entry(atMs, 'eventAdded', event.eventId, { note }));
      }
    }
  }
  for (const id of merged) entries.push(entry(atMs, 'merged', id, { note: 'found to be the same matter' }));
  if (known === undefined) {
    put(draft, opened(draft.areaCode, incidentId, members, cases), ...entries);
    return;
  }
  const isRevived = isMergedByPipeline(known);
  if (isRevived) {
    const note = 'an event that arrived late shows that this is a matter of its own';
    entries.push(move(atMs, { from: 'rejected', to: 'detected' }, null, { by: null, note }));
  }
  const memberIds = new Set(members.map(({ eventId }) => eventId));
  // What was merged holds what it held then; its group is made anew.
  const kept = isRevived ? [] : known.events.filter(({ eventId }) => !memberIds.has(eventId));
  const revived = isRevived ? ({ state: 'detected', rejection: null, records: [] } as const) : {};
  put(draft, { ...known, ...revived, events: [...kept, ...members] } as Incident, ...entries);
}

function opened(
  areaCode: string,
  incidentId: string,
  events: readonly SceneEvent[],
  cases: CaseSettings,
): Incident {
  const [first] = events;
  if (first === undefined) throw new TypeError('An incident needs an event.');
  return {
    incidentId,
    version: 1,
    areaCode,
    kind: first.kind,
    state: 'detected',
    openedAtMs: first.startedAtMs,
    updatedAtMs: first.raisedAtMs,
    location: null,
    cameraIds: [],
    events: [...events],
    records: [],
    tasks: [],
    triage: triageTerm(first.raisedAtMs, cases),
    penaltyCase: null,
    rejection: null,
    timeline: [],
  };
}
