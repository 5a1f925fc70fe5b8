import type {
  Agency,
  AgencyTask,
  CaseAction,
  Command,
  Escalate,
  Incident,
  IncidentState,
  PenaltyCase,
  Refusal,
  TimelineEntry,
} from '../../contracts/index.ts';
import {
  actAtMs,
  advanced,
  type CaseSettings,
  collectEvidence,
  isIntact,
  mayAdvance,
  rested,
  review,
  sentBack,
  stateOfTasks,
  suggestBases,
  tasksFor,
  withMet,
  withStarted,
} from '../cases/index.ts';
import { entry, move } from './draft.ts';
import { canMove } from './states.ts';

/** The incident with what was asked for, and what its timeline says of it; or why nothing was done. */
export type CaseOutcome =
  | { readonly incident: Incident; readonly entries: readonly TimelineEntry[] }
  | { readonly refusal: Refusal };

const refuse = (code: string, message: string, hint: string): CaseOutcome => ({
  refusal: { code, message, hint },
});
const lookAgain = 'Look at the incident as it is now and decide again.';
const wrongState = ({ state }: Incident, what: string): CaseOutcome =>
  refuse('INCIDENT_STATE', `An incident in state ${state} cannot be ${what}.`, lookAgain);

type ActionOf<K extends CaseAction['kind']> = Extract<CaseAction, { kind: K }>;

/** What every action gets: the registered incident with its case, and who asks. */
interface Asked {
  readonly incident: Incident;
  readonly penaltyCase: PenaltyCase;
  readonly command: Command;
  readonly settings: CaseSettings;
}

/** One entry of the timeline that says who did it and why. */
const told = ({ command }: Asked, kind: TimelineEntry['kind'], detail = ''): TimelineEntry =>
  entry(command.issuedAtMs, kind, command.commandId, {
    by: command.issuedBy,
    note: [detail, command.action.note].filter((part) => part !== '').join(': '),
  });

/** The incident with another case, whose suggestions are made anew: they follow from its facts. */
function withCase(asked: Asked, change: Partial<PenaltyCase>, kind: TimelineEntry['kind'], detail: string) {
  const { incident, settings } = asked;
  const changed = { ...asked.penaltyCase, ...change };
  const legalBases = suggestBases(changed, settings.legalTable, actAtMs(incident));
  return {
    incident: { ...incident, penaltyCase: { ...changed, legalBases } },
    entries: [told(asked, kind, detail)],
  };
}

/** The incident in the state that its tasks make, with a move when that is another one. */
function withTasks(asked: Asked, tasks: readonly AgencyTask[], entries: TimelineEntry[]): CaseOutcome {
  const { incident, command } = asked;
  const to = stateOfTasks(tasks);
  const moved = to === incident.state ? [] : [moveTo(asked, incident.state, to)];
  return {
    incident: { ...incident, tasks: [...tasks], state: to },
    entries: [...entries, ...moved].map((each) => ({ ...each, atMs: command.issuedAtMs })),
  };
}

const moveTo = ({ command }: Asked, from: IncidentState, to: IncidentState): TimelineEntry =>
  move(command.issuedAtMs, { from, to }, command.commandId, {
    by: command.issuedBy,
    note: command.action.note,
  });

/** Carry out what a person asks of a registered incident. Nothing is changed by a refusal. */
export function carryOutCase(
  incident: Incident,
  command: Command,
  action: CaseAction,
  settings: CaseSettings,
): CaseOutcome {
  const { penaltyCase } = incident;
  if (penaltyCase === null || incident.state === 'rejected')
    return wrongState(incident, `given ${action.kind}`);
  if (incident.state === 'closed' && action.kind !== 'recordPenalty' && action.kind !== 'setTerm') {
    return wrongState(incident, `given ${action.kind}`);
  }
  const isResting = penaltyCase.suspendedSinceMs !== null;
  if (isResting && (action.kind === 'advanceTask' || action.kind === 'verify' || action.kind === 'close')) {
    return refuse('INCIDENT_SUSPENDED', 'The matter is suspended.', 'Resume it first.');
  }
  return carryOutOpen({ incident, penaltyCase, command, settings }, action);
}

