import { z } from 'zod';

const share = z.coerce.number().min(0).max(1);

/** A point in shares of the picture: right, down. */
export const PointNorm = z.tuple([share, share]);
export type PointNorm = z.infer<typeof PointNorm>;

/** What every zone has, and what its kind adds. */
export const zoneSchema = <const K extends string, S extends z.core.$ZodShape>(kind: K, shape: S) =>
  z.strictObject({
    zoneId: z.string().min(1),
    kind: z.literal(kind),
    /** Corners of the area. */
    polygonNorm: z.array(PointNorm).min(3),
    ...shape,
  });
