import { z } from 'zod';
import { CameraId, EpochMs, Uuid } from './ids.ts';
import { Share } from './figure.ts';

/** How well the loop from alert to closing was closed; names as in 数字城管 assessment. */
export const LoopMetric = z.enum([
  /** 立案率: registered / opened */
  'registered',
  /** 误报率: rejected as false alarm / judged */
  'falseAlarm',
  /** 重复案件率: rejected as a repeat, or again at a place of the 30 days before / judged */
  'repeated',
  /** 处置率: tasks reported back / tasks given */
  'handled',
  /** 按期处置率: reported back in time / due or reported back in the period */
  'handledInTime',
  /** 返工率: sent back at least once / reported back */
  'reworked',
  /** 核查通过率: verified without being sent back / verified */
  'verifiedAtOnce',
  /** 结案率: closed / registered */
  'closed',
  /** 按期结案率: closed in time / due to be closed or closed in the period */
  'closedInTime',
]);
export type LoopMetric = z.infer<typeof LoopMetric>;

export const LoopRate = z
  .strictObject({
    metric: LoopMetric,
    ...Share.shape,
    /** Null when the denominator is empty, never 100 %. */
    value: z.number().nullable(),
  })
  .meta({ id: 'LoopRate' });
export type LoopRate = z.infer<typeof LoopRate>;

/** Mean and median of a span of time, over so many cases. */
export const LoopTime = z
  .strictObject({
    metric: z.enum(['detectToRegister', 'handling']),
    count: z.int().nonnegative(),
    meanMs: z.number().nullable(),
    medianMs: z.number().nullable(),
  })
  .meta({ id: 'LoopTime' });
export type LoopTime = z.infer<typeof LoopTime>;

export const LoopRow = z
  .strictObject({
    /** Desk, street, camera or rule; `district` for the whole. */
    key: z.string(),
    name: z.string(),
    rates: z.array(LoopRate),
    times: z.array(LoopTime),
    /** Terms of tasks that ran out in the period without being met (超时数). */
    overdueCount: z.int().nonnegative(),
  })
  .meta({ id: 'LoopRow' });
export type LoopRow = z.infer<typeof LoopRow>;

export const LoopLevel = z.enum(['district', 'unit', 'street', 'camera', 'rule']);
export type LoopLevel = z.infer<typeof LoopLevel>;

/** What people's rejections say of a rule on a camera, and what would have happened otherwise. */
export const RuleSuggestion = z
  .strictObject({
    cameraId: CameraId,
    ruleId: z.string(),
    zoneId: z.string(),
    kind: z.enum(['mute', 'rezone', 'raiseStayTime']),
    falseCount: z.int().nonnegative(),
    trueCount: z.int().nonnegative(),
    /** False alarms and right ones that the change would have kept away. */
    falseAvoided: z.int().nonnegative(),
    trueLost: z.int().nonnegative(),
    /** `rezone`: part of the picture to ignore, in its shares. */
    ignoreBox: z
      .strictObject({ xNorm: z.number(), yNorm: z.number(), wNorm: z.number(), hNorm: z.number() })
      .nullable(),
    /** `raiseStayTime`: the stay time to ask for. */
    minRestMs: z.int().positive().nullable(),
    /** Rejected incidents it rests on, newest first. */
    incidentIds: z.array(Uuid),
  })
  .meta({ id: 'RuleSuggestion' });
export type RuleSuggestion = z.infer<typeof RuleSuggestion>;

export const ClosedLoopReport = z
  .strictObject({
    fromMs: EpochMs,
    toMs: EpochMs,
    level: LoopLevel,
    rows: z.array(LoopRow),
    suggestions: z.array(RuleSuggestion),
  })
  .meta({ id: 'ClosedLoopReport' });
export type ClosedLoopReport = z.infer<typeof ClosedLoopReport>;
