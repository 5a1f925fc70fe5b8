import type { PenaltyCase, TimelineEntry } from '../../contracts/index.ts';
import {
  actAtMs,
  collectEvidence,
  isIntact,
  review,
  suggestBases,
  withMet,
  withStarted,
} from '../cases/index.ts';
import { type ActionOf, type Asked, type CaseOutcome, refuse, told } from './case-asked.ts';

/** The incident with another case, whose suggestions are made anew: they follow from its facts. */
export function withCase(
  asked: Asked,
  change: Partial<PenaltyCase>,
  kind: TimelineEntry['kind'],
  detail: string,
) {
  const { incident, settings } = asked;
  const changed = { ...asked.penaltyCase, ...change };
  const legalBases = suggestBases(changed, settings.legalTable, actAtMs(incident));
  return {
    incident: { ...incident, penaltyCase: { ...changed, legalBases } },
    entries: [told(asked, kind, detail)],
  };
}

export function putParty(asked: Asked, { party }: ActionOf<'putParty'>): CaseOutcome {
  const { parties } = asked.penaltyCase;
  const isKnown = parties.some(({ partyId }) => partyId === party.partyId);
  if (!isKnown && parties.length >= 50) {
    return refuse('CASE_FULL', 'A case has at most 50 parties.', 'Register another matter for the others.');
  }
  const next = isKnown
    ? parties.map((other) => (other.partyId === party.partyId ? party : other))
    : [...parties, party];
  return withCase(asked, { parties: next }, 'caseChanged', `${party.role} ${party.name}`);
}

export function removeParty(asked: Asked, { partyId }: ActionOf<'removeParty'>): CaseOutcome {
  const { parties, penalties } = asked.penaltyCase;
  const party = parties.find((other) => other.partyId === partyId);
  if (party === undefined) {
    return refuse('PARTY_UNKNOWN', `The case has no party ${partyId}.`, 'Choose one of its parties.');
  }
  if (penalties.some((penalty) => penalty.partyId === partyId)) {
    return refuse(
      'PARTY_PENALISED',
      `${party.name} has a decision against it.`,
      'A decided party stays in the case.',
    );
  }
  const next = parties.filter((other) => other !== party);
  return withCase(asked, { parties: next }, 'caseChanged', `removed ${party.role} ${party.name}`);
}

export function judgeBasis(asked: Asked, { partyId, basisId, status }: ActionOf<'judgeBasis'>): CaseOutcome {
  const { legalBases } = asked.penaltyCase;
  const isIt = (basis: { partyId: string; basisId: string }): boolean =>
    basis.partyId === partyId && basis.basisId === basisId;
  if (!legalBases.some(isIt)) {
    return refuse(
      'BASIS_UNKNOWN',
      `${basisId} is not suggested for that party.`,
      'Choose one of the suggestions.',
    );
  }
  const next = legalBases.map((basis) => (isIt(basis) ? { ...basis, status } : basis));
  return withCase(asked, { legalBases: next }, 'caseChanged', `${basisId} ${status}`);
}

export function recordPenalty(asked: Asked, { penalty }: ActionOf<'recordPenalty'>): CaseOutcome {
  const { parties, penalties, legalBases, evidence } = asked.penaltyCase;
  const party = parties.find(({ partyId }) => partyId === penalty.partyId);
  if (party === undefined) {
    return refuse('PARTY_UNKNOWN', `The case has no party ${penalty.partyId}.`, 'Enter the party first.');
  }
  const isChosen = legalBases.some(
    ({ partyId, basisId, status }) =>
      partyId === penalty.partyId && basisId === penalty.basisId && status === 'chosen',
  );
  if (!isChosen) {
    return refuse(
      'BASIS_UNKNOWN',
      `${penalty.basisId} was not chosen for that party.`,
      'Choose the legal basis first.',
    );
  }
  // 行政处罚法 41: what was not reviewed must not be the basis of a penalty.
  if (!evidence.some(({ state }) => state === 'admissible')) {
    return refuse(
      'EVIDENCE_NOT_ADMISSIBLE',
      'No evidence of this case has passed technical and legal review.',
      'Review the evidence first.',
    );
  }
  const entered = { ...penalty, enteredBy: asked.command.issuedBy };
  const next = [
    ...penalties.filter(({ decisionNumber }) => decisionNumber !== penalty.decisionNumber),
    entered,
  ];
  return withCase(
    asked,
    { penalties: next },
    'caseChanged',
    `${penalty.decisionNumber} against ${party.name}`,
  );
}

export function reviewEvidence(
  asked: Asked,
  { mediaIds, to, note }: ActionOf<'reviewEvidence'>,
): CaseOutcome {
  const { incident, penaltyCase, command } = asked;
  // What came after registration is taken in by the first review that looks at it.
  let evidence = collectEvidence(incident, penaltyCase.evidence, null, command.issuedAtMs);
  for (const mediaId of new Set(mediaIds)) {
    const known = evidence.find((piece) => piece.mediaId === mediaId);
    if (known !== undefined && !isIntact(known)) {
      return refuse(
        'EVIDENCE_BROKEN',
        `The chain of custody of ${mediaId} is not what was written.`,
        'Have the register verified before this piece is used.',
      );
    }
    const reviewed = review(known, to, command.issuedBy, { atMs: command.issuedAtMs, reason: note });
    if (reviewed === 'unknown') {
      return refuse(
        'EVIDENCE_UNKNOWN',
        `${mediaId} is no evidence of this incident.`,
        'Choose stills and clips of it.',
      );
    }
    if (reviewed === 'order') {
      return refuse(
        'EVIDENCE_STATE',
        `A piece that is ${known?.state} cannot become ${to}.`,
        'Technical review comes first, then legal review, then admission.',
      );
    }
    if (reviewed === 'samePerson') {
      return refuse(
        'SECOND_PERSON',
        'The legal review is not done by the person who reviewed it technically.',
        'Ask another officer.',
      );
    }
    evidence = evidence.map((piece) => (piece.mediaId === mediaId ? reviewed : piece));
  }
  return withCase(asked, { evidence }, 'evidenceReviewed', `${mediaIds.length} → ${to}`);
}

export function setTerm(asked: Asked, { term, to }: ActionOf<'setTerm'>): CaseOutcome {
  const { penaltyCase, command, settings } = asked;
  const { deadlines } = penaltyCase;
  if (to === 'started' && (term === 'decision' || term === 'limitation')) {
    return refuse('TERM_STATE', `The term ${term} runs from registration.`, 'It cannot be started anew.');
  }
  const next =
    to === 'started'
      ? withStarted(deadlines, term, command.issuedAtMs, settings.workHours)
      : withMet(deadlines, term, command.issuedAtMs);
  if (next === null) {
    return refuse(
      'TERM_STATE',
      `No term ${term} is running.`,
      'Start it first, or look again: it may be met.',
    );
  }
  return withCase(asked, { deadlines: next }, 'caseChanged', `${term} ${to}`);
}
