import type { OfficialRecord, RecordKind } from '../../contracts/index.ts';
import { strayPerHourM2 } from './kinds.ts';
import { remembered } from './memo.ts';
import { anywherePerM2, apartM, spotsOfRecord, strayPerM2, togetherPerM2 } from './place-fit.ts';
import { beganPerHour, momentOf } from './time-fit.ts';
import { saidFactor } from './vehicle.ts';

/** Reports to expect of one matter beside the first. */
const repeatsExpected = 0.8;
/** Words of both alike beyond what place and kind already say. */
const sameWordsFactor = 30;
/** Never so thick, per hour, lies the probability that two began at one time. */
const mostPerHour = 2;
/** The source says that one repeats the other; the clerk may have picked the wrong call. */
const namedFactor = 1_000;
/** Two reports further apart in time are not of one matter. */
const reachMs = 96 * 3_600_000;
/** Kinds that fit less are never of one matter. */
const leastKindFactor = 0.01;
/** Spots further apart than this cannot be together. */
const reachM = 400;

/** Kinds under which one matter is reported. */
const kindFactor = (one: RecordKind, other: RecordKind): number => {
  if (one === other) return one === 'other' ? 0.3 : 1;
  const pair = [one, other].toSorted().join('/');
  switch (pair) {
    case 'household_waste/illegal_dumping':
      return 0.08;
    case 'illegal_dumping/lane_obstruction':
    case 'illegal_dumping/other':
    case 'lane_obstruction/traffic':
      return 0.03;
    case 'crowding/dispute':
      return 0.1;
    default:
      return 0.005;
  }
};

/** What a report says once who passed it on and which time it is are left out. */
const core = (text: string): string =>
  text.replaceAll(/^[【（(［[][^】）)］\]]{1,12}[】）)］\]]|[\s，。,.！!？?〔〕]/gu, '');

const cores = new WeakMap<OfficialRecord, string>();
function coreOf(record: OfficialRecord): string {
  const known = cores.get(record) ?? core(record.text);
  cores.set(record, known);
  return known;
}

/** One text is in the other, as when a report is passed on. */
function isPassedOn(one: OfficialRecord, other: OfficialRecord): boolean {
  const [short = '', long = ''] = [coreOf(one), coreOf(other)].toSorted((a, b) => a.length - b.length);
  return short.length >= 10 && long.includes(short);
}

/**
 * Odds that two reports are of one matter: they would have to be of one place, began at one time and be alike in kind
 * and vehicle; against how thick strangers' reports of the kind lie.
 */
export const repeatOdds = (one: OfficialRecord, other: OfficialRecord): number =>
  one.recordId < other.recordId ? oddsOf(one, other) : oddsOf(other, one);

/** Odds below this are given as 0. */
const leastOdds = 0.05;

const oddsOf = remembered((one: OfficialRecord, other: OfficialRecord): number => {
  const isNamed = one.repeatsSourceId === other.sourceId || other.repeatsSourceId === one.sourceId;
  if (Math.abs(momentOf(one) - momentOf(other)) > reachMs) return 0;
  const alike = kindFactor(one.kind, other.kind);
  const here = spotsOfRecord(one);
  const there = spotsOfRecord(other);
  if (here.length === 0 || there.length === 0) return isNamed ? namedFactor / 20 : 0;
  const perM2 = togetherPerM2(here, there);
  const stray = Math.max(strayPerHourM2(one.kind), strayPerHourM2(other.kind));
  const place = (perM2 * anywherePerM2) / strayPerM2(perM2);
  const soFar = (repeatsExpected * alike * place * saidFactor(one, other)) / stray;
  // Words and time are dear to compare: not where even the best of both could not help.
  if (!isNamed && soFar * mostPerHour * sameWordsFactor < leastOdds) return 0;
  const words = (isPassedOn(one, other) ? sameWordsFactor : 1) * (isNamed ? namedFactor : 1);
  if (soFar * mostPerHour * words < leastOdds) return 0;
  return soFar * words * togetherPerHour(one, other);
});

/** How thick the probability lies, per hour, that both began at one time. */
function togetherPerHour(one: OfficialRecord, other: OfficialRecord): number {
  const { firstBin, perHour } = beganPerHour(one);
  const second = beganPerHour(other);
  let sum = 0;
  for (const [index, value] of perHour.entries()) {
    sum += value * (second.perHour[index + firstBin - second.firstBin] ?? 0);
  }
  return sum / 4;
}

/** Two reports and how likely they are of one matter, 0 … 1. */
export interface Repeat {
  readonly one: OfficialRecord;
  readonly other: OfficialRecord;
  readonly share: number;
}

/** Reports that people or patrols make; readers and papers do not repeat each other. */
export const isReport = ({ source, status }: OfficialRecord): boolean =>
  status === 'active' &&
  source !== 'permit' &&
  source !== 'manifest' &&
  source !== 'rfidRead' &&
  source !== 'dispatch110' &&
  source !== 'feedback110';

/** Cheap: may two reports be of one matter at all? */
export function mayRepeat(one: OfficialRecord, other: OfficialRecord): boolean {
  if (Math.abs(momentOf(one) - momentOf(other)) > reachMs || !isReport(one) || !isReport(other)) return false;
  if (one.repeatsSourceId === other.sourceId || other.repeatsSourceId === one.sourceId) return true;
  if (kindFactor(one.kind, other.kind) < leastKindFactor) return false;
  const [here] = spotsOfRecord(one);
  const [there] = spotsOfRecord(other);
  if (here === undefined || there === undefined) return false;
  const isVague = here.weight < 0.3 || there.weight < 0.3;
  return isVague || apartM(here, there) < reachM;
}

/** Pairs of reports that are of one matter at least as likely as `least`. */
export function findRepeats(records: readonly OfficialRecord[], least: number): Repeat[] {
  const sorted = records.filter(isReport).toSorted((one, other) => momentOf(one) - momentOf(other));
  const found: Repeat[] = [];
  let from = 0;
  for (const [index, other] of sorted.entries()) {
    while (momentOf(sorted[from] ?? other) < momentOf(other) - reachMs) from++;
    for (const one of sorted.slice(from, index)) {
      if (!mayRepeat(one, other)) continue;
      const odds = repeatOdds(one, other);
      const share = odds / (1 + odds);
      if (share >= least) found.push({ one, other, share });
    }
  }
  return found;
}
