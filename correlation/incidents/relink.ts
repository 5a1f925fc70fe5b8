import { isDeepStrictEqual } from 'node:util';
import type { Incident, OfficialRecord, RecordLink, SceneEvent, ScorePart } from '../../contracts/index.ts';
import { type Candidate, mayRepeat, repeatOdds, scorePair, weigh } from '../link/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import { openIncidents } from './area.ts';
import { type Draft, entry, put } from './draft.ts';
import { isOpen } from './states.ts';

export interface LinkSettings {
  /** From here on a record is linked. */
  readonly linkScore: number;
  /** From here on it is suggested. */
  readonly suggestScore: number;
}

const isByPerson = ({ status }: RecordLink): boolean => status === 'confirmed' || status === 'undone';

export const linkOf = ({ records }: Incident, recordId: string): RecordLink | undefined =>
  records.find(({ record }) => record.recordId === recordId);

/** The link of a record to the event of an incident that it fits best, whatever the score: for a person to decide. */
export function bestLink(incident: Incident, record: OfficialRecord): Omit<RecordLink, 'status'> {
  const [first, ...others] = incident.events.map((event) => ({ event, pair: scorePair(event, record) }));
  if (first === undefined) throw new TypeError('An incident has an event.');
  const best = others.reduce((one, other) => (other.pair.odds > one.pair.odds ? other : one), first);
  const { odds, parts } = best.pair;
  return { record, eventId: best.event.eventId, score: odds / (1 + odds), parts: [...parts] };
}

/** How well a record fits an incident, all events of it together. */
interface IncidentFit {
  readonly incidentId: string;
  readonly share: number;
  readonly best: Candidate;
}

/** The events that records are weighed against, while one step looks at many records. */
export interface Field {
  readonly open: readonly Incident[];
  readonly events: readonly SceneEvent[];
  readonly holderOf: ReadonlyMap<string, string>;
  /** What was weighed already. */
  readonly known: Map<OfficialRecord, ReadonlyMap<string, IncidentFit>>;
}

/** Which event is in which open incident now; links may change while it is used, events may not. */
export function fieldOf(incidents: Iterable<Incident>): Field {
  const open = openIncidents(incidents);
  return {
    open,
    // Always in one order: sums of shares must not depend on which came first.
    events: open
      .flatMap(({ events }) => events)
      .toSorted((one, other) => (one.eventId < other.eventId ? -1 : 1)),
    holderOf: new Map(
      open.flatMap(({ incidentId, events }) => events.map(({ eventId }) => [eventId, incidentId] as const)),
    ),
    known: new Map(),
  };
}

/** Weigh a record against every incident of the field. */
function weighIncidents(field: Field, record: OfficialRecord): ReadonlyMap<string, IncidentFit> {
  const known = field.known.get(record);
  if (known !== undefined) return known;
  const fits = new Map<string, IncidentFit>();
  for (const candidate of weigh(record, field.events)) {
    const incidentId = field.holderOf.get(candidate.event.eventId);
    if (incidentId === undefined) continue;
    const so = fits.get(incidentId);
    const best = so === undefined || candidate.share > so.best.share ? candidate : so.best;
    fits.set(incidentId, { incidentId, share: (so?.share ?? 0) + candidate.share, best });
  }
  field.known.set(record, fits);
  return fits;
}

/** Whether a record may be about any incident of the field. */
export const fitsAny = (field: Field, record: OfficialRecord): boolean =>
  weighIncidents(field, record).size > 0;

/** A repeat carries over this much of what the other report has. */
const carriedShare = 0.93;
/** Less where the report itself points elsewhere, or is about another kind of matter. */
const carriedAgainstPlace = 0.4;
const carriedAgainstKind = 0.3;
/** Decimal logarithm below which a report's own place speaks against an event. */
const againstPlace = -1;

/** What another report of the same matter says for an incident. */
interface Carried {
  readonly share: number;
  readonly from: OfficialRecord;
  readonly odds: number;
}

function carriedBy(
  fit: IncidentFit,
  repeats: readonly {
    readonly other: OfficialRecord;
    readonly odds: number;
    readonly fits: ReadonlyMap<string, IncidentFit>;
  }[],
): Carried | null {
  const place = fit.best.pair.parts.find(({ name }) => name === 'place')?.evidence ?? 0;
  const own =
    carriedShare *
    (place < againstPlace ? carriedAgainstPlace : 1) *
    (fit.best.pair.isSameMatter ? 1 : carriedAgainstKind);
  let best: Carried | null = null;
  for (const { other, odds, fits } of repeats) {
    const share = own * (odds / (1 + odds)) * (fits.get(fit.incidentId)?.share ?? 0);
    const isFirst =
      best === null || share > best.share || (share === best.share && other.recordId < best.from.recordId);
    if (isFirst) best = { share, from: other, odds };
  }
  return best;
}

/** Reports that may repeat one another are looked at from these odds on. */
const leastRepeatOdds = 0.4;

