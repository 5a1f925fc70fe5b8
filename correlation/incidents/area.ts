import type { Incident, IncidentChange, OfficialRecord, SceneEvent } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import { isOpen } from './states.ts';

/** What the one writer of an area works with. Never changed in place. */
export interface AreaState {
  readonly areaCode: string;
  readonly incidents: ReadonlyMap<string, Incident>;
  /** Records that events of the area may still be linked with. */
  readonly records: ReadonlyMap<string, OfficialRecord>;
}

/** What one input did. */
export interface IncidentStep {
  readonly state: AreaState;
  /** Incidents in a new version, to be stored before anybody is told. */
  readonly written: readonly Incident[];
  /** Records that were not known, or not like this. */
  readonly recordsWritten: readonly OfficialRecord[];
  /** What is to be told; a repeated input tells again what it did, without a new version. */
  readonly changes: readonly IncidentChange[];
}

export const emptyArea = (areaCode: string): AreaState => ({
  areaCode,
  incidents: new Map(),
  records: new Map(),
});

/** Id of the incident that an event opens. */
export const incidentIdOf = (eventId: string): string => deterministicId('incident', eventId);

/** A person has decided or linked something: from then on the pipeline does not regroup its events. */
export const isTouched = ({ timeline }: Incident): boolean => timeline.some(({ by }) => by !== null);

/** Found to be part of another incident; it keeps its id and what it held, and takes in nothing. */
export const isMerged = ({ state, rejection }: Incident): boolean =>
  state === 'rejected' && rejection !== null && rejection.duplicateOf !== null;

/** Only the pipeline merged it, so the pipeline may take that back. */
export const isMergedByPipeline = (incident: Incident): boolean => isMerged(incident) && !isTouched(incident);

/** Raised and not yet looked at: the pipeline may still regroup its events. */
export const isFree = (incident: Incident): boolean => incident.state === 'detected' && !isTouched(incident);

/** The incident that an event belongs to now. */
export function holderOf(incidents: Iterable<Incident>, eventId: string): Incident | undefined {
  for (const incident of incidents) {
    if (!isMerged(incident) && incident.events.some((event) => event.eventId === eventId)) return incident;
  }
  return undefined;
}

export const openIncidents = (incidents: Iterable<Incident>): Incident[] =>
  [...incidents].filter(({ state }) => isOpen(state));

export const newestMomentMs = ({ startedAtMs, raisedAtMs, moments }: SceneEvent): number =>
  Math.max(startedAtMs, raisedAtMs, moments.clearedAtMs ?? 0);

/** How much of an area is kept at hand. */
export interface AreaLimits {
  readonly incidents: number;
  readonly records: number;
}

/**
 * Let go of what was not touched for longest, by its own time. Whoever does this must look into the store before
 * taking an event for a new one.
 * @returns the same state when it is within its limits.
 */
export function boundArea(state: AreaState, limits: AreaLimits): AreaState {
  const { incidents, records } = state;
  if (incidents.size <= limits.incidents && records.size <= limits.records) return state;
  return {
    ...state,
    incidents: newest(incidents, limits.incidents, ({ updatedAtMs }) => updatedAtMs),
    records: newest(records, limits.records, ({ reportedAtMs }) => reportedAtMs),
  };
}

function newest<T>(
  items: ReadonlyMap<string, T>,
  limit: number,
  atMs: (item: T) => number,
): ReadonlyMap<string, T> {
  if (items.size <= limit) return items;
  // A tenth less than allowed, so that the next input does not sort everything again.
  const kept = Math.ceil(limit * 0.9);
  return new Map([...items].toSorted(([, one], [, other]) => atMs(other) - atMs(one)).slice(0, kept));
}
