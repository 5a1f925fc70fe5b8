import { createHash } from 'node:crypto';
import type { CustodyEntry, Evidence, EvidenceState, Incident, Person } from '../../contracts/index.ts';

const hashOf = (previousHash: string, entry: Omit<CustodyEntry, 'hash'>): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        previousHash,
        entry.atMs,
        entry.by,
        entry.fromState,
        entry.toState,
        entry.sha256,
        entry.reason,
      ]),
    )
    .digest('hex');

const linked = (custody: readonly CustodyEntry[], entry: Omit<CustodyEntry, 'hash'>): CustodyEntry[] => [
  ...custody,
  { ...entry, hash: hashOf(custody.at(-1)?.hash ?? '', entry) },
];

/** Whether every entry follows the one before unchanged, and names the file that the first one named. */
export const isIntact = ({ custody }: Evidence): boolean =>
  custody.every(
    ({ hash, ...entry }, index) =>
      hash === hashOf(custody[index - 1]?.hash ?? '', entry) && entry.sha256 === custody[0]?.sha256,
  );

/** Stills and clips of an incident as evidence; what is in the list already stays as it is. */
export function collectEvidence(
  { events }: Pick<Incident, 'events'>,
  known: readonly Evidence[],
  by: Person | null,
  atMs: number,
): Evidence[] {
  const have = new Set(known.map(({ mediaId }) => mediaId));
  const added = events.flatMap(({ eventId, media }) =>
    media
      .filter(({ mediaId }) => !have.has(mediaId))
      .map(({ mediaId, sha256, role }): Evidence => {
        const entry = {
          atMs,
          by,
          fromState: null,
          toState: 'captured' as const,
          sha256,
          reason: `taken into the case: ${role}`,
        };
        return { mediaId, eventId, state: 'captured', custody: linked([], entry) };
      }),
  );
  return added.length === 0 ? [...known] : [...known, ...added];
}

/** From where to where a review moves a piece of evidence (行政处罚法 41: technical, then legal review). */
const reviews: Readonly<Record<EvidenceState, readonly EvidenceState[]>> = {
  captured: ['technicallyReviewed', 'rejected'],
  technicallyReviewed: ['legallyReviewed', 'rejected'],
  legallyReviewed: ['admissible', 'rejected'],
  admissible: ['rejected'],
  rejected: [],
};

export type ReviewRefusal = 'unknown' | 'order' | 'samePerson';

/**
 * One review of one piece. The person who reviewed it legally must not be the one who reviewed it technically.
 * @returns the piece in its new state, or why not.
 */
export function review(
  evidence: Evidence | undefined,
  to: EvidenceState,
  by: Person,
  at: { readonly atMs: number; readonly reason: string },
): Evidence | ReviewRefusal {
  if (evidence === undefined) return 'unknown';
  const { state, custody } = evidence;
  if (!reviews[state].includes(to)) return 'order';
  const technician = custody.find(({ toState }) => toState === 'technicallyReviewed')?.by;
  if (to === 'legallyReviewed' && technician?.userId === by.userId) return 'samePerson';
  const sha256 = custody[0]?.sha256 ?? '';
  const entry = { ...at, by, fromState: state, toState: to, sha256 };
  return { ...evidence, state: to, custody: linked(custody, entry) };
}
