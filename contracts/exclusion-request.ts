import { z } from 'zod';
import { CameraId, EpochMs, Uuid } from './ids.ts';
import { Person } from './person.ts';
import { table } from './table.ts';

/**
 * Why a camera may be left out of judgement for a while. The first three are known beforehand and must be asked for
 * before they begin; the last two are told within 24 hours of their end, with proof.
 */
export const ExclusionReason = z.enum([
  'plannedMaintenance',
  'roadWorks',
  'trialRun',
  'gridPowerCut',
  'forceMajeure',
]);
export type ExclusionReason = z.infer<typeof ExclusionReason>;

/** What somebody asks for. */
export const ExclusionWish = z
  .strictObject({
    cameraId: CameraId,
    fromMs: EpochMs,
    toMs: EpochMs,
    reason: ExclusionReason,
    /** Number of the proof; needed for road works, power cuts and force majeure. */
    evidence: z.string().trim().max(200).default(''),
    note: z.string().trim().max(2_000).default(''),
  })
  .meta({ id: 'ExclusionWish' });
export type ExclusionWish = z.infer<typeof ExclusionWish>;

export const ExclusionDecision = z
  .strictObject({ decision: z.enum(['approved', 'refused']), note: z.string().trim().max(2_000).default('') })
  .meta({ id: 'ExclusionDecision' });
export type ExclusionDecision = z.infer<typeof ExclusionDecision>;

/** One wish and what became of it. Who decides is never who asked. */
export const ExclusionRequest = z
  .strictObject({
    requestId: Uuid,
    ...ExclusionWish.shape,
    askedBy: Person,
    askedAtMs: EpochMs,
    state: z.enum(['pending', 'approved', 'refused']),
    decidedBy: Person.nullable(),
    decidedAtMs: EpochMs.nullable(),
    decisionNote: z.string(),
    updatedAtMs: EpochMs,
  })
  .meta({ id: 'ExclusionRequest' });
export type ExclusionRequest = z.infer<typeof ExclusionRequest>;

export const exclusionRequestTable = table({
  name: 'exclusion_request',
  schema: ExclusionRequest,
  orderBy: ['requestId'],
  versionBy: 'updatedAtMs',
});

export const ExclusionRequestList = z
  .strictObject({ items: z.array(ExclusionRequest) })
  .meta({ id: 'ExclusionRequestList' });
export type ExclusionRequestList = z.infer<typeof ExclusionRequestList>;
