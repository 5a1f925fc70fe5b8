import type { IncidentState } from '../../contracts/index.ts';

/**
 * Who may make a move: a person at the console, an agency through its task, or the pipeline when it finds two
 * incidents to be one.
 */
export type Mover = 'person' | 'agency' | 'pipeline';

/**
 * The one table of moves; whatever is not in it cannot happen.
 *
 * - `detected` the pipeline raised it; left for `triage` when a person looks, or for `rejected` when the pipeline
 *   finds it to be part of another incident that nobody has touched either.
 * - `triage` a person judges; left for `registered` (立案, only ever by a person) or `rejected`.
 * - `registered` → `dispatched` → `acknowledged` → `arrived` → `handling` → `feedback` → `verified`: the agencies' work.
 * - `verified` left for `closed`, or back to `handling` (rework).
 * - `closed` is the end.
 * - `rejected` is the end too, but for what the pipeline itself merged: it comes back as `detected` when an event
 *   that arrived late shows that the two are not one.
 */
const moves: Readonly<Record<IncidentState, Partial<Record<IncidentState, readonly Mover[]>>>> = {
  detected: { triage: ['person'], rejected: ['pipeline'] },
  triage: { registered: ['person'], rejected: ['person'] },
  registered: { dispatched: ['person'] },
  dispatched: { acknowledged: ['person', 'agency'] },
  acknowledged: { arrived: ['person', 'agency'] },
  arrived: { handling: ['person', 'agency'] },
  handling: { feedback: ['person', 'agency'] },
  feedback: { verified: ['person'] },
  verified: { closed: ['person'], handling: ['person'] },
  closed: {},
  rejected: { detected: ['pipeline'] },
};

export const canMove = (from: IncidentState, to: IncidentState, by: Mover): boolean =>
  moves[from][to]?.includes(by) === true;

/** Moves a state can be left by, for people who ask why not. */
export const movesFrom = (from: IncidentState): readonly IncidentState[] =>
  Object.keys(moves[from]) as IncidentState[];

/** Takes in new events and records. */
export const isOpen = (state: IncidentState): boolean => state !== 'rejected' && state !== 'closed';
