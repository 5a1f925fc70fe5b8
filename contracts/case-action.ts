import { z } from 'zod';
import { EscalationPercent, TaskStep } from './agency-task.ts';
import { Agency } from './desk.ts';
import { EpochMs, Uuid } from './ids.ts';
import { EvidenceState, Party, PenaltyDecision, StatutoryDeadline, WasteKind } from './penalty-case.ts';

const note = z.string().max(2_000);

/** What a person asks of a registered incident. `note` is the reason that stands in its timeline. */
export const CaseAction = z.discriminatedUnion('kind', [
  /** 派遣: one task per agency, one of them in the lead. */
  z.strictObject({
    kind: z.literal('dispatch'),
    lead: Agency,
    coHandlers: z.array(Agency).max(2),
    isUrgent: z.boolean(),
    note,
  }),
  /** 签收, 到场, 处置, 反馈. */
  z.strictObject({
    kind: z.literal('advanceTask'),
    agency: Agency,
    to: z.enum(['acknowledged', 'arrived', 'handling', 'feedback']),
    note,
  }),
  z.strictObject({ kind: z.literal('transferTask'), agency: Agency, deskId: z.string().min(1), note }),
  /** 督办 */
  z.strictObject({ kind: z.literal('urge'), agency: Agency, note }),
  z.strictObject({ kind: z.literal('suspend'), note }),
  z.strictObject({ kind: z.literal('resume'), note }),
  /** 核查: `pass`, or back to the agencies that are named (返工). */
  z.strictObject({
    kind: z.literal('verify'),
    result: z.enum(['pass', 'rework']),
    agencies: z.array(Agency).max(3),
    note,
  }),
  z.strictObject({ kind: z.literal('close'), note }),
  z.strictObject({ kind: z.literal('setWasteKind'), wasteKind: WasteKind, note }),
  /** Adds a party, or replaces the one with the same id. */
  z.strictObject({ kind: z.literal('putParty'), party: Party, note }),
  z.strictObject({ kind: z.literal('removeParty'), partyId: Uuid, note }),
  z.strictObject({
    kind: z.literal('judgeBasis'),
    partyId: Uuid,
    basisId: z.string().min(1),
    status: z.enum(['chosen', 'struck']),
    note,
  }),
  z.strictObject({
    kind: z.literal('recordPenalty'),
    penalty: PenaltyDecision.omit({ enteredBy: true }),
    note,
  }),
  z.strictObject({
    kind: z.literal('reviewEvidence'),
    mediaIds: z.array(Uuid).min(1).max(200),
    to: EvidenceState.exclude(['captured']),
    note,
  }),
  /** Start a term of the law that something outside started (a notice was served), or say that it was met. */
  z.strictObject({
    kind: z.literal('setTerm'),
    term: StatutoryDeadline.shape.kind,
    to: z.enum(['started', 'met']),
    note,
  }),
]);
export type CaseAction = z.infer<typeof CaseAction>;

/** A term has been used up so far: only the clock asks this, once per term and level. */
export const Escalate = z.strictObject({
  kind: z.literal('escalate'),
  /** Null: the term of triage. */
  agency: Agency.nullable(),
  step: TaskStep.nullable(),
  percent: EscalationPercent,
  dueAtMs: EpochMs,
  note,
});
export type Escalate = z.infer<typeof Escalate>;