function carryOutOpen(asked: Asked, action: CaseAction): CaseOutcome {
  switch (action.kind) {
    case 'dispatch':
      return dispatch(asked, action);
    case 'advanceTask':
      return advanceTask(asked, action);
    case 'transferTask':
      return transferTask(asked, action);
    case 'urge':
      return urge(asked, action);
    case 'suspend':
      return suspend(asked);
    case 'resume':
      return resume(asked);
    case 'verify':
      return verify(asked, action);
    case 'close':
      return close(asked);
    case 'setWasteKind':
      return withCase(
        asked,
        { wasteKind: action.wasteKind },
        'caseChanged',
        `waste kind ${action.wasteKind}`,
      );
    case 'putParty':
      return putParty(asked, action);
    case 'removeParty':
      return removeParty(asked, action);
    case 'judgeBasis':
      return judgeBasis(asked, action);
    case 'recordPenalty':
      return recordPenalty(asked, action);
    case 'reviewEvidence':
      return reviewEvidence(asked, action);
    case 'setTerm':
      return setTerm(asked, action);
  }
}

function dispatch(asked: Asked, action: ActionOf<'dispatch'>): CaseOutcome {
  const { incident, command, settings } = asked;
  if (!canMove(incident.state, 'dispatched', 'person')) return wrongState(incident, 'dispatched');
  const tasks = tasksFor(incident, action, command.issuedAtMs, settings);
  const assigned = tasks.map(({ agency, deskName, deskId, isLead }) =>
    told(asked, 'taskAssigned', `${agency}${isLead ? ' (lead)' : ''} → ${deskName || deskId}`),
  );
  return {
    incident: { ...incident, tasks, state: 'dispatched' },
    entries: [moveTo(asked, incident.state, 'dispatched'), ...assigned],
  };
}

/** The task of an agency, or that it has none. */
function taskOf({ incident }: Asked, agency: Agency): AgencyTask | CaseOutcome {
  return (
    incident.tasks.find((task) => task.agency === agency) ??
    refuse('TASK_UNKNOWN', `${agency} has no task in this incident.`, 'Dispatch it to that agency first.')
  );
}

const withTask = ({ incident }: Asked, task: AgencyTask): AgencyTask[] =>
  incident.tasks.map((other) => (other.agency === task.agency ? task : other));

function advanceTask(asked: Asked, { agency, to, note }: ActionOf<'advanceTask'>): CaseOutcome {
  const task = taskOf(asked, agency);
  if (!('agency' in task)) return task;
  const { incident, command } = asked;
  if (incident.state === 'verified' || !mayAdvance(task, to)) {
    return refuse('TASK_STATE', `The task of ${agency} is ${task.state} and cannot become ${to}.`, lookAgain);
  }
  const said = { atMs: command.issuedAtMs, by: command.issuedBy, text: note };
  return withTasks(asked, withTask(asked, advanced(task, to, said)), [
    told(asked, 'taskAdvanced', `${agency} ${to}`),
  ]);
}

function transferTask(asked: Asked, { agency, deskId }: ActionOf<'transferTask'>): CaseOutcome {
  const task = taskOf(asked, agency);
  if (!('agency' in task)) return task;
  const desk = asked.settings.desks.find((other) => other.deskId === deskId && other.agency === agency);
  if (desk === undefined || desk.deskId === task.deskId) {
    return refuse(
      'DESK_UNKNOWN',
      `${deskId} is no other desk of ${agency}.`,
      'Choose another desk of that agency.',
    );
  }
  if (task.state === 'feedback' || task.state === 'done') {
    return refuse('TASK_STATE', `The task of ${agency} is ${task.state}.`, lookAgain);
  }
  // A new desk has to acknowledge anew; the terms go on, or moving a task about would win time.
  const moved = { ...task, deskId, deskName: desk.name, onDuty: [], state: 'open' as const };
  return withTasks(asked, withTask(asked, moved), [
    told(asked, 'taskTransferred', `${agency}: ${task.deskName || task.deskId} → ${desk.name}`),
  ]);
}

function urge(asked: Asked, { agency }: ActionOf<'urge'>): CaseOutcome {
  const task = taskOf(asked, agency);
  if (!('agency' in task)) return task;
  const tasks = withTask(asked, { ...task, urgedCount: task.urgedCount + 1 });
  return { incident: { ...asked.incident, tasks }, entries: [told(asked, 'urged', agency)] };
}

function suspend(asked: Asked): CaseOutcome {
  const { incident, penaltyCase, command } = asked;
  if (penaltyCase.suspendedSinceMs !== null) {
    return refuse('INCIDENT_SUSPENDED', 'The matter is suspended already.', 'Nothing is to be done.');
  }
  if (incident.state === 'verified' || incident.state === 'feedback')
    return wrongState(incident, 'suspended');
  const suspended = { ...penaltyCase, suspendedSinceMs: command.issuedAtMs };
  return { incident: { ...incident, penaltyCase: suspended }, entries: [told(asked, 'suspended')] };
}

