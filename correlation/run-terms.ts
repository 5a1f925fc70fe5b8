import type { Bus } from '../bus/index.ts';
import { type Command, commands, type Incident, incidentTable, type Person } from '../contracts/index.ts';
import { type Clock, deterministicId, type Log } from '../kernel/index.ts';
import type { Store } from '../store/index.ts';
import { type CaseSettings, dueEscalations } from './cases/index.ts';
import { withRetry } from './retry.ts';

/** The clock as it stands in commands; it leaves no name in a timeline. */
export const clockPerson: Person = { userId: 'clock', name: '', unit: '' };

const everyMs = 5_000;
const incidentsAtMost = 5_000;

/** What asks an incident's one writer to note the levels its terms have reached. The same level is the same command. */
export const escalationsOf = (incident: Incident, nowMs: number, settings: CaseSettings): Command[] =>
  dueEscalations(incident, nowMs, settings.workHours).map((action) => ({
    commandId: deterministicId(
      'escalation',
      incident.incidentId,
      action.agency ?? 'triage',
      action.step ?? '',
      action.dueAtMs,
      action.percent,
    ),
    incidentId: incident.incidentId,
    areaCode: incident.areaCode,
    expectedVersion: null,
    action,
    issuedBy: clockPerson,
    issuedAtMs: nowMs,
  }));

/**
 * Watch the terms of open incidents until `signal` aborts. Several processes may do so at once: the writer takes a
 * level once.
 */
export async function runTerms(parts: {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: CaseSettings;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { bus, store, clock, log, settings, signal } = parts;
  const told = new Set<string>();
  const look = async (): Promise<void> => {
    const open = await store.find(incidentTable, {
      where: "state NOT IN ('closed', 'rejected', 'verified')",
      params: {},
      orderBy: 'updatedAtMs DESC',
      limit: incidentsAtMost,
    });
    const due = open
      .flatMap((incident) => escalationsOf(incident, clock.nowMs(), settings))
      .filter(({ commandId }) => !told.has(commandId));
    if (due.length === 0) return;
    await bus.publish(commands, due);
    for (const { commandId } of due) told.add(commandId);
    // Only spares the writer from hearing it every few seconds; forgetting is harmless.
    if (told.size > 50_000) told.clear();
  };
  while (!signal.aborted) {
    try {
      await withRetry(look, { clock, log, signal, doing: 'watching the terms of cases' });
      await clock.sleep(everyMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
