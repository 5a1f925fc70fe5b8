import { z } from 'zod';
import { AgencyTask, Deadline } from './agency-task.ts';
import { RejectReason } from './command.ts';
import { SceneEventKind } from './event-kind.ts';
import { LonLat } from './geometry.ts';
import { AreaCode, CameraId, EpochMs, Uuid } from './ids.ts';
import { PenaltyCase } from './penalty-case.ts';
import { Person } from './person.ts';
import { OfficialRecord } from './record.ts';
import { SceneEvent } from './scene-event.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

/** `detected → triage → registered → … → closed`; `rejected` from triage; `merged` when found to be another's. */
export const IncidentState = z.enum([
  'detected',
  'triage',
  'registered',
  'dispatched',
  'acknowledged',
  'arrived',
  'handling',
  'feedback',
  'verified',
  'closed',
  'rejected',
]);
export type IncidentState = z.infer<typeof IncidentState>;

/**
 * What one side of a pair says for or against it. The parts add up to the decimal logarithm of the odds that the record
 * is about this event and not about something no camera saw; other events that would fit as well lower the score,
 * and another report of the same matter (`repeat`) may raise it.
 */
export const ScorePart = z
  .strictObject({
    /** `repeat`: what another report of the same matter carries over. */
    name: z.enum(['place', 'time', 'kind', 'addressOrPole', 'vehicle', 'repeat']),
    /** Decimal logarithm: 1 makes the pair ten times likelier, −1 ten times less; 0 says nothing. */
    evidence: z.number(),
    /** In words, e.g. `23 m apart`. */
    because: z.string(),
  })
  .meta({ id: 'ScorePart' });
export type ScorePart = z.infer<typeof ScorePart>;

/** An official record that belongs, or may belong, to an incident. */
export const RecordLink = z
  .strictObject({
    record: OfficialRecord,
    eventId: Uuid,
    score: z.number().min(0).max(1),
    parts: z.array(ScorePart),
    status: z.enum(['linked', 'suggested', 'confirmed', 'undone']),
  })
  .meta({ id: 'RecordLink' });
export type RecordLink = z.infer<typeof RecordLink>;

/** What happened to the incident, in order; `by` is null when the pipeline did it. */
export const TimelineEntry = z
  .strictObject({
    atMs: EpochMs,
    kind: z.enum([
      'eventAdded',
      'eventUpdated',
      'eventEnded',
      'recordLinked',
      'recordSuggested',
      'recordUnlinked',
      'stateChanged',
      'merged',
      'taskAssigned',
      'taskAdvanced',
      'taskTransferred',
      'urged',
      'escalated',
      'suspended',
      'resumed',
      'caseChanged',
      'evidenceReviewed',
    ]),
    /** Id of the event, record or incident it is about, or of the command that moved it to another state. */
    refId: z.string().nullable(),
    fromState: IncidentState.nullable(),
    toState: IncidentState.nullable(),
    by: Person.nullable(),
    note: z.string(),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** The merged story. Only the correlation worker that owns `areaCode` writes it. */
export const Incident = z
  .strictObject({
    /** uuidv5 of the event that opened it. */
    incidentId: Uuid,
    /** Grows by one with every change. */
    version: z.int().positive(),
    areaCode: AreaCode,
    kind: SceneEventKind,
    state: IncidentState,
    openedAtMs: EpochMs,
    /** Captured or issued time of the newest thing in it, never the clock of the machine. */
    updatedAtMs: EpochMs,
    location: LonLat.nullable(),
    cameraIds: z.array(CameraId),
    /** Newest revision of each event. */
    events: z.array(SceneEvent),
    records: z.array(RecordLink),
    tasks: z.array(AgencyTask),
    /** Until when a person must have judged it; null on incidents of before there was a term. */
    triage: Deadline.nullable(),
    /** Since registration; null before. */
    penaltyCase: PenaltyCase.nullable(),
    rejection: z
      .strictObject({ reason: RejectReason, note: z.string(), duplicateOf: Uuid.nullable() })
      .nullable(),
    timeline: z.array(TimelineEntry),
  })
  .meta({ id: 'Incident' });
export type Incident = z.infer<typeof Incident>;

export const Refusal = z
  .strictObject({ code: z.string(), message: z.string(), hint: z.string() })
  .meta({ id: 'Refusal' });
export type Refusal = z.infer<typeof Refusal>;

/** What the correlation worker tells everybody: an incident as it is now, and why it was looked at. */
export const IncidentChange = z
  .strictObject({
    incidentId: Uuid,
    areaCode: AreaCode,
    cause: z.strictObject({ kind: z.enum(['sceneEvent', 'record', 'command']), id: Uuid }),
    /** Null only when a command names an incident that does not exist. */
    incident: Incident.nullable(),
    /** Why a command was not carried out. */
    refusal: Refusal.nullable(),
  })
  .meta({ id: 'IncidentChange' });
export type IncidentChange = z.infer<typeof IncidentChange>;

export const incidentChanges = topic({
  name: 'incident.v1',
  schema: IncidentChange,
  keySpace: 'area',
  key: (change) => change.areaCode,
});

export const incidentTable = table({
  name: 'incident',
  schema: Incident,
  orderBy: ['incidentId'],
  versionBy: 'version',
});