function resume(asked: Asked): CaseOutcome {
  const { incident, penaltyCase, command, settings } = asked;
  const { suspendedSinceMs } = penaltyCase;
  if (suspendedSinceMs === null) {
    return refuse('INCIDENT_STATE', 'The matter is not suspended.', 'Nothing is to be done.');
  }
  const rest = { fromMs: suspendedSinceMs, toMs: command.issuedAtMs };
  const tasks = incident.tasks.map((task) => {
    const { acknowledge, arrive, feedback } = task.deadlines;
    return {
      ...task,
      deadlines: {
        acknowledge: rested(acknowledge, rest, settings.workHours),
        arrive: rested(arrive, rest, settings.workHours),
        feedback: rested(feedback, rest, settings.workHours),
      },
    };
  });
  return {
    incident: { ...incident, tasks, penaltyCase: { ...penaltyCase, suspendedSinceMs: null } },
    entries: [told(asked, 'resumed')],
  };
}

function verify(asked: Asked, { result, agencies }: ActionOf<'verify'>): CaseOutcome {
  const { incident, command, settings } = asked;
  const isVerified = incident.state === 'verified' && result === 'rework';
  if (!isVerified && !canMove(incident.state, 'verified', 'person')) return wrongState(incident, 'verified');
  const verified = isVerified ? [] : [moveTo(asked, incident.state, 'verified')];
  if (result === 'pass') {
    const tasks = incident.tasks.map((task) => ({ ...task, state: 'done' as const }));
    return { incident: { ...incident, tasks, state: 'verified' }, entries: verified };
  }
  const again = agencies.length === 0 ? incident.tasks.map(({ agency }) => agency) : agencies;
  const missing = again.find((agency) => !incident.tasks.some((task) => task.agency === agency));
  if (missing !== undefined) {
    return refuse('TASK_UNKNOWN', `${missing} has no task in this incident.`, 'Name agencies that have one.');
  }
  const tasks = incident.tasks.map((task) =>
    again.includes(task.agency) ? sentBack(task, command.issuedAtMs, incident.kind, settings) : task,
  );
  return {
    incident: { ...incident, tasks, state: 'handling' },
    entries: [...verified, moveTo(asked, 'verified', 'handling')],
  };
}

function close(asked: Asked): CaseOutcome {
  const { incident } = asked;
  if (!canMove(incident.state, 'closed', 'person')) return wrongState(incident, 'closed');
  return { incident: { ...incident, state: 'closed' }, entries: [moveTo(asked, incident.state, 'closed')] };
}

function putParty(asked: Asked, { party }: ActionOf<'putParty'>): CaseOutcome {
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

function removeParty(asked: Asked, { partyId }: ActionOf<'removeParty'>): CaseOutcome {
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

function judgeBasis(asked: Asked, { partyId, basisId, status }: ActionOf<'judgeBasis'>): CaseOutcome {
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

function recordPenalty(asked: Asked, { penalty }: ActionOf<'recordPenalty'>): CaseOutcome {
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

function reviewEvidence(asked: Asked, { mediaIds, to, note }: ActionOf<'reviewEvidence'>): CaseOutcome {
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

function setTerm(asked: Asked, { term, to }: ActionOf<'setTerm'>): CaseOutcome {
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

/**
 * A term has reached a level: stands in the timeline and in the term, once. The clock is late sometimes: what was met,
 * moved or told in between is left alone.
 */
export function escalate(incident: Incident, command: Command, action: Escalate): CaseOutcome {
  const { agency, step, percent, dueAtMs } = action;
  const isOpen = (term: { dueAtMs: number; doneAtMs: number | null; escalatedPercent: number }): boolean =>
    term.doneAtMs === null && term.dueAtMs === dueAtMs && term.escalatedPercent < percent;
  const note = `${agency ?? 'triage'}${step === null ? '' : ` ${step}`} ${percent} %`;
  const entries = [entry(command.issuedAtMs, 'escalated', command.commandId, { note })];
  if (agency === null || step === null) {
    const { triage } = incident;
    if (triage === null || !isOpen(triage)) return nothingDue;
    return { incident: { ...incident, triage: { ...triage, escalatedPercent: percent } }, entries };
  }
  const task = incident.tasks.find((other) => other.agency === agency);
  if (task === undefined || !isOpen(task.deadlines[step])) return nothingDue;
  const deadlines = {
    ...task.deadlines,
    [step]: { ...task.deadlines[step], escalatedPercent: percent },
  };
  const tasks = incident.tasks.map((other) => (other === task ? { ...task, deadlines } : other));
  return { incident: { ...incident, tasks }, entries };
}

const nothingDue = refuse('ESCALATION_STALE', 'This term was met, moved or escalated in between.', lookAgain);
