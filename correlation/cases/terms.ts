import type { Deadline, Incident, StatutoryDeadline, TimeLimit } from '../../contracts/index.ts';
import { dayStartMs } from '../measures/index.ts';
import type { CaseSettings } from './settings.ts';
import { dueAfterRest, dueAt, type WorkHours } from './work-calendar.ts';

const hourMs = 3_600_000;

/** A term that begins to run. */
export const deadline = (startsAtMs: number, limit: TimeLimit, hours: WorkHours): Deadline => ({
  startsAtMs,
  limit,
  dueAtMs: dueAt(startsAtMs, limit, hours),
  doneAtMs: null,
  escalatedPercent: 0,
});

/** The term is met; met twice is met the first time. */
export const met = (term: Deadline, atMs: number): Deadline =>
  term.doneAtMs === null ? { ...term, doneAtMs: atMs } : term;

/** The term rested in between; one that was met stays as it is. */
export const rested = (
  term: Deadline,
  rest: { readonly fromMs: number; readonly toMs: number },
  hours: WorkHours,
): Deadline => (term.doneAtMs === null ? { ...term, dueAtMs: dueAfterRest(term, rest, hours) } : term);

/** Until when a person must have judged an alert: by night the desks are thinly manned. */
export function triageTerm(raisedAtMs: number, { limits, workHours }: CaseSettings): Deadline {
  const hour = (raisedAtMs - dayStartMs(raisedAtMs)) / hourMs;
  const isNight = hour >= 22 || hour < 6;
  return deadline(raisedAtMs, isNight ? limits.triageNight : limits.triageDay, workHours);
}

/** Put-down of the earliest event: the act that the law judges. */
export const actAtMs = ({ events, openedAtMs }: Pick<Incident, 'events' | 'openedAtMs'>): number =>
  events[0]?.moments.putDownAtMs ?? openedAtMs;

type Term = StatutoryDeadline['kind'];

/**
 * Terms of the law. A decision within 90 natural days of registration and the two years from the act run from
 * registration on; the others begin when a notice or a preservation order is served. Terms of up to seven days count
 * working days (行政处罚法 85).
 */
const statutory: Readonly<Record<Term, { readonly basis: string; readonly limit: TimeLimit }>> = {
  decision: { basis: '行政处罚法第六十条', limit: { value: 90, unit: 'day' } },
  limitation: { basis: '行政处罚法第三十六条', limit: { value: 730, unit: 'day' } },
  preservation: { basis: '行政处罚法第五十六条', limit: { value: 7, unit: 'workDay' } },
  hearingRequest: { basis: '行政处罚法第六十四条', limit: { value: 5, unit: 'workDay' } },
  delivery: { basis: '行政处罚法第六十一条', limit: { value: 7, unit: 'workDay' } },
};

const term = (kind: Term, startsAtMs: number, hours: WorkHours): StatutoryDeadline => ({
  kind,
  basis: statutory[kind].basis,
  dueAtMs: dueAt(startsAtMs, statutory[kind].limit, hours),
  doneAtMs: null,
});

/** Terms that run as soon as a matter is registered. */
export const termsAtRegistration = (
  registeredAtMs: number,
  actMs: number,
  hours: WorkHours,
): StatutoryDeadline[] => [term('decision', registeredAtMs, hours), term('limitation', actMs, hours)];

/** A term begins anew, or for the first time. */
export const withStarted = (
  terms: readonly StatutoryDeadline[],
  kind: Term,
  atMs: number,
  hours: WorkHours,
): StatutoryDeadline[] => [...terms.filter((other) => other.kind !== kind), term(kind, atMs, hours)];

/** A term is met; null when it never began or was met before. */
export function withMet(
  terms: readonly StatutoryDeadline[],
  kind: Term,
  atMs: number,
): StatutoryDeadline[] | null {
  if (!terms.some((other) => other.kind === kind && other.doneAtMs === null)) return null;
  return terms.map((other) => (other.kind === kind ? { ...other, doneAtMs: other.doneAtMs ?? atMs } : other));
}