/**
 * Link a record where it fits best: to one incident at most. What a person linked stays; what a person took back is
 * not offered there again. Follows from the sets of events and records alone, so either may come first.
 * @param step.field the open incidents of the draft.
 * @param step.atMs time of the thing that made us look.
 */
export function relink(
  draft: Draft,
  record: OfficialRecord,
  step: { readonly field: Field; readonly settings: LinkSettings; readonly atMs: number },
): void {
  const { field, settings, atMs } = step;
  const holding: Incident[] = [];
  const undoneIn = new Set<string>();
  let isTaken = false;
  for (const incident of draft.incidents.values()) {
    const link = linkOf(incident, record.recordId);
    if (link === undefined) continue;
    // A closed incident keeps what it has; a rejected one holds nothing back.
    if (link.status === 'confirmed' && incident.state !== 'rejected') isTaken = true;
    if (link.status === 'linked' && incident.state === 'closed') isTaken = true;
    if (link.status === 'undone') undoneIn.add(incident.incidentId);
    if (isOpen(incident.state) && !isByPerson(link)) holding.push(incident);
  }
  const wanted = isTaken ? null : bestLinkIn(draft, field, record, { settings, undoneIn });
  for (const incident of holding) {
    if (incident.incidentId === wanted?.incidentId) continue;
    const records = incident.records.filter((other) => other.record.recordId !== record.recordId);
    const note = 'it fits another incident better, or no longer this one';
    put(draft, { ...incident, records }, entry(atMs, 'recordUnlinked', record.recordId, { note }));
  }
  if (wanted !== null) attach(draft, wanted, atMs);
}

interface WantedLink {
  readonly incidentId: string;
  readonly link: RecordLink;
}

/** The call that a dispatch or a feedback belongs to. */
const callOf = ({ records }: Draft, { partOfSourceId }: OfficialRecord): OfficialRecord | undefined =>
  partOfSourceId === null ? undefined : records.get(deterministicId('record', 'call110', partOfSourceId));

interface LinkChoice {
  readonly settings: LinkSettings;
  /** Incidents from which a person took the record away. */
  readonly undoneIn: ReadonlySet<string>;
}

function bestLinkIn(
  draft: Draft,
  field: Field,
  record: OfficialRecord,
  choice: LinkChoice,
): WantedLink | null {
  if (record.partOfSourceId !== null) {
    const call = callOf(draft, record);
    const found = call === undefined ? null : bestLinkIn(draft, field, call, choice);
    return found === null || record.status !== 'active'
      ? null
      : { ...found, link: { ...found.link, record } };
  }
  const { settings, undoneIn } = choice;
  const fits = [...weighIncidents(field, record).values()].filter(
    ({ incidentId }) => !undoneIn.has(incidentId),
  );
  if (fits.length === 0) return null;
  const repeats = repeatsOf(draft, field, record);
  let best: WantedLink | null = null;
  for (const fit of fits) {
    const carried = carriedBy(fit, repeats);
    const score = Math.min(1, Math.max(fit.share, carried?.share ?? 0));
    if (score < settings.suggestScore) continue;
    const { event, pair } = fit.best;
    const isLinked = score >= settings.linkScore && pair.isSameMatter;
    const isCarried = carried !== null && carried.share >= fit.share;
    const link: RecordLink = {
      record,
      eventId: event.eventId,
      score,
      parts: isCarried ? [...pair.parts, repeatPart(carried)] : [...pair.parts],
      status: isLinked ? 'linked' : 'suggested',
    };
    const isFirst =
      best === null ||
      score > best.link.score ||
      (score === best.link.score && link.eventId < best.link.eventId);
    if (isFirst) best = { incidentId: fit.incidentId, link };
  }
  return best;
}

/** Reports that may be of one matter with a record, and where they fit themselves. */
function repeatsOf(draft: Draft, field: Field, record: OfficialRecord): Parameters<typeof carriedBy>[1] {
  const found: { other: OfficialRecord; odds: number; fits: ReadonlyMap<string, IncidentFit> }[] = [];
  for (const other of draft.records.values()) {
    if (other === record || !mayRepeat(record, other)) continue;
    const fits = weighIncidents(field, other);
    if (fits.size === 0) continue;
    const odds = repeatOdds(record, other);
    if (odds >= leastRepeatOdds) found.push({ other, odds, fits });
  }
  return found;
}

const repeatPart = ({ from, odds }: Carried): ScorePart => ({
  name: 'repeat',
  evidence: Math.round(Math.log10(odds) * 1e4) / 1e4,
  because: `repeats report ${from.sourceId}`,
});

function attach(draft: Draft, { incidentId, link }: WantedLink, atMs: number): void {
  const incident = draft.incidents.get(incidentId);
  if (incident === undefined) return;
  const { recordId } = link.record;
  const known = linkOf(incident, recordId);
  const records = [...incident.records.filter((other) => other !== known), link];
  if (known?.status === link.status) {
    if (!isDeepStrictEqual(known, link)) put(draft, { ...incident, records });
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
