import {
  type AgencyTask,
  type Incident,
  type LoopLevel,
  LoopMetric,
  type LoopRow,
  type LoopTime,
} from '../../contracts/index.ts';
import { dueAt, type CaseSettings } from '../cases/index.ts';
import { distanceM } from '../link/index.ts';

/** Half-open. */
interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What an incident is counted under, besides the district. */
interface LoopPlaces {
  /** Street of a camera; null where the camera file does not say. */
  streetOf(cameraId: string): string | null;
  nameOf(cameraId: string): string;
}

const repeatWithinM = 30;
const repeatWithinMs = 30 * 86_400_000;

const within = (atMs: number | null | undefined, { fromMs, toMs }: Period): boolean =>
  atMs !== null && atMs !== undefined && atMs >= fromMs && atMs < toMs;

/** When an incident first came into a state; null: never. */
const cameTo = ({ timeline }: Incident, state: Incident['state']): number | null =>
  timeline.find(({ toState }) => toState === state)?.atMs ?? null;

/** Judged: registered or rejected by a person. What the pipeline itself merged was never judged. */
export const judgedAtMs = ({ timeline }: Incident): number | null =>
  timeline.find(({ toState, by }) => by !== null && (toState === 'registered' || toState === 'rejected'))
    ?.atMs ?? null;

interface Tally {
  numerator: number;
  denominator: number;
}

class Row {
  readonly tallies = new Map<LoopMetric, Tally>();
  readonly spans = new Map<LoopTime['metric'], number[]>();
  overdueCount = 0;

  count(metric: LoopMetric, isCounted: boolean): void {
    const tally = this.tallies.get(metric) ?? { numerator: 0, denominator: 0 };
    tally.denominator++;
    if (isCounted) tally.numerator++;
    this.tallies.set(metric, tally);
  }

  span(metric: LoopTime['metric'], ms: number): void {
    this.spans.set(metric, [...(this.spans.get(metric) ?? []), ms]);
  }
}

const medianOf = (values: readonly number[]): number | null => {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};

function rowOf(key: string, name: string, row: Row): LoopRow {
  return {
    key,
    name,
    rates: LoopMetric.options.map((metric) => {
      const { numerator, denominator } = row.tallies.get(metric) ?? { numerator: 0, denominator: 0 };
      return { metric, numerator, denominator, value: denominator === 0 ? null : numerator / denominator };
    }),
    times: (['detectToRegister', 'handling'] as const).map((metric) => {
      const spans = row.spans.get(metric) ?? [];
      const sum = spans.reduce((total, span) => total + span, 0);
      const meanMs = spans.length === 0 ? null : sum / spans.length;
      return { metric, count: spans.length, meanMs, medianMs: medianOf(spans) };
    }),
    overdueCount: row.overdueCount,
  };
}

/** An earlier matter of the same kind lay at the same place within the 30 days before. */
const isRepeat = (incident: Incident, all: readonly Incident[]): boolean =>
  all.some(
    (other) =>
      other.kind === incident.kind &&
      other.state !== 'rejected' &&
      other.openedAtMs < incident.openedAtMs &&
      incident.openedAtMs - other.openedAtMs <= repeatWithinMs &&
      other.location !== null &&
      incident.location !== null &&
      distanceM(other.location, incident.location) <= repeatWithinM,
  );

