import type { Incident, OfficialRecord, RecordLink, SceneEvent } from '../../contracts/index.ts';
import { mayFit, scorePair } from '../link/index.ts';
import { openIncidents } from './area.ts';
import { type Draft, entry, put } from './draft.ts';

export interface LinkSettings {
  /** From here on a record is linked. */
  readonly linkScore: number;
  /** From here on it is suggested. */
  readonly suggestScore: number;
}

const isByPerson = ({ status }: RecordLink): boolean => status === 'confirmed' || status === 'undone';

export const linkOf = ({ records }: Incident, recordId: string): RecordLink | undefined =>
  records.find(({ record }) => record.recordId === recordId);

/** The link of a record to the event of an incident that it fits best, whatever the score. */
export function bestLink(
  incident: Incident,
  record: OfficialRecord,
): {
  readonly link: Omit<RecordLink, 'status'>;
  readonly isPossible: boolean;
  readonly isSameMatter: boolean;
} {
  const scored = incident.events.map((event) => ({ event, pair: scorePair(event, record) }));
  const [first] = scored;
  if (first === undefined) throw new TypeError('An incident has an event.');
  const best = scored.reduce((one, other) => (isBetter(other, one) ? other : one), first);
  const { score, parts, isPossible, isSameMatter } = best.pair;
  const link = { record, eventId: best.event.eventId, score, parts: [...parts] };
  return { link, isPossible, isSameMatter };
}

interface Scored {
  readonly event: SceneEvent;
  readonly pair: ReturnType<typeof scorePair>;
}

/** Possible before impossible, then the higher score; ties by the event's id, so that order of arrival is nothing. */
const isBetter = (one: Scored, other: Scored): boolean => {
  if (one.pair.isPossible !== other.pair.isPossible) return one.pair.isPossible;
  if (one.pair.score !== other.pair.score) return one.pair.score > other.pair.score;
  return one.event.eventId < other.event.eventId;
};

/**
 * Link a record where it fits best: to one incident at most. What a person linked stays; what a person took back is
 * not offered there again. Follows from the sets of events and records alone, so either may come first.
 * @param atMs time of the thing that made us look.
 */
export function relink(draft: Draft, record: OfficialRecord, settings: LinkSettings, atMs: number): void {
  const all = [...draft.incidents.values()];
  const isTaken = all.some((incident) => {
    const link = linkOf(incident, record.recordId);
    // A closed incident keeps what it has; a rejected one holds nothing back.
    return link?.status === 'confirmed'
      ? incident.state !== 'rejected'
      : incident.state === 'closed' && link?.status === 'linked';
  });
  const open = openIncidents(all);
  const wanted = isTaken ? null : bestIncident(open, record, settings);
  for (const incident of open) {
    const link = linkOf(incident, record.recordId);
    if (link !== undefined && isByPerson(link)) continue;
    if (wanted?.incident === incident) attach(draft, wanted, atMs);
    else if (link !== undefined) {
      const records = incident.records.filter((other) => other !== link);
      const note = 'it fits another incident better, or no longer this one';
      put(draft, { ...incident, records }, entry(atMs, 'recordUnlinked', record.recordId, { note }));
    }
  }
}

interface WantedLink {
  readonly incident: Incident;
  readonly link: RecordLink;
}

function bestIncident(
  open: readonly Incident[],
  record: OfficialRecord,
  settings: LinkSettings,
): WantedLink | null {
  let best: WantedLink | null = null;
  for (const incident of open) {
    if (linkOf(incident, record.recordId)?.status === 'undone') continue;
    if (!incident.events.some((event) => mayFit(event, record))) continue;
    const { link: found, isPossible, isSameMatter } = bestLink(incident, record);
    if (!isPossible || found.score < settings.suggestScore) continue;
    const status = isSameMatter && found.score >= settings.linkScore ? 'linked' : 'suggested';
    const isFirst =
      best === null ||
      found.score > best.link.score ||
      (found.score === best.link.score && found.eventId < best.link.eventId);
    if (isFirst) best = { incident, link: { ...found, status } };
  }
  return best;
}

function attach(draft: Draft, { incident, link }: WantedLink, atMs: number): void {
  const { recordId } = link.record;
  const known = linkOf(incident, recordId);
  const records = [...incident.records.filter((other) => other !== known), link];
  if (known?.status === link.status) {
    put(draft, { ...incident, records });
    return;
  }
  const kind = link.status === 'linked' ? 'recordLinked' : 'recordSuggested';
  const note = `score ${link.score.toFixed(2)}`;
  put(
    draft,
    { ...incident, records },
    entry(Math.max(atMs, link.record.reportedAtMs), kind, recordId, { note }),
  );
}
