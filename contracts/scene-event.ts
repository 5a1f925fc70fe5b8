import { z } from 'zod';
import { SceneEventKind } from './event-kind.ts';
import { BoxNorm, LonLat } from './geometry.ts';
import { AreaCode, CameraId, EpochMs, Uuid } from './ids.ts';
import { MediaRef } from './media.ts';
import { ObjectClass } from './observation.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

export const SceneEventPhase = z.enum(['started', 'updated', 'ended']);
export type SceneEventPhase = z.infer<typeof SceneEventPhase>;

const PictureSide = z.enum(['left', 'right', 'top', 'bottom']);

/** Who brought it: the track that was there at put-down. Never an identity. */
export const Actor = z
  .strictObject({
    className: ObjectClass,
    trackId: z.string(),
    /** Where the actor was when the thing was put down. */
    box: BoxNorm,
    /** Of a vehicle: `white`, `black`, `grey`, `red`, …; `unknown` when its looks do not tell; null for a person. */
    colour: z.string().nullable(),
    enteredFrom: PictureSide.nullable(),
    leftTo: PictureSide.nullable(),
  })
  .meta({ id: 'Actor' });
export type Actor = z.infer<typeof Actor>;

/** The colour of an actor where it is told; null where it is not known. */
export const knownColour = ({ colour }: Pick<Actor, 'colour'>): string | null =>
  colour === 'unknown' ? null : colour;

/** The moments a reconstruction needs, in captured time; null while unknown. */
export const Moments = z
  .strictObject({
    arrivedAtMs: EpochMs.nullable(),
    putDownAtMs: EpochMs.nullable(),
    departedAtMs: EpochMs.nullable(),
    clearedAtMs: EpochMs.nullable(),
  })
  .meta({ id: 'Moments' });
export type Moments = z.infer<typeof Moments>;

/** One condition of a rule and when it held, so that an event can explain itself. */
export const RuleTraceEntry = z
  .strictObject({
    condition: z.string(),
    fromMs: EpochMs,
    toMs: EpochMs.nullable(),
    /** What was measured and what was asked for, in the unit that the condition names. */
    measured: z.number().nullable(),
    threshold: z.number().nullable(),
  })
  .meta({ id: 'RuleTraceEntry' });
export type RuleTraceEntry = z.infer<typeof RuleTraceEntry>;

/** Something happened on one camera. Revisions of one event share `eventId`; the highest `revision` is current. */
export const SceneEvent = z
  .strictObject({
    /** uuidv5 of camera, rule, zone and start: a replay makes the same id. */
    eventId: Uuid,
    revision: z.int().nonnegative(),
    cameraId: CameraId,
    areaCode: AreaCode,
    kind: SceneEventKind,
    phase: SceneEventPhase,
    ruleId: z.string(),
    zoneId: z.string(),
    startedAtMs: EpochMs,
    /** Captured time at which the rule was fulfilled. */
    raisedAtMs: EpochMs,
    moments: Moments,
    box: BoxNorm,
    sourceWidthPx: z.int().positive(),
    sourceHeightPx: z.int().positive(),
    actor: Actor.nullable(),
    confidence: z.number().min(0).max(1),
    /** Honest doubts, e.g. that the background was still being learnt. */
    caveats: z.array(z.string()),
    /** Where the camera stands; null when the camera file does not say. */
    location: LonLat.nullable(),
    /** How far the thing may be from `location`, metres, where that is known better than by how far the camera sees. */
    locationErrorM: z.number().positive().optional(),
    poleNumber: z.string().nullable(),
    /** Measured device clock minus wall clock, already corrected in all moments; null when not measured. */
    clockOffsetMs: z.int().nullable(),
    media: z.array(MediaRef),
    trace: z.array(RuleTraceEntry),
  })
  .meta({ id: 'SceneEvent' });
export type SceneEvent = z.infer<typeof SceneEvent>;

export const sceneEvents = topic({
  name: 'scene-event.v1',
  schema: SceneEvent,
  keySpace: 'area',
  key: (event) => event.areaCode,
});

export const sceneEventTable = table({
  name: 'scene_event',
  schema: SceneEvent,
  orderBy: ['eventId'],
  versionBy: 'revision',
});