/** Rates of judging and closing: of the whole incident. */
function countIncident(
  row: Row,
  incident: Incident,
  at: { readonly period: Period; readonly all: readonly Incident[]; readonly settings: CaseSettings },
): void {
  const { period, all, settings } = at;
  const registeredAtMs = cameTo(incident, 'registered');
  const judged = judgedAtMs(incident);
  // Found by the pipeline to be part of another: that one is counted.
  const isMergedUnseen = incident.rejection?.duplicateOf != null && judged === null;
  if (within(incident.openedAtMs, period) && !isMergedUnseen)
    row.count('registered', registeredAtMs !== null);
  if (within(judged, period)) {
    row.count('falseAlarm', incident.rejection?.reason === 'false_alarm');
    row.count('repeated', incident.rejection?.reason === 'duplicate' || isRepeat(incident, all));
  }
  if (registeredAtMs === null) return;
  if (within(registeredAtMs, period)) {
    const [event] = incident.events;
    if (event !== undefined) row.span('detectToRegister', registeredAtMs - event.raisedAtMs);
    row.count('closed', cameTo(incident, 'closed') !== null);
  }
  const closedAtMs = cameTo(incident, 'closed');
  const closeDueMs = dueAt(registeredAtMs, settings.limits.close, settings.workHours);
  if (within(closedAtMs, period) || within(closeDueMs, period)) {
    row.count('closedInTime', closedAtMs !== null && closedAtMs <= closeDueMs);
  }
  const verified = incident.timeline.filter(({ toState }) => toState === 'verified');
  if (verified.some(({ atMs }) => within(atMs, period))) {
    row.count(
      'verifiedAtOnce',
      incident.tasks.every(({ reworkCount }) => reworkCount === 0),
    );
  }
}

/** Rates of one agency's part. */
function countTask(
  row: Row,
  { assignedAtMs, deadlines, feedback, reworkCount }: AgencyTask,
  period: Period,
): void {
  const first = feedback[0]?.atMs ?? null;
  if (within(assignedAtMs, period)) row.count('handled', first !== null);
  const { dueAtMs, doneAtMs } = deadlines.feedback;
  // What is not yet due and not done stays out: it is neither in time nor late.
  if (within(doneAtMs, period) || within(dueAtMs, period)) {
    row.count('handledInTime', doneAtMs !== null && doneAtMs <= dueAtMs);
  }
  if (within(first, period) && first !== null) {
    row.count('reworked', reworkCount > 0);
    row.span('handling', first - assignedAtMs);
  }
  row.overdueCount += Object.values(deadlines).filter(
    (term) => within(term.dueAtMs, period) && (term.doneAtMs === null || term.doneAtMs > term.dueAtMs),
  ).length;
}

/**
 * Rates of the loop over a period, for each desk, street, camera or rule.
 * @param incidents all that were opened, judged, due or closed in the period, and those of 30 days before for repeats.
 */
export function loopRows(
  incidents: readonly Incident[],
  period: Period,
  level: LoopLevel,
  parts: { readonly settings: CaseSettings; readonly places: LoopPlaces },
): LoopRow[] {
  const { settings, places } = parts;
  const rows = new Map<string, { name: string; row: Row }>();
  const rowFor = (key: string, name: string): Row => {
    const known = rows.get(key);
    if (known !== undefined) return known.row;
    const row = new Row();
    rows.set(key, { name, row });
    return row;
  };
  for (const incident of incidents) {
    const at = { period, all: incidents, settings };
    if (level === 'unit') {
      for (const task of incident.tasks) {
        const row = rowFor(task.deskId, task.deskName || task.deskId);
        countTask(row, task, period);
        // The lead answers for the whole.
        if (task.isLead) countIncident(row, incident, at);
      }
      continue;
    }
    for (const [key, name] of keysOf(incident, level, places)) {
      const row = rowFor(key, name);
      countIncident(row, incident, at);
      for (const task of incident.tasks) countTask(row, task, period);
    }
  }
  if (level === 'district') rowFor('district', '');
  return [...rows]
    .map(([key, { name, row }]) => rowOf(key, name, row))
    .filter(({ key, rates }) => key === 'district' || rates.some(({ denominator }) => denominator > 0))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

function keysOf(
  { cameraIds, events }: Incident,
  level: Exclude<LoopLevel, 'unit'>,
  places: LoopPlaces,
): ReadonlyMap<string, string> {
  switch (level) {
    case 'district':
      return new Map([['district', '']]);
    case 'camera':
      return new Map(cameraIds.map((cameraId) => [cameraId, places.nameOf(cameraId)]));
    case 'street':
      return new Map(
        cameraIds.map((cameraId) => places.streetOf(cameraId) ?? '').map((street) => [street, street]),
      );
    case 'rule':
      return new Map(events.map(({ ruleId }) => [ruleId, ruleId]));
  }
}
