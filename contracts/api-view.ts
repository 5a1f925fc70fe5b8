import { z } from 'zod';
import { AuditEntry } from './audit-entry.ts';
import { Camera } from './camera.ts';
import { FaultTicket } from './fault-ticket.ts';
import { CameraHealth, CameraState, RecordedSpan } from './health.ts';
import { CameraId, EpochMs, Uuid } from './ids.ts';
import { KeyPlace } from './key-place.ts';
import { Person } from './person.ts';
import { Agency } from './desk.ts';
import { Role } from './user.ts';

/** Body of every refused request. */
export const ApiError = z
  .strictObject({
    /** Stable, e.g. `AUTH_REQUIRED`. */
    code: z.string(),
    message: z.string(),
    /** What to do next. */
    hint: z.string(),
  })
  .meta({ id: 'ApiError' });
export type ApiError = z.infer<typeof ApiError>;

/** Who is logged in, and whether a password is still to be set. */
export const SessionView = z
  .strictObject({
    person: Person,
    openedBy: z.enum(['link', 'password', 'localToken']),
    role: Role,
    agency: Agency.nullable(),
    /** Nobody has set one yet: the page asks for it. */
    isPasswordMissing: z.boolean(),
  })
  .meta({ id: 'SessionView' });
export type SessionView = z.infer<typeof SessionView>;

/** One camera as the file says it, and what was last seen of it. */
export const CameraView = z
  .strictObject({
    camera: Camera,
    /** State that holds now; `unknown` when nothing valid was heard. */
    state: CameraState,
    /** The newest sample; null when there never was one. */
    health: CameraHealth.nullable(),
  })
  .meta({ id: 'CameraView' });
export type CameraView = z.infer<typeof CameraView>;

export const CameraList = z.strictObject({ items: z.array(CameraView) }).meta({ id: 'CameraList' });
export type CameraList = z.infer<typeof CameraList>;

/** A camera was in one state all that time, half-open. */
export const StateSpan = z
  .strictObject({ state: CameraState, cause: z.string(), fromMs: EpochMs, toMs: EpochMs })
  .meta({ id: 'StateSpan' });
export type StateSpan = z.infer<typeof StateSpan>;

/** Health of one camera: what holds now, and how it went over a window (the last 24 hours unless asked otherwise). */
export const CameraHealthView = z
  .strictObject({
    cameraId: CameraId,
    atMs: EpochMs,
    /** State that holds now, with maintenance and the asset file taken into account. */
    state: CameraState,
    sinceMs: EpochMs,
    cause: z.string(),
    /** The newest sample with its facts, picture and clock; null when there never was one. */
    health: CameraHealth.nullable(),
    /** The sample still holds; when not, its facts are what was last known. */
    isCurrent: z.boolean(),
    fromMs: EpochMs,
    toMs: EpochMs,
    /** Covering the window without gap or overlap. */
    intervals: z.array(StateSpan),
    recordings: z.array(RecordedSpan),
    /** Newest masked still: `GET /api/cameras/{cameraId}/still` gives it and registers the look. Null: none is kept. */
    stillCapturedAtMs: EpochMs.nullable(),
  })
  .meta({ id: 'CameraHealthView' });
export type CameraHealthView = z.infer<typeof CameraHealthView>;

export const FaultTicketList = z
  .strictObject({
    /** Open ones first, then the newest. */
    items: z.array(FaultTicket),
  })
  .meta({ id: 'FaultTicketList' });
export type FaultTicketList = z.infer<typeof FaultTicketList>;

export const KeyPlaceList = z.strictObject({ items: z.array(KeyPlace) }).meta({ id: 'KeyPlaceList' });
export type KeyPlaceList = z.infer<typeof KeyPlaceList>;

/** What came of a file: nothing is dropped without being named. */
export const ImportSummary = z
  .strictObject({
    fileName: z.string(),
    /** What is worth knowing of rows that were taken, counted by name: `ignoredRows`, `overlappingRows`, `openRows`. */
    notes: z.record(z.string(), z.int()).optional(),
    /** Rows taken over. */
    acceptedCount: z.int().nonnegative(),
    /** Rows that were not, for one reason or more. */
    rejectedCount: z.int().nonnegative(),
    rejectedRows: z.array(
      z.strictObject({
        /** Line of the file, the heading being line 1. */
        line: z.int().positive(),
        /** Number of the row, the first below the heading being 1; a line break inside quotes stays in its row. */
        row: z.int().nonnegative().optional(),
        /** Heading of the column; null when the row as a whole is refused. */
        column: z.string().nullable(),
        /** What stood there; null where it may hold a caller's personal data. */
        found: z.string().nullable(),
        reason: z.string(),
      }),
    ),
  })
  .meta({ id: 'ImportSummary' });
export type ImportSummary = z.infer<typeof ImportSummary>;

/** Whether the audit register is what was written. */
export const AuditVerification = z
  .strictObject({
    isIntact: z.boolean(),
    checkedEntries: z.int().nonnegative(),
    checkedChains: z.int().nonnegative(),
    verifiedAtMs: EpochMs,
    /**
     * At most 100. `changed`: content and hash differ; `missing`: the number is not there; `notLinked`: it does not
     * follow its predecessor.
     */
    broken: z.array(
      z.strictObject({
        chainId: Uuid,
        sequence: z.int().nonnegative(),
        because: z.enum(['changed', 'missing', 'notLinked']),
      }),
    ),
  })
  .meta({ id: 'AuditVerification' });
export type AuditVerification = z.infer<typeof AuditVerification>;

export const AuditReport = z
  .strictObject({
    /** Newest first. */
    items: z.array(AuditEntry),
    verification: AuditVerification,
  })
  .meta({ id: 'AuditReport' });
export type AuditReport = z.infer<typeof AuditReport>;
