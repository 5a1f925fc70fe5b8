import type { Agency, AgencyTask, TimelineEntry } from '../../contracts/index.ts';
import { advanced, mayAdvance, rested, sentBack, stateOfTasks, tasksFor } from '../cases/index.ts';
import {
  type ActionOf,
  type Asked,
  type CaseOutcome,
  lookAgain,
  moveTo,
  refuse,
  told,
  wrongState,
} from './case-asked.ts';
import { canMove } from './states.ts';

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

export function dispatch(asked: Asked, action: ActionOf<'dispatch'>): CaseOutcome {
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

export function advanceTask(asked: Asked, { agency, to, note }: ActionOf<'advanceTask'>): CaseOutcome {
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

export function transferTask(asked: Asked, { agency, deskId }: ActionOf<'transferTask'>): CaseOutcome {
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

export function urge(asked: Asked, { agency }: ActionOf<'urge'>): CaseOutcome {
  const task = taskOf(asked, agency);
  if (!('agency' in task)) return task;
  const tasks = withTask(asked, { ...task, urgedCount: task.urgedCount + 1 });
  return { incident: { ...asked.incident, tasks }, entries: [told(asked, 'urged', agency)] };
}

export function suspend(asked: Asked): CaseOutcome {
  const { incident, penaltyCase, command } = asked;
  if (penaltyCase.suspendedSinceMs !== null) {
    return refuse('INCIDENT_SUSPENDED', 'The matter is suspended already.', 'Nothing is to be done.');
  }
  if (incident.state === 'verified' || incident.state === 'feedback')
    return wrongState(incident, 'suspended');
  const suspended = { ...penaltyCase, suspendedSinceMs: command.issuedAtMs };
  return { incident: { ...incident, penaltyCase: suspended }, entries: [told(asked, 'suspended')] };
}

export function resume(asked: Asked): CaseOutcome {
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

export function verify(asked: Asked, { result, agencies }: ActionOf<'verify'>): CaseOutcome {
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

export function close(asked: Asked): CaseOutcome {
  const { incident } = asked;
  if (!canMove(incident.state, 'closed', 'person')) return wrongState(incident, 'closed');
  return { incident: { ...incident, state: 'closed' }, entries: [moveTo(asked, incident.state, 'closed')] };
}
