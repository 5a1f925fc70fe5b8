import { z } from 'zod';
import { AreaCode, CameraId, EpochMs } from './ids.ts';
import { PictureVerdict } from './picture-check.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

export const CameraState = z.enum([
  'online',
  'offline',
  'unknown',
  'maintenance',
  'notCommissioned',
  'retired',
]);
export type CameraState = z.infer<typeof CameraState>;

/** One fact about a camera. `unknown`: it was not looked at, or what it rests on does not hold. */
export const HealthFact = z
  .strictObject({
    holds: z.enum(['yes', 'no', 'unknown']),
    sinceMs: EpochMs,
    /** Error code or reason; empty while it holds. */
    cause: z.string(),
  })
  .meta({ id: 'HealthFact' });
export type HealthFact = z.infer<typeof HealthFact>;

/**
 * Five separate facts, never one lamp: its device answers, a session is open, new pictures come, they can be used,
 * and they are written. A camera that answers may send nothing; one that sends may send black.
 */
export const CameraFacts = z
  .strictObject({
    reachable: HealthFact,
    sessionOpen: HealthFact,
    framesAdvance: HealthFact,
    pictureUsable: HealthFact,
    recordingWritten: HealthFact,
  })
  .meta({ id: 'CameraFacts' });
export type CameraFacts = z.infer<typeof CameraFacts>;

/**
 * What a device's clock is by its last measurement: `right` or `drift` by the tolerance, `timezone` near whole hours
 * off (zone or daylight saving, no drift), `reset` in 1970 or 2000, `failed` when the device gave no time.
 */
export const ClockVerdict = z.enum(['right', 'drift', 'timezone', 'reset', 'failed']);
export type ClockVerdict = z.infer<typeof ClockVerdict>;

/** One measurement of a device's clock. */
export const ClockReading = z
  .strictObject({
    measuredAtMs: EpochMs,
    /** Device minus true time; null when it failed. */
    offsetMs: z.int().nullable(),
    /** The true offset lies within offset ± error: half the round trip and the whole seconds of the answer. */
    errorMs: z.int().nonnegative().nullable(),
    verdict: ClockVerdict,
  })
  .meta({ id: 'ClockReading' });
export type ClockReading = z.infer<typeof ClockReading>;

/** Half-open, captured time. */
export const RecordedSpan = z.strictObject({ fromMs: EpochMs, toMs: EpochMs }).meta({ id: 'RecordedSpan' });
export type RecordedSpan = z.infer<typeof RecordedSpan>;

/** A stretch of recording without a gap, and how long its pieces are kept before the recorder drops them. */
export const RecordingStretch = z
  .strictObject({ fromMs: EpochMs, toMs: EpochMs, keptMs: z.int().positive() })
  .meta({ id: 'RecordingStretch' });
export type RecordingStretch = z.infer<typeof RecordingStretch>;

/**
 * What ingest saw of one camera at one moment: published at every change of state and as a heartbeat between.
 * A state holds until the next sample of the camera, at most `validForMs`; after that it is unknown.
 */
export const CameraHealth = z
  .strictObject({
    cameraId: CameraId,
    areaCode: AreaCode,
    observedAtMs: EpochMs,
    state: CameraState,
    /** Error code or reason, e.g. `INGEST_RTSP_AUTH`, `frames-advance`, `end-of-file`. */
    cause: z.string(),
    validForMs: z.int().positive(),
    measuredWidthPx: z.int().positive().nullable(),
    measuredHeightPx: z.int().positive().nullable(),
    codec: z.string().nullable(),
    framesPerSecond: z.number().nonnegative().nullable(),
    lastFrameAtMs: EpochMs.nullable(),
    framesDropped: z.int().nonnegative(),
    /** Device clock minus wall clock; null when not measured. */
    clockOffsetMs: z.int().nullable(),
    /** Null in samples of recorded files and of versions that did not know them. */
    facts: CameraFacts.nullable().default(null),
    /** The newest diagnosis; null before the first. */
    picture: PictureVerdict.nullable().default(null),
    /** The measurement that `clockOffsetMs` comes from; null: none was made. */
    clock: ClockReading.nullable().default(null),
    /**
     * The newest stretch of recording without a gap, from its beginning to what is on disk: it grows from sample to
     * sample, and a new beginning means a gap. Null: nothing was written yet.
     */
    recording: RecordingStretch.nullable().default(null),
  })
  .meta({ id: 'CameraHealth' });
export type CameraHealth = z.infer<typeof CameraHealth>;

export const cameraHealth = topic({
  name: 'health.v1',
  schema: CameraHealth,
  keySpace: 'camera',
  key: (health) => health.cameraId,
});

export const cameraHealthTable = table({
  name: 'camera_health',
  schema: CameraHealth,
  orderBy: ['cameraId', 'observedAtMs'],
});
