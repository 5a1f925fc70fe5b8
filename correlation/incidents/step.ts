import { isDeepStrictEqual } from 'node:util';
import type { Command, Incident, IncidentChange, OfficialRecord, SceneEvent } from '../../contracts/index.ts';
import type { CaseSettings } from '../cases/index.ts';
import { mayFit, mayRepeat } from '../link/index.ts';
import { isNewer } from '../records/index.ts';
import { type AreaState, holderOf, type IncidentStep, isFree, isMerged, newestMomentMs } from './area.ts';
import { carryOut, isCarriedOut } from './command.ts';
import { type Draft, draftOf, entry, put, written } from './draft.ts';
import { regroup } from './regroup.ts';
import { fieldOf, fitsAny, type LinkSettings, linkOf, relink } from './relink.ts';
import type { MergeSettings } from './same-matter.ts';

export interface IncidentSettings extends MergeSettings, LinkSettings {
  readonly cases: CaseSettings;
}

/** What reaches the one writer of an area. */
export type IncidentInput =
  | { readonly kind: 'sceneEvent'; readonly event: SceneEvent }
  | { readonly kind: 'record'; readonly record: OfficialRecord }
  | { readonly kind: 'command'; readonly command: Command };

type Cause = IncidentChange['cause'];

/**
 * Take in one event, record or command of an area.
 *
 * What incidents there are, which events they hold and which records are linked follows from the sets of events,
 * records and commands; the order in which they arrive decides only under which of its events' ids an incident was
 * first shown. The same input again changes nothing and tells again what it did; an older revision of an event
 * changes nothing and tells nothing.
 */
export function stepIncidents(
  state: AreaState,
  input: IncidentInput,
  settings: IncidentSettings,
): IncidentStep {
  switch (input.kind) {
    case 'sceneEvent':
      return stepEvent(state, input.event, settings);
    case 'record':
      return stepRecord(state, input.record, settings);
    case 'command':
      return stepCommand(state, input.command, settings);
  }
}

const unchanged = (state: AreaState, changes: readonly IncidentChange[] = []): IncidentStep => ({
  state,
  written: [],
  recordsWritten: [],
  changes,
});

const changeOf = (incident: Incident, cause: Cause): IncidentChange => ({
  incidentId: incident.incidentId,
  areaCode: incident.areaCode,
  cause,
  incident,
  refusal: null,
});

/** Incidents in whose timeline one of these ids stands: what an input that comes again had done. */
function toldAgain(state: AreaState, ids: ReadonlySet<string>, cause: Cause): IncidentChange[] {
  return [...state.incidents.values()]
    .filter(({ timeline }) => timeline.some(({ refId }) => refId !== null && ids.has(refId)))
    .map((incident) => changeOf(incident, cause));
}

function finish(
  before: AreaState,
  draft: Draft,
  cause: Cause,
  recordsWritten: readonly OfficialRecord[] = [],
): IncidentStep {
  const incidents = written(before, draft);
  return {
    state: { areaCode: before.areaCode, incidents: draft.incidents, records: draft.records },
    written: incidents,
    recordsWritten,
    changes: incidents.map((incident) => changeOf(incident, cause)),
  };
}

function stepEvent(state: AreaState, event: SceneEvent, settings: IncidentSettings): IncidentStep {
  const cause: Cause = { kind: 'sceneEvent', id: event.eventId };
  const holder = holderOf(state.incidents.values(), event.eventId);
  const known = holder?.events.find(({ eventId }) => eventId === event.eventId);
  if (known !== undefined && known.revision > event.revision) return unchanged(state);
  if (holder !== undefined && known?.revision === event.revision) {
    const ids = new Set([
      event.eventId,
      holder.incidentId,
      ...holder.records.map(({ record }) => record.recordId),
      ...concernedBy([...state.records.values()], [event], new Set()).map(({ recordId }) => recordId),
    ]);
    return unchanged(state, toldAgain(state, ids, cause));
  }
  const draft = draftOf(state);
  const atMs = newestMomentMs(event);
  if (holder !== undefined) {
    const events = holder.events.map((other) => (other.eventId === event.eventId ? event : other));
    const kind = event.phase === 'ended' ? 'eventEnded' : 'eventUpdated';
    const note = event.moments.clearedAtMs === null ? '' : 'cleared';
    put(draft, { ...holder, events }, entry(atMs, kind, event.eventId, { note }));
  }
  const isRegrouped =
    holder === undefined || (isFree(holder) && known !== undefined && !isSamePlace(known, event));
  if (isRegrouped) regroup(draft, event, settings);
  relinkAround(draft, { before: state, event, settings, atMs });
  return finish(state, draft, cause);
}

/** What grouping looks at. */
const isSamePlace = (one: SceneEvent, other: SceneEvent): boolean =>
  one.startedAtMs === other.startedAtMs &&
  one.kind === other.kind &&
  isDeepStrictEqual([one.box, one.location], [other.box, other.location]);

/**
 * Look again at the records that this event, or incidents changed so far, can concern, and at the reports that may be of
 * one matter with those.
 */
function relinkAround(
  draft: Draft,
  around: {
    readonly before: AreaState;
    readonly event: SceneEvent;
    readonly settings: LinkSettings;
    readonly atMs: number;
  },
): void {
  const { before, event, settings, atMs } = around;
  const changed = [...draft.incidents.values()].filter(
    (incident) => before.incidents.get(incident.incidentId) !== incident,
  );
  const attached = new Set(changed.flatMap(({ records }) => records.map(({ record }) => record.recordId)));
  const events = [event, ...changed.flatMap((incident) => incident.events)];
  const concerned = concernedBy([...draft.records.values()], events, attached);
  const field = fieldOf(draft.incidents.values());
  for (const record of concerned) relink(draft, record, { field, settings, atMs });
  relinkParts(draft, concerned, { field, settings, atMs });
}

