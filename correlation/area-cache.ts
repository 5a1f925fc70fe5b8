import {
  type Incident,
  incidentTable,
  type OfficialRecord,
  officialRecordTable,
} from '../contracts/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { QueryParams, Store } from '../store/index.ts';
import { type AreaLimits, type AreaState, boundArea, type IncidentInput } from './incidents/index.ts';

/** What is kept at hand of one area; more lies in the store. */
const limits: AreaLimits = { incidents: 500, records: 5_000 };
/** Areas at hand; the one that waited longest goes first. */
const maxAreas = 64;
/**
 * An area that was quiet for this long is read anew: in a cluster another worker may have had it in between.
 */
const maxIdleMs = 10_000;
/** No record is linked with an event further away in time. */
const reachMs = 100 * 3_600_000;
const rowsAtMost = 500;

interface CachedArea {
  readonly state: AreaState;
  /** All there is of the area is in `state`: what is not there does not exist. */
  readonly isComplete: boolean;
  readonly touchedAtMs: number;
}

/** The areas a worker works on, read from the store when they are first touched and kept within bounds. */
export interface AreaCache {
  /** The area with everything that `input` can concern. */
  load(areaCode: string, input: IncidentInput): Promise<AreaState>;
  /** Keep what a step made of it. */
  keep(state: AreaState): void;
}

export function openAreaCache(store: Store, clock: Clock): AreaCache {
  const areas = new Map<string, CachedArea>();

  const touch = (state: AreaState, isComplete: boolean): void => {
    areas.delete(state.areaCode);
    areas.set(state.areaCode, { state, isComplete, touchedAtMs: clock.monotonicMs() });
    for (const [code, { touchedAtMs }] of areas) {
      if (areas.size <= maxAreas && clock.monotonicMs() - touchedAtMs <= maxIdleMs) break;
      areas.delete(code);
    }
  };

  const firstTouch = async (areaCode: string): Promise<CachedArea> => {
    const [incidents, records] = await Promise.all([
      store.find(incidentTable, {
        where: 'areaCode = {areaCode:String}',
        params: { areaCode },
        orderBy: 'updatedAtMs DESC',
        limit: limits.incidents,
      }),
      store.find(officialRecordTable, {
        where: 'areaCode = {areaCode:String}',
        params: { areaCode },
        orderBy: 'reportedAtMs DESC',
        limit: limits.records,
      }),
    ]);
    const isComplete = incidents.length < limits.incidents && records.length < limits.records;
    return { state: stateOf(areaCode, incidents, records), isComplete, touchedAtMs: clock.monotonicMs() };
  };

  return {
    async load(areaCode, input) {
      const known = areas.get(areaCode);
      const isFresh = known !== undefined && clock.monotonicMs() - known.touchedAtMs <= maxIdleMs;
      const area = isFresh ? known : await firstTouch(areaCode);
      const state = area.isComplete ? area.state : await withNeighbours(store, area.state, input);
      touch(state, area.isComplete);
      return state;
    },
    keep(state) {
      const bounded = boundArea(state, limits);
      touch(bounded, bounded === state && areas.get(state.areaCode)?.isComplete === true);
    },
  };
}

const stateOf = (
  areaCode: string,
  incidents: readonly Incident[],
  records: readonly OfficialRecord[],
): AreaState => ({
  areaCode,
  incidents: new Map(incidents.map((incident) => [incident.incidentId, incident])),
  records: new Map(records.map((record) => [record.recordId, record])),
});

interface Wanted {
  readonly incidents: { readonly where: string; readonly params: QueryParams };
  readonly records: { readonly where: string; readonly params: QueryParams };
}

/** What the store may hold that an input can concern. */
function wantedBy(input: IncidentInput): Wanted {
  const around = (id: string, atMs: number): Wanted => {
    const params = { id, fromMs: atMs - reachMs, toMs: atMs + reachMs };
    const opened = 'openedAtMs BETWEEN {fromMs:Int64} AND {toMs:Int64}';
    return {
      incidents: {
        where: `position(events, {id:String}) > 0 OR position(records, {id:String}) > 0 OR ${opened}`,
        params,
      },
      records: {
        where: 'recordId = {id:String} OR reportedAtMs BETWEEN {fromMs:Int64} AND {toMs:Int64}',
        params,
      },
    };
  };
  switch (input.kind) {
    case 'sceneEvent':
      return around(input.event.eventId, input.event.startedAtMs);
    case 'record':
      return around(input.record.recordId, input.record.occurredAtMs ?? input.record.reportedAtMs);
    case 'command': {
      const { incidentId, action } = input.command;
      if (action.kind === 'raiseSuppressed') return around(action.event.eventId, action.event.startedAtMs);
      const other = 'duplicateOf' in action ? (action.duplicateOf ?? incidentId) : incidentId;
      const recordId = 'recordId' in action ? action.recordId : incidentId;
      return {
        incidents: {
          where:
            'incidentId IN ({incidentId:String}, {other:String}) OR position(records, {recordId:String}) > 0',
          params: { incidentId, other, recordId },
        },
        records: { where: 'recordId = {recordId:String}', params: { recordId } },
      };
    }
  }
}

/** What is at hand wins: it is newer or the same. */
async function withNeighbours(store: Store, state: AreaState, input: IncidentInput): Promise<AreaState> {
  const { areaCode } = state;
  const { incidents, records } = wantedBy(input);
  const inArea = ({ where, params }: Wanted['incidents']) => ({
    where: `areaCode = {areaCode:String} AND (${where})`,
    params: { ...params, areaCode },
    limit: rowsAtMost,
  });
  const [foundIncidents, foundRecords] = await Promise.all([
    store.find(incidentTable, inArea(incidents)),
    store.find(officialRecordTable, inArea(records)),
  ]);
  const found = stateOf(areaCode, foundIncidents, foundRecords);
  return {
    areaCode,
    incidents: new Map([...found.incidents, ...state.incidents]),
    records: new Map([...found.records, ...state.records]),
  };
}
