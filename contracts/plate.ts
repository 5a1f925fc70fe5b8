import { z } from 'zod';
import { EpochMs } from './ids.ts';
import { Person } from './person.ts';

/** What kind of plate its characters tell. */
export const PlateKind = z.enum([
  'ordinary',
  'newEnergy',
  'police',
  'trailer',
  'learner',
  'consulate',
  'embassy',
  'crossBorder',
  'temporary',
]);
export type PlateKind = z.infer<typeof PlateKind>;

/** Why a plate is not said to be read. */
export const UnreadableReason = z.enum([
  'noRecording',
  'noPlate',
  'tooSmall',
  'blurred',
  'uncertain',
  'syntax',
  'severalPlates',
  'disagreeing',
]);
export type UnreadableReason = z.infer<typeof UnreadableReason>;

/** The plate of one passage as it was read from the recording, or why it was not. */
export const PlateReading = z
  .strictObject({
    sightingId: z.string().min(1).max(200),
    /** Null: unreadable. */
    text: z.string().max(12).nullable(),
    kind: PlateKind.nullable(),
    /** Null where it was read. */
    reason: UnreadableReason.nullable(),
    /** Of the character that was least sure; 0 where nothing was read. */
    confidence: z.number().min(0).max(1),
    /** Pictures that were looked at, and those of them that say this. */
    pictureCount: z.int().nonnegative(),
    agreeingCount: z.int().nonnegative(),
    /** Height of the characters' line where it was largest, in px of the recording; 0: no line was found. */
    heightPx: z.int().nonnegative(),
    askedBy: Person,
    atMs: EpochMs,
  })
  .meta({ id: 'PlateReading' });
export type PlateReading = z.infer<typeof PlateReading>;

/** What the pictures of one passage say of its plate. */
export type PlateText = Omit<PlateReading, 'sightingId' | 'askedBy' | 'atMs'>;
