import type { CaseAction, Command, Escalate, Incident } from '../../contracts/index.ts';
import type { CaseSettings } from '../cases/index.ts';
import { type Asked, type CaseOutcome, lookAgain, refuse, wrongState } from './case-asked.ts';
import {
  judgeBasis,
  putParty,
  recordPenalty,
  removeParty,
  reviewEvidence,
  setTerm,
  withCase,
} from './case-file-command.ts';
import { entry } from './draft.ts';
import { advanceTask, close, dispatch, resume, suspend, transferTask, urge, verify } from './task-command.ts';

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
