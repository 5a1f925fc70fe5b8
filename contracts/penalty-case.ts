import { z } from 'zod';
import { Agency } from './desk.ts';
import { EpochMs, Uuid } from './ids.ts';
import { Person } from './person.ts';

/** Part played in the matter: 产生者, 施工, 运输, 倾倒, 车主. */
export const PartyRole = z.enum(['generator', 'contractor', 'transporter', 'dumper', 'owner']);
export type PartyRole = z.infer<typeof PartyRole>;

/** Whom the law is applied to. An officer enters it; nothing of it comes from a picture. */
export const Party = z
  .strictObject({
    partyId: Uuid,
    role: PartyRole,
    /** Natural persons are fined by other clauses than organisations. */
    kind: z.enum(['organisation', 'individual']),
    /** As it stands in the case file, e.g. the name of the shop. */
    name: z.string().min(1).max(200),
    /** 核准 or 许可 that the party showed; null: none, or not asked yet. */
    permitNumber: z.string().max(100).nullable(),
    note: z.string().max(2_000),
  })
  .meta({ id: 'Party' });
export type Party = z.infer<typeof Party>;

/** 建设工程垃圾 is waste of works under a construction permit, 装修垃圾 of works without one. */
export const WasteKind = z.enum(['construction', 'renovation', 'household', 'unknown']);
export type WasteKind = z.infer<typeof WasteKind>;

/** A provision that may apply to one party, and why. The officer decides; no fine is ever computed. */
export const LegalBasis = z
  .strictObject({
    /** Entry of the versioned table, e.g. `solid-waste-111-1-4`. */
    basisId: z.string(),
    partyId: Uuid,
    law: z.string(),
    clause: z.string(),
    /** What the clause says may be imposed, in its own words: a range, never an amount for this case. */
    range: z.string(),
    /** Which facts made it a candidate. */
    because: z.string(),
    status: z.enum(['suggested', 'chosen', 'struck']),
  })
  .meta({ id: 'LegalBasis' });
export type LegalBasis = z.infer<typeof LegalBasis>;

/** A decision that an agency took against one party and an officer entered. */
export const PenaltyDecision = z
  .strictObject({
    partyId: Uuid,
    agency: Agency,
    basisId: z.string(),
    /** 处罚决定书文号 */
    decisionNumber: z.string().min(1).max(100),
    decidedAtMs: EpochMs,
    /** What was decided, in the words of the decision. */
    text: z.string().max(2_000),
    enteredBy: Person,
  })
  .meta({ id: 'PenaltyDecision' });
export type PenaltyDecision = z.infer<typeof PenaltyDecision>;

/** A term that the law sets, computed from registration. */
export const StatutoryDeadline = z
  .strictObject({
    kind: z.enum(['decision', 'limitation', 'preservation', 'hearingRequest', 'delivery']),
    /** The provision that sets it. */
    basis: z.string(),
    dueAtMs: EpochMs,
    doneAtMs: EpochMs.nullable(),
  })
  .meta({ id: 'StatutoryDeadline' });
export type StatutoryDeadline = z.infer<typeof StatutoryDeadline>;

export const EvidenceState = z.enum([
  'captured',
  'technicallyReviewed',
  'legallyReviewed',
  'admissible',
  'rejected',
]);
export type EvidenceState = z.infer<typeof EvidenceState>;

/** One step in the custody of a piece of evidence, linked to the one before by hash. */
export const CustodyEntry = z
  .strictObject({
    atMs: EpochMs,
    /** Null: the pipeline. */
    by: Person.nullable(),
    fromState: EvidenceState.nullable(),
    toState: EvidenceState,
    /** Of the untouched file. */
    sha256: z.string(),
    reason: z.string(),
    /** sha256 over the hash before and all other fields. */
    hash: z.string(),
  })
  .meta({ id: 'CustodyEntry' });
export type CustodyEntry = z.infer<typeof CustodyEntry>;

/** A still or clip as evidence: usable in a penalty case only once it is `admissible`. */
export const Evidence = z
  .strictObject({ mediaId: Uuid, eventId: Uuid, state: EvidenceState, custody: z.array(CustodyEntry) })
  .meta({ id: 'Evidence' });
export type Evidence = z.infer<typeof Evidence>;

/** What the agencies make of a registered incident together: one set of evidence, three tasks. */
export const PenaltyCase = z
  .strictObject({
    registeredAtMs: EpochMs,
    wasteKind: WasteKind,
    parties: z.array(Party),
    legalBases: z.array(LegalBasis),
    penalties: z.array(PenaltyDecision),
    deadlines: z.array(StatutoryDeadline),
    evidence: z.array(Evidence),
    /** Set while the matter rests (挂起). */
    suspendedSinceMs: EpochMs.nullable(),
  })
  .meta({ id: 'PenaltyCase' });
export type PenaltyCase = z.infer<typeof PenaltyCase>;
