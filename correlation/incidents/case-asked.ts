import type {
  CaseAction,
  Command,
  Incident,
  IncidentState,
  PenaltyCase,
  Refusal,
  TimelineEntry,
} from '../../contracts/index.ts';
import type { CaseSettings } from '../cases/index.ts';
import { entry, move } from './draft.ts';

/** The incident with what was asked for, and what its timeline says of it; or why nothing was done. */
export type CaseOutcome =
  | { readonly incident: Incident; readonly entries: readonly TimelineEntry[] }
  | { readonly refusal: Refusal };

export const refuse = (code: string, message: string, hint: string): CaseOutcome => ({
  refusal: { code, message, hint },
});
export const lookAgain = 'Look at the incident as it is now and decide again.';
export const wrongState = ({ state }: Incident, what: string): CaseOutcome =>
  refuse('INCIDENT_STATE', `An incident in state ${state} cannot be ${what}.`, lookAgain);

export type ActionOf<K extends CaseAction['kind']> = Extract<CaseAction, { kind: K }>;

/** What every action gets: the registered incident with its case, and who asks. */
export interface Asked {
  readonly incident: Incident;
  readonly penaltyCase: PenaltyCase;
  readonly command: Command;
  readonly settings: CaseSettings;
}

/** One entry of the timeline that says who did it and why. */
export const told = ({ command }: Asked, kind: TimelineEntry['kind'], detail = ''): TimelineEntry =>
  entry(command.issuedAtMs, kind, command.commandId, {
    by: command.issuedBy,
    note: [detail, command.action.note].filter((part) => part !== '').join(': '),
  });

export const moveTo = ({ command }: Asked, from: IncidentState, to: IncidentState): TimelineEntry =>
  move(command.issuedAtMs, { from, to }, command.commandId, {
    by: command.issuedBy,
    note: command.action.note,
  });