/** Records that events can concern, and the reports that may be of one matter with those. */
function concernedBy(
  records: readonly OfficialRecord[],
  events: readonly SceneEvent[],
  attached: ReadonlySet<string>,
): OfficialRecord[] {
  const direct = records.filter(
    (record) => attached.has(record.recordId) || events.some((event) => mayFit(event, record)),
  );
  const known = new Set(direct);
  const beside = records.filter(
    (record) => !known.has(record) && direct.some((other) => mayRepeat(record, other)),
  );
  return [...direct, ...beside];
}

/** Dispatches and feedbacks go where their call goes. */
function relinkParts(
  draft: Draft,
  calls: readonly OfficialRecord[],
  step: Parameters<typeof relink>[2],
): void {
  const ids = new Set(calls.flatMap(({ source, sourceId }) => (source === 'call110' ? [sourceId] : [])));
  if (ids.size === 0) return;
  for (const record of draft.records.values()) {
    if (record.partOfSourceId !== null && ids.has(record.partOfSourceId)) relink(draft, record, step);
  }
}

/** Where a record was read from does not make it another record. */
const isSameRecord = (one: OfficialRecord, other: OfficialRecord): boolean =>
  isDeepStrictEqual({ ...one, importedFrom: null }, { ...other, importedFrom: null });

/** A record and those whose links may follow from it. */
function idsBeside({ records }: AreaState, record: OfficialRecord): Set<string> {
  const beside = [...records.values()].filter(
    (other) => other.partOfSourceId === record.sourceId || mayRepeat(record, other),
  );
  return new Set([record.recordId, ...beside.map(({ recordId }) => recordId)]);
}

function stepRecord(state: AreaState, record: OfficialRecord, settings: IncidentSettings): IncidentStep {
  const cause: Cause = { kind: 'record', id: record.recordId };
  const known = state.records.get(record.recordId);
  if (known !== undefined && (isSameRecord(known, record) || isNewer(known, record))) {
    return unchanged(state, toldAgain(state, idsBeside(state, record), cause));
  }
  const draft = draftOf(state);
  draft.records.set(record.recordId, record);
  // What a person linked by hand follows the record's newest words.
  for (const incident of state.incidents.values()) {
    const link = linkOf(incident, record.recordId);
    if (link === undefined || incident.state === 'closed' || isMerged(incident)) continue;
    put(draft, {
      ...incident,
      records: incident.records.map((other) => (other === link ? { ...link, record } : other)),
    });
  }
  const versions = known === undefined ? [record] : [record, known];
  const around = { field: fieldOf(draft.incidents.values()), settings, atMs: record.reportedAtMs };
  // What fits no incident carries nothing over to the reports beside it.
  const beside = versions.some((version) => fitsAny(around.field, version))
    ? [...draft.records.values()].filter(
        (other) => other !== record && versions.some((version) => mayRepeat(version, other)),
      )
    : [];
  for (const other of [record, ...beside]) relink(draft, other, around);
  relinkParts(draft, [record, ...beside], around);
  const step = finish(state, draft, cause, [record]);
  // The worker stores incidents before records: killed in between, the links are there and only have to be told.
  if (step.written.length > 0) return step;
  return { ...step, changes: toldAgain(state, idsBeside(state, record), cause) };
}

function stepCommand(state: AreaState, command: Command, settings: IncidentSettings): IncidentStep {
  const { incidentId, areaCode, commandId, issuedAtMs } = command;
  const cause: Cause = { kind: 'command', id: commandId };
  if (command.action.kind === 'raiseSuppressed') return raise(state, command, command.action.event, settings);
  const incident = state.incidents.get(incidentId);
  if (incident === undefined) {
    const refusal = {
      code: 'INCIDENT_UNKNOWN',
      message: `There is no incident ${incidentId} in area ${areaCode}.`,
      hint: 'Look for it in the queue: it may belong to another area.',
    };
    return unchanged(state, [{ incidentId, areaCode, cause, incident: null, refusal }]);
  }
  if (isCarriedOut(incident, command)) {
    const others = toldAgain(state, new Set([incidentId]), cause).filter(
      (change) => change.incidentId !== incidentId,
    );
    return unchanged(state, [...others, changeOf(incident, cause)]);
  }
  const draft = draftOf(state);
  const outcome = carryOut(draft, incident, command, settings.cases);
  if ('refusal' in outcome) {
    return unchanged(state, [{ ...changeOf(incident, cause), refusal: outcome.refusal }]);
  }
  const field = fieldOf(draft.incidents.values());
  for (const recordId of outcome.recordIds) {
    const record = draft.records.get(recordId);
    if (record !== undefined) relink(draft, record, { field, settings, atMs: issuedAtMs });
  }
  return finish(state, draft, cause);
}

/** What a zone suppressed becomes an event like any other, with the name of who said so. */
function raise(
  state: AreaState,
  command: Command,
  event: SceneEvent,
  settings: IncidentSettings,
): IncidentStep {
  const { commandId, issuedBy: by, issuedAtMs, action } = command;
  const cause: Cause = { kind: 'command', id: commandId };
  const known = holderOf(state.incidents.values(), event.eventId);
  // Raised already: whoever asks again is shown what came of it.
  if (known !== undefined) return unchanged(state, [changeOf(known, cause)]);
  const draft = draftOf(state);
  regroup(draft, event, settings);
  const holder = holderOf(draft.incidents.values(), event.eventId);
  if (holder !== undefined)
    put(draft, holder, entry(issuedAtMs, 'eventAdded', commandId, { by, note: action.note }));
  relinkAround(draft, { before: state, event, settings, atMs: issuedAtMs });
  return finish(state, draft, cause);
}
