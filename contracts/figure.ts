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

/** What exclusions and logged outages of the prober took out of a figure's denominator. */
export const FigureExclusion = z
  .strictObject({
    /** Accepted exclusion records that took at least one required second. */
    records: z.int().nonnegative(),
    /** Cameras that lost any. */
    cameras: z.int().nonnegative(),
    cameraSeconds: z.int().nonnegative(),
    /** By exclusions somebody approved. */
    approvedSeconds: z.int().nonnegative(),
    /** Unknown while the prober itself was down by its log. */
    proberSeconds: z.int().nonnegative(),
  })
  .meta({ id: 'FigureExclusion' });
export type FigureExclusion = z.infer<typeof FigureExclusion>;

/** A numerator and a denominator that stand beside a figure. */
export const Share = z.strictObject({ numerator: z.number(), denominator: z.number() }).meta({ id: 'Share' });
export type Share = z.infer<typeof Share>;

/** A figure with everything needed to check it. `value` is null when the denominator is empty, never 100 %. */
export const Figure = z
  .strictObject({
    /** `M1` … as in the glossary. */
    metric: z.string(),
    unit: z.enum([
      'count',
      'seconds',
      'squareMetres',
      'metres',
      'squareMetreSeconds',
      'metreSeconds',
      /** Numerator in seconds, denominator a count: the value is a mean time. */
      'secondsEach',
    ]),
    value: z.number().nullable(),
    numerator: z.number(),
    denominator: z.number(),
    /** Before exclusions. */
    raw: z.number().nullable(),
    /** Before exclusions, where exclusions apply. */
    rawShare: Share.optional(),
    excluded: FigureExclusion.optional(),
    unknownSeconds: z.number(),
    /** Share of what was asked that was really measured; below 0.95 nothing is judged. */
    sampleCoverage: z.number().nullable(),
    status: z.enum(['ok', 'estimated', 'insufficient-data', 'no-data', 'sample']),
    target: z.number().nullable(),
    /** On the unrounded value; null when there is no target or nothing may be judged. */
    pass: z.boolean().nullable(),
    /** The same question asked otherwise, by name: `surveyedOnly`, `withoutBuildings`, `declaredHd`, … */
    variants: z.record(z.string(), z.number().nullable()).optional(),
    /** What a pooled figure is made of, by rule or field. */
    parts: z.record(z.string(), Share).optional(),
    /** How many rows are behind it; `rows` may hold fewer, the costliest of them. */
    rowCount: z.int().nonnegative(),
    rows: z.array(FigureRow),
  })
  .meta({ id: 'Figure' });
export type Figure = z.infer<typeof Figure>;
