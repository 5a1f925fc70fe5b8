import type { CityTruth, Proposals } from './truth.ts';

export interface Score {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly proposed: number;
  readonly true: number;
}

export interface CityScores {
  readonly linked: Score;
  readonly suggested: Score;
  readonly duplicates: Score;
  readonly groups: Score;
  readonly legal: Score;
  readonly rejected: Score;
  /** Share of rightly refused rows whose reason is right too. */
  readonly reasonsRight: number;
  /** Linked and true links per source. */
  readonly recallBySource: Readonly<Record<string, readonly [number, number]>>;
}

/** From these scores on a pair is linked, or suggested. */
const linkedFrom = 0.7;
const suggestedFrom = 0.4;

/** Files whose rows are reports of people or patrols. */
const reports = new Set([
  'jjd_110',
  'chengguan_cases',
  'resident_hotline',
  'resident_web',
  'traffic_events',
  'fire_alarms',
]);
const stemOf = (id: string): string => id.split(':')[0] ?? '';

function scoreOf(found: ReadonlySet<string>, real: ReadonlySet<string>): Score {
  const hits = [...found].filter((item) => real.has(item)).length;
  const precision = found.size === 0 ? 0 : hits / found.size;
  const recall = real.size === 0 ? 0 : hits / real.size;
  const f1 = hits === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, proposed: found.size, true: real.size };
}

/** Sets of things that pairs connect. */
export function connected(pairs: readonly (readonly [string, string])[]): string[][] {
  const up = new Map<string, string>();
  const top = (item: string): string => {
    let at = item;
    while (up.get(at) !== undefined && up.get(at) !== at) at = up.get(at) ?? at;
    up.set(item, at);
    return at;
  };
  for (const [one, other] of pairs) {
    if (!up.has(one)) up.set(one, one);
    if (!up.has(other)) up.set(other, other);
    up.set(top(one), top(other));
  }
  const parts = new Map<string, string[]>();
  for (const item of up.keys()) parts.set(top(item), [...(parts.get(top(item)) ?? []), item]);
  return [...parts.values()];
}

function pairsOf(items: readonly string[]): string[] {
  const sorted = [...new Set(items)].toSorted();
  return sorted.flatMap((one, index) => sorted.slice(index + 1).map((other) => `${one}|${other}`));
}

/** Things by the set they belong to. */
function byGroup(entries: Iterable<readonly [string, string]>): string[][] {
  const groups = new Map<string, string[]>();
  for (const [item, group] of entries) groups.set(group, [...(groups.get(group) ?? []), item]);
  return [...groups.values()];
}

/**
 * Score proposals against the truth, unit by unit: a link is a record and the incident of its event; duplicates are
 * pairs of reports of one matter; groups are pairs of events and records of one incident.
 */
export function compareWithTruth({ records, events }: CityTruth, proposals: Proposals): CityScores {
  const root = (id: string): string => records[id]?.versionOf ?? records[id]?.partOf ?? id;
  const isBroken = (id: string): boolean => records[id]?.broken !== null && records[id]?.broken !== undefined;
  const isOwn = (id: string): boolean => root(id) === id && !isBroken(id);

  const best = new Map<string, number>();
  for (const { recordId, eventId, score } of proposals.links) {
    const own = root(recordId);
    const incident = events[eventId]?.incident;
    if (incident === undefined || isBroken(recordId) || isBroken(own) || stemOf(own) === 'permits') continue;
    const key = `${own}|${incident}`;
    best.set(key, Math.max(best.get(key) ?? 0, score));
  }
  const linkable = Object.entries(records).filter(([id]) => isOwn(id) && stemOf(id) !== 'permits');
  const trueLinks = new Set(
    linkable.flatMap(([id, { eventIds }]) => eventIds.map((event) => `${id}|${events[event]?.incident}`)),
  );
  const from = (least: number): Set<string> =>
    new Set([...best].filter(([, score]) => score >= least).map(([key]) => key));
  const linked = from(linkedFrom);
  const recallBySource: Record<string, [number, number]> = {};
  for (const key of trueLinks) {
    const counts = (recallBySource[stemOf(key)] ??= [0, 0]);
    counts[0] += linked.has(key) ? 1 : 0;
    counts[1] += 1;
  }

  const isAlive = (id: string): boolean => isOwn(id) && records[id]?.cancelled !== true;
  const eligible = Object.keys(records).filter(
    (id) => isAlive(id) && reports.has(stemOf(id)) && records[id]?.matter !== undefined,
  );
  const eligibleIds = new Set(eligible);
  const trueDuplicates = new Set(
    byGroup(eligible.map((id) => [id, records[id]?.matter ?? ''] as const)).flatMap(pairsOf),
  );
  const given = proposals.duplicates
    .map(([one, other]): [string, string] => [root(one), root(other)])
    .filter(([one, other]) => one !== other);
  const foundDuplicates = new Set(
    connected(given)
      .flatMap((part) => pairsOf(part.filter((id) => eligibleIds.has(id))))
      .filter((pair) => {
        const [one = '', other = ''] = pair.split('|');
        return trueDuplicates.has(pair) || records[one]?.incident !== records[other]?.incident;
      }),
  );

  const incidentOf = new Map<string, string>(
    Object.entries(events).map(([id, { incident }]): [string, string] => [id, incident]),
  );
  for (const [id, { incident }] of Object.entries(records))
    if (isAlive(id) && incident !== undefined && stemOf(id) !== 'permits') incidentOf.set(id, incident);
  const trueGroups = new Set(byGroup(incidentOf).flatMap(pairsOf));
  const foundGroups = new Set(
    proposals.groups.flatMap((group) => pairsOf(group.map(root).filter((id) => incidentOf.has(id)))),
  );

  const legal = new Set(Object.keys(events).filter((id) => (events[id]?.legalPermits.length ?? 0) > 0));
  const said = new Set(
    proposals.legal
      .filter(({ eventId }) => events[eventId]?.falseAlarm === false)
      .map(({ eventId, permitRecordId }) => {
        const isRight = events[eventId]?.legalPermits.includes(root(permitRecordId)) === true;
        return isRight ? eventId : `${eventId}|${permitRecordId}`;
      }),
  );

  const reasons = new Map(proposals.rejectedRows.map(({ recordId, reason }) => [recordId, reason]));
  const broken = new Set(Object.keys(records).filter(isBroken));
  const namedRight = [...reasons].filter(([id, reason]) => records[id]?.broken === reason).length;
  const foundBroken = [...reasons.keys()].filter((id) => broken.has(id)).length;
  return {
    linked: scoreOf(linked, trueLinks),
    suggested: scoreOf(from(suggestedFrom), trueLinks),
    duplicates: scoreOf(foundDuplicates, trueDuplicates),
    groups: scoreOf(foundGroups, trueGroups),
    legal: scoreOf(said, legal),
    rejected: scoreOf(new Set(reasons.keys()), broken),
    reasonsRight: foundBroken === 0 ? 0 : namedRight / foundBroken,
    recallBySource,
  };
}
