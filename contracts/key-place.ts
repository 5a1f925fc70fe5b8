import { z } from 'zod';
import { AreaCode, CameraId, EpochMs } from './ids.ts';
import { table } from './table.ts';

const position = z.tuple([z.number(), z.number()]);

/** GeoJSON geometry, WGS-84, [lon, lat]. */
export const PlaceGeometry = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('Point'), coordinates: position }),
  z.strictObject({ type: z.literal('LineString'), coordinates: z.array(position).min(2) }),
  z.strictObject({ type: z.literal('Polygon'), coordinates: z.array(z.array(position).min(4)) }),
  z.strictObject({
    type: z.literal('MultiPolygon'),
    coordinates: z.array(z.array(z.array(position).min(4))),
  }),
]);
export type PlaceGeometry = z.infer<typeof PlaceGeometry>;

export const LaneType = z.enum(['motor', 'nonMotor', 'sidewalk', 'mixed']);
export type LaneType = z.infer<typeof LaneType>;

/** A place that must be covered (重点公共区域点位): a point, an area or a road section. */
export const KeyPlace = z
  .strictObject({
    keyPlaceId: z.string().min(1),
    name: z.string(),
    /** Class of public place, e.g. 城乡主要路段, 广场. */
    kind: z.string(),
    geometry: PlaceGeometry,
    laneType: LaneType.nullable(),
    areaCode: AreaCode,
    streetCode: z.string().nullable(),
    boundCameraIds: z.array(CameraId),
    updatedAtMs: EpochMs,
  })
  .meta({ id: 'KeyPlace' });
export type KeyPlace = z.infer<typeof KeyPlace>;

export const keyPlaceTable = table({
  name: 'key_place',
  schema: KeyPlace,
  orderBy: ['keyPlaceId'],
  versionBy: 'updatedAtMs',
});
