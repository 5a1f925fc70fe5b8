import {
  type Incident,
  incidentTable,
  type SuppressedEvent,
  suppressedEventTable,
} from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import type { Unneeded } from './due.ts';

const pageSize = 200;
const isOpen = 'NOT IN (SELECT subjectId FROM footage_deletion WHERE version = 2)';

/**
 * Incidents that an officer rejected before `untilMs`, oldest first, in pages. A duplicate of a case that was not
 * rejected shows the same matter: its pictures stay with that case.
 */
export async function* rejectedIncidents(store: Store, untilMs: number): AsyncGenerator<Unneeded[]> {
  for (let after: Pick<Incident, 'updatedAtMs' | 'incidentId'> | null = null; ; ) {
    const page: Incident[] = await store.find(incidentTable, {
      where: `state = 'rejected' AND updatedAtMs <= {untilMs:Int64} AND incidentId ${isOpen}
        AND (updatedAtMs, incidentId) > ({afterMs:Int64}, {afterId:String})`,
      params: { untilMs, afterMs: after?.updatedAtMs ?? -1, afterId: after?.incidentId ?? '' },
      orderBy: 'updatedAtMs, incidentId',
      limit: pageSize,
    });
    const unneeded: Unneeded[] = [];
    for (const incident of page) {
      if (await servesAnother(store, incident)) continue;
      const { incidentId: subjectId, areaCode, events, updatedAtMs: judgedAtMs } = incident;
      const media = events.flatMap((event) => event.media);
      unneeded.push({ subjectId, areaCode, rule: 'rejectedIncident', media, judgedAtMs });
    }
    yield unneeded;
    after = page.at(-1) ?? null;
    if (page.length < pageSize || after === null) return;
  }
}

/** Follows what it is a duplicate of to the end. */
async function servesAnother(store: Store, incident: Incident): Promise<boolean> {
  const seen = new Set([incident.incidentId]);
  for (let next = incident.rejection?.duplicateOf ?? null; next !== null && !seen.has(next); ) {
    seen.add(next);
    const [other] = await store.find(incidentTable, {
      where: 'incidentId = {incidentId:String}',
      params: { incidentId: next },
    });
    if (other === undefined) return false;
    if (other.state !== 'rejected') return true;
    next = other.rejection?.duplicateOf ?? null;
  }
  return false;
}

/** What zones suppressed before `untilMs` and nobody made an alert of, oldest first, in pages. */
export async function* unraisedEvents(store: Store, untilMs: number): AsyncGenerator<Unneeded[]> {
  for (let after: Pick<SuppressedEvent, 'raisedAtMs' | 'eventId'> | null = null; ; ) {
    const page: SuppressedEvent[] = await store.find(suppressedEventTable, {
      where: `raisedAtMs <= {untilMs:Int64} AND eventId ${isOpen}
        AND (raisedAtMs, eventId) > ({afterMs:Int64}, {afterId:String})`,
      params: { untilMs, afterMs: after?.raisedAtMs ?? -1, afterId: after?.eventId ?? '' },
      orderBy: 'raisedAtMs, eventId',
      limit: pageSize,
    });
    const raised = await raisedOf(store, page);
    yield page
      .filter(({ eventId }) => !raised.has(eventId))
      .map(({ eventId: subjectId, areaCode, media, raisedAtMs: judgedAtMs }) => ({
        subjectId,
        areaCode,
        rule: 'unraisedEvent',
        media,
        judgedAtMs,
      }));
    after = page.at(-1) ?? null;
    if (page.length < pageSize || after === null) return;
  }
}

/** Raised ones open an incident of their own first, whatever becomes of it. */
async function raisedOf(store: Store, events: readonly SuppressedEvent[]): Promise<Set<string>> {
  if (events.length === 0) return new Set();
  const eventOf = new Map(
    events.map(({ eventId }) => [deterministicId('incident', eventId), eventId] as const),
  );
  const incidents = await store.find(incidentTable, {
    where: `incidentId IN {incidentIds:Array(String)}
      OR arrayExists(id -> position(events, id) > 0, {eventIds:Array(String)})`,
    params: { incidentIds: [...eventOf.keys()], eventIds: [...eventOf.values()] },
  });
  return new Set(
    incidents.flatMap(({ incidentId, events: held }) => [
      eventOf.get(incidentId) ?? '',
      ...held.map(({ eventId }) => eventId),
    ]),
  );
}
