import { z } from 'zod';
import { type LegalBasis, PartyRole, type PenaltyCase, WasteKind } from '../../contracts/index.ts';
import { startOfDay } from '../measures/index.ts';

/** One provision, the facts that make it a candidate, and from when to when it is law. */
export const LegalProvision = z.strictObject({
  basisId: z.string().min(1),
  law: z.string().min(1),
  clause: z.string().min(1),
  /** What it says may be imposed, in its own words. */
  range: z.string().min(1),
  roles: z.array(PartyRole).min(1),
  partyKinds: z.array(z.enum(['organisation', 'individual'])).min(1),
  wasteKinds: z.array(WasteKind).min(1),
  /** `without`: only for parties that showed no permit. */
  permit: z.enum(['any', 'without']).default('any'),
  /** First day in force, `YYYY-MM-DD` of +08:00. */
  effectiveFrom: z.iso.date(),
  /** First day no longer in force. */
  effectiveTo: z.iso.date().nullable().default(null),
});

/** Provisions by version; the officer decides, this only suggests. */
export const LegalTable = z.strictObject({
  version: z.string().min(1),
  provisions: z.array(LegalProvision),
});
export type LegalTable = z.infer<typeof LegalTable>;

const isInForce = (
  { effectiveFrom, effectiveTo }: z.infer<typeof LegalProvision>,
  actAtMs: number,
): boolean =>
  actAtMs >= (startOfDay(effectiveFrom) ?? 0) &&
  (effectiveTo === null || actAtMs < (startOfDay(effectiveTo) ?? 0));

/**
 * Provisions that may apply to the parties of a case, by role, kind of party, kind of waste and permit, as the law stood
 * when the act was done. What an officer chose or struck stays; nothing is weighed and no fine computed.
 * @param actAtMs put-down, the moment whose law applies.
 */
export function suggestBases(
  { parties, wasteKind, legalBases }: PenaltyCase,
  table: LegalTable,
  actAtMs: number,
): LegalBasis[] {
  const judged = legalBases.filter(
    ({ status, partyId }) => status !== 'suggested' && parties.some((party) => party.partyId === partyId),
  );
  const isJudged = (partyId: string, basisId: string): boolean =>
    judged.some((basis) => basis.partyId === partyId && basis.basisId === basisId);
  const suggested = parties.flatMap((party) =>
    table.provisions
      .filter(
        (provision) =>
          provision.roles.includes(party.role) &&
          provision.partyKinds.includes(party.kind) &&
          provision.wasteKinds.includes(wasteKind) &&
          (provision.permit === 'any' || party.permitNumber === null) &&
          isInForce(provision, actAtMs) &&
          !isJudged(party.partyId, provision.basisId),
      )
      .map(
        ({ basisId, law, clause, range, permit }): LegalBasis => ({
          basisId,
          partyId: party.partyId,
          law,
          clause,
          range,
          because: [
            party.role,
            party.kind,
            wasteKind,
            ...(permit === 'without' ? ['no permit shown'] : []),
          ].join(' · '),
          status: 'suggested',
        }),
      ),
  );
  return [...judged, ...suggested];
}
