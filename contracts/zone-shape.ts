import { z } from 'zod';
import { Schedule } from './schedule.ts';

const share = z.coerce.number().min(0).max(1);

/** A point in shares of the picture: right, down. */
export const PointNorm = z.tuple([share, share]);
export type PointNorm = z.infer<typeof PointNorm>;

/** What every zone has, and what its kind adds. */
export const zoneSchema = <const K extends string, S extends z.core.$ZodShape>(kind: K, shape: S) =>
  z.strictObject({
    /** Part of the ids of its events. */
    zoneId: z.string().min(1).max(100),
    kind: z.literal(kind),
    /** Corners of the area. */
    polygonNorm: z.array(PointNorm).min(3).max(100),
    /** When the zone applies; left out: always. */
    schedule: Schedule.optional(),
    ...shape,
  });
