import { z } from 'zod';
import { CameraId } from './ids.ts';

/** One camera or key place behind a figure. */
export const FigureRow = z
  .strictObject({
    cameraId: CameraId.nullable(),
    keyPlaceId: z.string().nullable(),
    /** Its share of numerator and denominator, in the unit of the figure. */
    numerator: z.number(),
    denominator: z.number(),
    /** Why it counts or costs, e.g. `measured 704x576 < 1280x720`. */
    because: z.string(),
  })
  .meta({ id: 'FigureRow' });
export type FigureRow = z.infer<typeof FigureRow>;

/** A figure with everything needed to check it. `value` is null when the denominator is empty, never 100 %. */
export const Figure = z
  .strictObject({
    /** `M1` … as in the glossary. */
    metric: z.string(),
    unit: z.enum(['count', 'seconds', 'squareMetres', 'metres']),
    value: z.number().nullable(),
    numerator: z.number(),
    denominator: z.number(),
    /** Before exclusions. */
    raw: z.number().nullable(),
    unknownSeconds: z.number(),
    /** Share of what was asked that was really measured; below 0.95 nothing is judged. */
    sampleCoverage: z.number().nullable(),
    status: z.enum(['ok', 'estimated', 'insufficient-data', 'no-data']),
    target: z.number().nullable(),
    /** On the unrounded value; null when there is no target or nothing may be judged. */
    pass: z.boolean().nullable(),
    rows: z.array(FigureRow),
  })
  .meta({ id: 'Figure' });
export type Figure = z.infer<typeof Figure>;
