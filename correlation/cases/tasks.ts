import type {
  Agency,
  AgencyTask,
  IncidentState,
  Incident,
  Person,
  TaskState,
} from '../../contracts/index.ts';
import { deskFor } from './desks.ts';
import type { CaseSettings } from './settings.ts';
import { deadline, met } from './terms.ts';

/** How far a task is; a later state includes the earlier ones. */
const order: readonly TaskState[] = ['open', 'acknowledged', 'arrived', 'handling', 'feedback', 'done'];
const rank = (state: TaskState): number => order.indexOf(state);

/** A task for each agency, each on the desk that answers for the place. */
export function tasksFor(
  { areaCode, location, kind }: Pick<Incident, 'areaCode' | 'location' | 'kind'>,
  wanted: { readonly lead: Agency; readonly coHandlers: readonly Agency[]; readonly isUrgent: boolean },
  atMs: number,
  { desks, limits, workHours }: CaseSettings,
): AgencyTask[] {
  const agencies = [wanted.lead, ...wanted.coHandlers.filter((agency) => agency !== wanted.lead)];
  return [...new Set(agencies)].map((agency): AgencyTask => {
    const desk = deskFor(desks, agency, { areaCode, place: location, atMs });
    return {
      agency,
      isLead: agency === wanted.lead,
      deskId: desk.deskId,
      deskName: desk.name,
      onDuty: [...desk.onDuty],
      state: 'open',
      assignedAtMs: atMs,
      deadlines: {
        acknowledge: deadline(atMs, limits.acknowledge, workHours),
        arrive: deadline(atMs, wanted.isUrgent ? limits.arriveUrgent : limits.arrive, workHours),
        feedback: deadline(atMs, limits.feedbackByKind[kind] ?? limits.feedback, workHours),
      },
      feedback: [],
      reworkCount: 0,
      urgedCount: 0,
    };
  });
}

/** Where a task may go next: forward, skipping what an agency did without saying so, never back. */
export const mayAdvance = ({ state }: AgencyTask, to: TaskState): boolean =>
  state !== 'done' && rank(to) > rank(state);

/** An agency says how far it is; every term up to there is met. */
export function advanced(
  task: AgencyTask,
  to: Extract<TaskState, 'acknowledged' | 'arrived' | 'handling' | 'feedback'>,
  said: { readonly atMs: number; readonly by: Person; readonly text: string },
): AgencyTask {
  const { acknowledge, arrive, feedback } = task.deadlines;
  return {
    ...task,
    state: to,
    deadlines: {
      acknowledge: met(acknowledge, said.atMs),
      arrive: rank(to) >= rank('arrived') ? met(arrive, said.atMs) : arrive,
      feedback: to === 'feedback' ? met(feedback, said.atMs) : feedback,
    },
    feedback: to === 'feedback' ? [...task.feedback, said] : task.feedback,
  };
}

/** Sent back by verification: the agency handles it again, under a new term. */
export const sentBack = (
  task: AgencyTask,
  atMs: number,
  kind: Incident['kind'],
  { limits, workHours }: CaseSettings,
): AgencyTask => ({
  ...task,
  state: 'handling',
  reworkCount: task.reworkCount + 1,
  deadlines: {
    ...task.deadlines,
    feedback: deadline(atMs, limits.feedbackByKind[kind] ?? limits.feedback, workHours),
  },
});

/**
 * State of an incident whose tasks are under way: as far as the agency that is furthest, but `feedback` only when all
 * have reported back.
 */
export function stateOfTasks(tasks: readonly AgencyTask[]): IncidentState {
  const ranks = tasks.map(({ state }) => rank(state));
  if (tasks.length > 0 && ranks.every((each) => each >= rank('feedback'))) return 'feedback';
  const furthest = Math.min(Math.max(0, ...ranks), rank('handling'));
  return (['dispatched', 'acknowledged', 'arrived', 'handling'] as const)[furthest] ?? 'handling';
}
