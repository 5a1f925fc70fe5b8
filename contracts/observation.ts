import { z } from 'zod';
import { column } from './column.ts';
import { CameraId, EpochMs } from './ids.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

/** Classes the rules know; a model's own classes are mapped to these. */
export const ObjectClass = z.enum([
  'person',
  'bicycle',
  'motorcycle',
  'threeWheeler',
  'car',
  'van',
  'bus',
  'truck',
  'bag',
  'animal',
  'other',
]);
export type ObjectClass = z.infer<typeof ObjectClass>;

/** Colour of a vehicle's body as people name it; silver is grey to a camera. `unknown`: the looks at it do not agree. */
const SeenColour = z.enum(['white', 'black', 'grey', 'red', 'yellow', 'green', 'blue', 'unknown']);
export type SeenColour = z.infer<typeof SeenColour>;

const share = z.number().min(0).max(1).register(column, { type: 'Float32' });

/** One tracked object in one analysed frame. */
export const TrackedDetection = z
  .strictObject({
    trackId: z.string(),
    className: ObjectClass,
    confidence: share,
    xNorm: share,
    yNorm: share,
    wNorm: share,
    hNorm: share,
    /** Of vehicles: what all looks at this one so far agree on. */
    colour: SeenColour.optional(),
  })
  .meta({ id: 'TrackedDetection' });
export type TrackedDetection = z.infer<typeof TrackedDetection>;

/** What one analysed frame shows. Stored as one row per track, at most one a second. */
export const Observation = z
  .strictObject({
    cameraId: CameraId,
    capturedAtMs: EpochMs,
    detections: z.array(TrackedDetection),
  })
  .meta({ id: 'Observation' });
export type Observation = z.infer<typeof Observation>;

export const observations = topic({
  name: 'observation.v1',
  schema: Observation,
  keySpace: 'camera',
  key: (observation) => observation.cameraId,
});

export const observationTable = table({
  name: 'observation',
  schema: Observation,
  explode: 'detections',
  orderBy: ['cameraId', 'trackId', 'capturedAtMs'],
  partitionBy: 'toYYYYMMDD(fromUnixTimestamp64Milli(capturedAtMs))',
});
