import { z } from 'zod';
import { Agency } from './desk.ts';
import { EpochMs } from './ids.ts';
import { Person } from './person.ts';
import { TimeLimit } from './time-limit.ts';

/** What an agency owes once a task is on its desk: 签收, 到场, 反馈. */
export const TaskStep = z.enum(['acknowledge', 'arrive', 'feedback']);
export type TaskStep = z.infer<typeof TaskStep>;

/** How much of a limit was used when somebody was told, in percent; 0: nobody was told yet. */
export const EscalationPercent = z.union([z.literal(0), z.literal(50), z.literal(80), z.literal(100)]);
export type EscalationPercent = z.infer<typeof EscalationPercent>;

/** One term that runs: from when, until when, how far it was escalated, and when it was met. */
export const Deadline = z
  .strictObject({
    startsAtMs: EpochMs,
    limit: TimeLimit,
    dueAtMs: EpochMs,
    /** Null while it runs. */
    doneAtMs: EpochMs.nullable(),
    escalatedPercent: EscalationPercent,
  })
  .meta({ id: 'Deadline' });
export type Deadline = z.infer<typeof Deadline>;

export const TaskState = z.enum(['open', 'acknowledged', 'arrived', 'handling', 'feedback', 'done']);
export type TaskState = z.infer<typeof TaskState>;

/** One agency's part of a registered incident. */
export const AgencyTask = z
  .strictObject({
    agency: Agency,
    /** The lead answers for the whole (牵头), the others help (协办). */
    isLead: z.boolean(),
    deskId: z.string(),
    deskName: z.string(),
    /** Names of who was on duty there when it was handed over. */
    onDuty: z.array(z.string()),
    state: TaskState,
    assignedAtMs: EpochMs,
    deadlines: z.strictObject({ acknowledge: Deadline, arrive: Deadline, feedback: Deadline }),
    /** What the agency reported back, newest last. */
    feedback: z.array(z.strictObject({ atMs: EpochMs, by: Person, text: z.string() })),
    /** How often verification sent it back (返工). */
    reworkCount: z.int().nonnegative(),
    /** How often somebody urged it on (督办). */
    urgedCount: z.int().nonnegative(),
  })
  .meta({ id: 'AgencyTask' });
export type AgencyTask = z.infer<typeof AgencyTask>;
