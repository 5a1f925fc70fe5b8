import type { Incident, OfficialRecord } from '../../contracts/index.ts';
import {
  type AreaState,
  emptyArea,
  type IncidentSettings,
  isMerged,
  stepIncidents,
} from '../incidents/index.ts';
import { findRepeats, groupReports, isReport, legalBases } from '../link/index.ts';
import { connected } from './compare.ts';
import type { RecordCity } from './folder.ts';
import type { Proposals } from './truth.ts';

/** A heap is said to be legal from this probability on that it lies within a permit's place. */
export const legalShare = 0.3;
/** Pairs of reports are looked at from this probability on. */
const leastRepeatShare = 0.06;

/**
 * Let the incident core take in a set as a day would bring it: records when they were made, events when they were
 * raised. What is proposed is what the incidents then hold.
 */
export function propose(city: RecordCity, settings: IncidentSettings): Proposals {
  const idOf = new Map(
    city.files.flatMap(({ stem, rows }) =>
      rows.map(({ row, record }) => [record.importedFrom ?? '', `${stem}:${row}`] as const),
    ),
  );
  const rowId = ({ importedFrom }: OfficialRecord): string => idOf.get(importedFrom ?? '') ?? '';
  const state = takeIn(city, settings);
  const records = [...state.records.values()];
  const incidents = [...state.incidents.values()].filter((incident) => !isMerged(incident));
  const heldBy = new Map(
    incidents.flatMap((incident) =>
      incident.records.flatMap(({ record, status }) =>
        status === 'linked' ? [[record.recordId, incident.incidentId] as const] : [],
      ),
    ),
  );
  const reports = records.filter((record) => isReport(record) && record.status === 'active');
  const matters = groupReports(reports, findRepeats(reports, leastRepeatShare), heldBy);
  const duplicates = matters.flatMap(({ recordIds }) => {
    const [first, ...others] = recordIds.flatMap((id) => {
      const record = state.records.get(id);
      return record === undefined ? [] : [rowId(record)];
    });
    return first === undefined ? [] : others.map((other): [string, string] => [first, other]);
  });
  const links = incidents.flatMap(({ records: held }) =>
    held.map(({ record, eventId, score, status }) => ({
      recordId: rowId(record),
      eventId,
      // A suggestion stays one, however well place and time fit: its kind is another.
      score: status === 'suggested' ? Math.min(score, settings.linkScore - 0.01) : score,
    })),
  );
  return {
    links,
    duplicates,
    legal: legalIn(incidents, records, rowId),
    rejectedRows: city.files.flatMap(({ stem, rejected }) =>
      [...new Map(rejected.map(({ row, code }) => [row, code]))].map(([row, reason]) => ({
        recordId: `${stem}:${row}`,
        reason,
      })),
    ),
    groups: connected([
      ...incidents.flatMap(({ events: [first, ...others] }) =>
        others.map(({ eventId }): [string, string] => [first?.eventId ?? '', eventId]),
      ),
      ...links
        .filter(({ score }) => score >= settings.linkScore)
        .map(({ recordId, eventId }): [string, string] => [recordId, eventId]),
      ...duplicates,
    ]),
    located: Object.fromEntries(
      city.files.flatMap(({ stem, rows }) =>
        rows.flatMap(({ row, record: { spots } }) => {
          const [spot] = spots;
          return spot === undefined ? [] : [[`${stem}:${row}`, [spot.lonDeg, spot.latDeg] as const] as const];
        }),
      ),
    ),
  };
}

/** Everything of a set through the core, in the order of its own time. */
export function takeIn(city: RecordCity, settings: IncidentSettings): AreaState {
  const inputs = [
    ...city.files.flatMap(({ rows }) =>
      rows.map(({ record }) => ({ atMs: record.reportedAtMs, input: { kind: 'record' as const, record } })),
    ),
    ...city.events.map((event) => ({
      atMs: event.raisedAtMs,
      input: { kind: 'sceneEvent' as const, event },
    })),
  ].toSorted((one, other) => one.atMs - other.atMs);
  let state = emptyArea(city.events[0]?.areaCode ?? '');
  for (const { input } of inputs) ({ state } = stepIncidents(state, input, settings));
  return state;
}

function legalIn(
  incidents: readonly Incident[],
  records: readonly OfficialRecord[],
  rowId: (record: OfficialRecord) => string,
): Proposals['legal'] {
  const permits = records.filter(({ validity }) => validity !== null);
  return incidents.flatMap(({ events }) =>
    events.flatMap((event) => {
      const [best] = legalBases(event, permits, events);
      return best === undefined || best.share < legalShare
        ? []
        : [{ eventId: event.eventId, permitRecordId: rowId(best.permit) }];
    }),
  );
}

/** Personal data of callers that is still somewhere in what was taken over. */
export function personalDataKept({ files, personalValues }: RecordCity): string[] {
  const taken = JSON.stringify(files);
  return [...personalValues].filter((value) => taken.includes(value));
}
