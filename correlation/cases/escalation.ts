import type { Deadline, Escalate, EscalationPercent, Incident, TaskStep } from '../../contracts/index.ts';
import type { WorkHours } from './work-calendar.ts';
import { usedShare } from './work-calendar.ts';

const levels: readonly Exclude<EscalationPercent, 0>[] = [100, 80, 50];
/** A term of triage that ran out longer ago belongs to recorded material: nobody is called for it. */
const triageReachMs = 24 * 3_600_000;

/** The highest level that a running term has reached and nobody was told of; null: none. */
function reached(term: Deadline, nowMs: number, hours: WorkHours): EscalationPercent | null {
  if (term.doneAtMs !== null) return null;
  const usedPercent = usedShare(term, nowMs, hours) * 100;
  const level = levels.find((percent) => usedPercent >= percent) ?? 0;
  return level > term.escalatedPercent ? level : null;
}

/**
 * Levels (50, 80, 100 %) that terms of an incident have reached by now without anybody having been told: of each term
 * the highest only, so that a desk that was away is not rung three times.
 */
export function dueEscalations(
  { state, triage, tasks, penaltyCase }: Pick<Incident, 'state' | 'triage' | 'tasks' | 'penaltyCase'>,
  nowMs: number,
  hours: WorkHours,
): Escalate[] {
  if (penaltyCase !== null && penaltyCase.suspendedSinceMs !== null) return [];
  const due: Escalate[] = [];
  const look = (term: Deadline, of: Pick<Escalate, 'agency' | 'step'>): void => {
    const percent = reached(term, nowMs, hours);
    if (percent !== null) due.push({ kind: 'escalate', ...of, percent, dueAtMs: term.dueAtMs, note: '' });
  };
  const isJudged = state !== 'detected' && state !== 'triage';
  if (triage !== null && !isJudged && nowMs - triage.dueAtMs < triageReachMs) {
    look(triage, { agency: null, step: null });
  }
  for (const { agency, deadlines } of tasks) {
    for (const [step, term] of Object.entries(deadlines) as [TaskStep, Deadline][])
      look(term, { agency, step });
  }
  return due;
}
