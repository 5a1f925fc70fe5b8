import type { OfficialRecord } from '../../contracts/index.ts';
import type { Repeat } from './repeats.ts';

const logit = (share: number): number => Math.log(share / (1 - share));
const clamped = (share: number): number => Math.min(0.999, Math.max(0.001, share));
/** What a pair says that was not even worth weighing. */
const unlike = logit(0.06);
/** Two reports that are linked with different things, and two that are linked with one. */
const sameThing = logit(0.97);
const otherThing = logit(0.01);

/** Reports that are of one matter. */
export interface Matter {
  readonly recordIds: readonly string[];
}

/**
 * Bring together reports that are of one matter: the likeliest pairs first; two groups become one while their members
 * on the whole are rather of one matter than not, so that one report between two matters does not make them one.
 * @param thingOf id of the thing (a heap on camera) that a report is linked with.
 */
export function groupReports(
  records: readonly OfficialRecord[],
  repeats: readonly Repeat[],
  thingOf: ReadonlyMap<string, string>,
): Matter[] {
  const weights = new Map<string, Map<string, number>>();
  const put = (one: string, other: string, weight: number): void => {
    const row = weights.get(one) ?? new Map<string, number>();
    weights.set(one, row.set(other, weight));
  };
  const byThing = new Map<string, string[]>();
  for (const { recordId } of records) {
    const thing = thingOf.get(recordId);
    if (thing !== undefined) byThing.set(thing, [...(byThing.get(thing) ?? []), recordId]);
  }
  const weigh = (one: string, other: string): number => {
    const here = thingOf.get(one);
    const there = thingOf.get(other);
    if (here !== undefined && there !== undefined) return here === there ? sameThing : otherThing;
    return weights.get(one)?.get(other) ?? unlike;
  };
  for (const { one, other, share } of repeats) {
    const weight = logit(clamped(share));
    put(one.recordId, other.recordId, weight);
    put(other.recordId, one.recordId, weight);
  }
  const groups = new Map<string, string[]>(records.map(({ recordId }) => [recordId, [recordId]]));
  const pairs = [
    ...repeats.map(({ one, other }): [string, string] => [one.recordId, other.recordId]),
    ...[...byThing.values()].flatMap((ids) => ids.slice(1).map((id): [string, string] => [ids[0] ?? id, id])),
  ]
    .map(([one, other]) => ({ one, other, weight: weigh(one, other) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight || (a.one + a.other < b.one + b.other ? -1 : 1));
  for (const { one, other } of pairs) {
    const here = groups.get(one);
    const there = groups.get(other);
    if (here === undefined || there === undefined || here === there) continue;
    let sum = 0;
    for (const a of here) for (const b of there) sum += weigh(a, b);
    if (sum / (here.length * there.length) <= 0) continue;
    const joined = [...here, ...there];
    for (const id of joined) groups.set(id, joined);
  }
  return [...new Set(groups.values())].filter((ids) => ids.length > 1).map((recordIds) => ({ recordIds }));
}
