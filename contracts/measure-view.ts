import { z } from 'zod';
import { Camera } from './camera.ts';
import { Figure, FigureRow } from './figure.ts';
import { LonLat } from './geometry.ts';
import { CameraState, RecordedSpan } from './health.ts';
import { CameraId, EpochMs } from './ids.ts';

/** The time that figures speak of. */
const measured = {
  asOfMs: EpochMs,
  /** "Now" of figures that speak of a moment. */
  instantMs: EpochMs,
  /** Half-open window. */
  fromMs: EpochMs,
  toMs: EpochMs,
};

/** Figures of one scope and window, each with the costliest of the cameras and key places behind it. */
export const MeasureReport = z
  .strictObject({ ...measured, scope: z.string(), figures: z.array(Figure).readonly() })
  .readonly()
  .meta({ id: 'MeasureReport' });
export type MeasureReport = z.infer<typeof MeasureReport>;

/** A scope as it is asked for, and how people call it. */
export const ScopeFigures = z
  .strictObject({
    /** `district`, `street:330203001`, `policeStation:…`, `pointClass:1`, `owner:…`, `day:2026-09-16`. */
    scope: z.string(),
    name: z.string(),
    figures: z.array(Figure).readonly(),
  })
  .readonly()
  .meta({ id: 'ScopeFigures' });
export type ScopeFigures = z.infer<typeof ScopeFigures>;

/** The same figures of many scopes, without the rows behind them. */
export const MeasureScorecard = z
  .strictObject({ ...measured, scopes: z.array(ScopeFigures).readonly() })
  .readonly()
  .meta({ id: 'MeasureScorecard' });
export type MeasureScorecard = z.infer<typeof MeasureScorecard>;

/** Rows behind one figure, those that cost most first. */
export const FigureRowPage = z
  .strictObject({
    ...measured,
    scope: z.string(),
    figure: Figure,
    offset: z.int().nonnegative(),
    total: z.int().nonnegative(),
    rows: z.array(FigureRow.extend({ name: z.string() })),
  })
  .meta({ id: 'FigureRowPage' });
export type FigureRowPage = z.infer<typeof FigureRowPage>;

/** A key point that no camera sees, or a stretch of road or ground of an area that none does. */
export const BlindSpot = z
  .strictObject({
    keyPlaceId: z.string(),
    name: z.string(),
    kind: z.enum(['point', 'road', 'area']),
    /** m of road, m² of ground; 1 for a point. */
    size: z.number(),
    /** Along the road from its first point, m; null for points and areas. */
    fromM: z.number().nullable(),
    toM: z.number().nullable(),
    /** Its middle. */
    at: LonLat,
  })
  .meta({ id: 'BlindSpot' });
export type BlindSpot = z.infer<typeof BlindSpot>;

export const BlindSpotPage = z
  .strictObject({ ...measured, scope: z.string(), total: z.int().nonnegative(), items: z.array(BlindSpot) })
  .meta({ id: 'BlindSpotPage' });
export type BlindSpotPage = z.infer<typeof BlindSpotPage>;

/** A camera that does not exist yet: where it would stand and how it would look. */
export const PlannedCamera = Camera.pick({
  lonDeg: true,
  latDeg: true,
  headingDeg: true,
  horizontalFieldAngleDeg: true,
  verticalFieldAngleDeg: true,
  tiltDeg: true,
  heightM: true,
  viewDistanceM: true,
  declaredWidthPx: true,
  ptzType: true,
})
  .partial()
  .extend({
    lonDeg: z.number().min(-180).max(180),
    latDeg: z.number().min(-90).max(90),
    pointClass: Camera.shape.pointClass.default(1),
  })
  .meta({ id: 'PlannedCamera' });
export type PlannedCamera = z.infer<typeof PlannedCamera>;

/** Coverage of a scope without and with a planned camera. */
export const WhatIfReport = z
  .strictObject({
    ...measured,
    scope: z.string(),
    items: z.array(
      z.strictObject({
        metric: z.string(),
        unit: Figure.shape.unit,
        before: z.number().nullable(),
        after: z.number().nullable(),
        /** Key points, m² or m that are seen only with it. */
        gained: z.number(),
        denominator: z.number(),
      }),
    ),
  })
  .meta({ id: 'WhatIfReport' });
export type WhatIfReport = z.infer<typeof WhatIfReport>;

/** How one camera did over a window: what was required of it, what it did, and what was excused. */
export const CameraPeriod = z
  .strictObject({
    ...measured,
    cameraId: CameraId,
    name: z.string(),
    states: z.array(
      z.strictObject({ state: CameraState, cause: z.string(), fromMs: EpochMs, toMs: EpochMs }),
    ),
    required: z.array(RecordedSpan),
    /** Excused by accepted exclusions, and unknown while the prober itself was down by its log. */
    excluded: z.array(RecordedSpan),
    recorded: z.array(RecordedSpan),
    /** Online, picture normal and recorded, all at once. */
    serviceable: z.array(RecordedSpan),
    imageChecks: z.array(z.strictObject({ checkedAtMs: EpochMs, pass: z.string(), result: z.string() })),
    /** What it adds to each figure of the district. */
    figures: z.array(FigureRow.extend({ metric: z.string(), unit: Figure.shape.unit })),
  })
  .meta({ id: 'CameraPeriod' });
export type CameraPeriod = z.infer<typeof CameraPeriod>;

/** An exclusion that was asked for, and what became of it by rule. */
export const PeriodExclusion = z
  .strictObject({
    exclusionId: z.string(),
    cameraId: z.string(),
    fromMs: EpochMs,
    toMs: EpochMs,
    reason: z.string(),
    approver: z.string(),
    /** `accepted`, or the first check that failed, e.g. `createdAfterStart`. */
    verdict: z.string(),
    /** What the cap of the month left of it. */
    grantedSeconds: z.int().nonnegative(),
  })
  .meta({ id: 'PeriodExclusion' });
export type PeriodExclusion = z.infer<typeof PeriodExclusion>;

export const PeriodExclusions = z
  .strictObject({ ...measured, items: z.array(PeriodExclusion) })
  .meta({ id: 'PeriodExclusions' });
export type PeriodExclusions = z.infer<typeof PeriodExclusions>;
