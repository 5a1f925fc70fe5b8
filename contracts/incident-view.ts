import { z } from 'zod';
import { PersonAction } from './command.ts';
import { EpochMs, Uuid } from './ids.ts';
import { Incident, IncidentChange, Refusal } from './incident.ts';
import { Moments } from './scene-event.ts';

/** One line of the queue: an incident without the evidence behind it. */
export const IncidentSummary = Incident.pick({
  incidentId: true,
  version: true,
  areaCode: true,
  kind: true,
  state: true,
  openedAtMs: true,
  updatedAtMs: true,
  location: true,
  cameraIds: true,
  rejection: true,
  triage: true,
})
  .extend({
    cameraName: z.string().nullable(),
    /** Of the first camera; null when the camera file does not say. */
    address: z.string().nullable(),
    /** Of the surest event. */
    confidence: z.number().min(0).max(1),
    /** Captured time at which the rule was first fulfilled. */
    raisedAtMs: EpochMs,
    /** Of the event that opened it. */
    moments: Moments,
    eventCount: z.int().nonnegative(),
    linkedRecordCount: z.int().nonnegative(),
    suggestedRecordCount: z.int().nonnegative(),
    /** The masked still that tells most; null when there is none. */
    thumbnailMediaId: Uuid.nullable(),
  })
  .meta({ id: 'IncidentSummary' });
export type IncidentSummary = z.infer<typeof IncidentSummary>;

export const IncidentPage = z
  .strictObject({
    items: z.array(IncidentSummary),
    /** Hand it in as `cursor` for the next page; null on the last one. */
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'IncidentPage' });
export type IncidentPage = z.infer<typeof IncidentPage>;

/** Data of an `incident` server-sent event: what changed, as a line of the queue. */
export const IncidentNotice = z
  .strictObject({ cause: IncidentChange.shape.cause, incident: IncidentSummary })
  .meta({ id: 'IncidentNotice' });
export type IncidentNotice = z.infer<typeof IncidentNotice>;

export const CommandRequest = z
  .strictObject({
    action: PersonAction,
    /** Version of the incident that the person looked at; null: whatever it is now. */
    expectedVersion: z.int().nonnegative().nullable(),
  })
  .meta({ id: 'CommandRequest' });
export type CommandRequest = z.infer<typeof CommandRequest>;

/** A command that was not carried out, and the incident as it is. */
export const CommandRefused = Refusal.extend({ incident: Incident.nullable() }).meta({
  id: 'CommandRefused',
});
export type CommandRefused = z.infer<typeof CommandRefused>;
