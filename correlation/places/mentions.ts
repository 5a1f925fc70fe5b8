import type { PointM } from '../measures/plane.ts';
import { crossingKey, type Gazetteer, type Landmark, poleKey, type Road } from './gazetteer.ts';
import type { NameHit } from './syllables.ts';
import type { Named } from './gazetteer.ts';

/** Where people start from when they say where something is. */
export type Anchor =
  | {
      readonly kind: 'point';
      readonly at: PointM;
      readonly roads: readonly Road[];
      readonly errorM: number;
      readonly extentM: number;
    }
  | {
      readonly kind: 'landmarks';
      readonly landmarks: readonly Landmark[];
      readonly errorM: number;
      readonly extentM: number;
    }
  | { readonly kind: 'road'; readonly road: Road };

/** A place named in a text, and what the text says about the way from there. */
export interface Mention {
  readonly anchor: Anchor;
  readonly start: number;
  /** Words right behind the anchor. */
  readonly rest: string;
  /** Words right before it. */
  readonly before: string;
}

/** Metres by which an anchor itself is off: its point is where the map puts it, not where people stand. */
const errorsM = {
  pole: 8,
  door: 10,
  lane: 12,
  crossing: 14,
  stop: 14,
  gate: 14,
  poi: 20,
  compound: 25,
} as const;

const poleWord = /[A-Z]{1,6}[-_]?\d{2,8}(?:-\d+)?|[A-Z]?\d{3,8}(?=号?(?:路灯|电线|电|灯|监控)?杆)/giu;
const crossingWord = /^(?:与|和|跟|同|、|\/|&|-)?/u;
const crossingEnd =
  /^(?:的)?(?:交叉路?口|十字路口|丁字路口|三岔路口|交汇处|交界处?|相交处|路口|道口|口子?|转角|拐角|转弯处)/u;
const nearBetween = /^(?:靠近|近|快到|临近|靠)/u;

/**
 * How large a thing is that is named without a way from it: at a crossing or a market may be anywhere about it, metres.
 */
const extentsM = {
  pole: 7,
  door: 12,
  lane: 18,
  crossing: 38,
  stop: 15,
  gate: 25,
  poi: 42,
  compound: 50,
} as const;

/** All places a text names, in the order in which they stand. */
export function findMentions(gazetteer: Gazetteer, text: string): Mention[] {
  const hits = gazetteer.names.findAll(text);
  const mentions: Mention[] = [];
  const put = (anchor: Anchor, start: number, end: number): void => {
    mentions.push({
      anchor,
      start,
      rest: text.slice(end, end + 40),
      before: text.slice(Math.max(0, start - 12), start),
    });
  };
  for (const found of text.matchAll(poleWord)) {
    const pole = gazetteer.poles.get(poleKey(found[0]));
    if (pole === undefined) continue;
    const roads = roadsOf(gazetteer, pole.roads);
    put(
      { kind: 'point', at: pole.at, roads, errorM: errorsM.pole, extentM: extentsM.pole },
      found.index,
      found.index + found[0].length,
    );
  }
  let index = 0;
  while (index < hits.length) {
    const hit = hits[index];
    if (hit === undefined) break;
    const used =
      hit.value.kind === 'road' ? readRoad(gazetteer, text, hits, index, put) : readLandmark(hit, put);
    index += used;
  }
  return mentions.toSorted((one, other) => one.start - other.start);
}

const roadsOf = (gazetteer: Gazetteer, names: readonly string[]): Road[] =>
  names.flatMap((name) => gazetteer.roads.get(name) ?? []);

type Put = (anchor: Anchor, start: number, end: number) => void;

function readLandmark({ value, start, end }: NameHit<Named>, put: Put): number {
  if (value.kind !== 'landmarks') return 1;
  const kinds = value.landmarks.map(({ kind }) => kind);
  const what = kinds.includes('compound')
    ? 'compound'
    : kinds.includes('gate')
      ? 'gate'
      : kinds.includes('busStop')
        ? 'stop'
        : 'poi';
  const errorM = value.isShort ? errorsM[what] * 1.3 : errorsM[what];
  put({ kind: 'landmarks', landmarks: value.landmarks, errorM, extentM: extentsM[what] }, start, end);
  return 1;
}

/**
 * A road, and what follows it: a house number, a lane, another road that it crosses.
 * @returns how many names were used up.
 */
function readRoad(
  gazetteer: Gazetteer,
  text: string,
  hits: readonly NameHit<Named>[],
  index: number,
  put: Put,
): number {
  const hit = hits[index];
  if (hit?.value.kind !== 'road') return 1;
  const { road } = hit.value;
  const rest = text.slice(hit.end);
  const numbered = /^(?:第)?(\d{1,5})(?:-\d+)?(号|弄|巷)(?!线)/.exec(rest);
  if (numbered !== null) {
    const number = Number(numbered[1]);
    const end = hit.end + numbered[0].length;
    const lane = numbered[2] === '号' ? undefined : road.lanes.get(number);
    // A house in a lane is near the lane's mouth as far as the road is concerned.
    const inLane = numbered[2] === '号' ? 0 : (/^\d{1,4}号/.exec(text.slice(end))?.[0].length ?? 0);
    const at = lane?.at ?? doorAt(road, number)?.at;
    if (at !== undefined) {
      const gapM = lane === undefined ? (doorAt(road, number)?.gapM ?? 0) : 0;
      const baseM = numbered[2] === '号' ? errorsM.door : errorsM.lane;
      const errorM = Math.hypot(baseM + (inLane > 0 ? 20 : 0), gapM * 0.09);
      const extentM = numbered[2] === '号' ? extentsM.door : extentsM.lane;
      put({ kind: 'point', at, roads: [road], errorM, extentM }, hit.start, end + inLane);
      return 1;
    }
  }
  const second = hits[index + 1];
  if (second?.value.kind === 'road' && second.value.road !== road) {
    const between = text.slice(hit.end, second.start).replace(/^[(（【]/u, '');
    const isNear = nearBetween.test(between) && between.length <= 3;
    const isJoined = between.replace(crossingWord, '') === '';
    const at = gazetteer.crossings.get(crossingKey(road.name, second.value.road.name));
    if (at !== undefined && (isJoined || isNear)) {
      const end = crossingEnd.exec(text.slice(second.end))?.[0].length ?? 0;
      const errorM = isNear ? 55 : errorsM.crossing;
      // Near a crossing, said of one road: on that road.
      const roads = isNear ? [road] : [road, second.value.road];
      put({ kind: 'point', at, roads, errorM, extentM: extentsM.crossing }, hit.start, second.end + end);
      return 2;
    }
  }
  put({ kind: 'road', road }, hit.start, hit.end);
  return 1;
}

/**
 * Where a house number is: where it is listed, else between its neighbours of the same side, else of either side.
 * @returns its place and how far apart those neighbours are; null when the road has no numbers near it.
 */
export function doorAt(road: Road, number: number): { readonly at: PointM; readonly gapM: number } | null {
  const listed = road.doors.find((door) => door.number === number);
  if (listed !== undefined) return { at: listed.at, gapM: 0 };
  const sameSide = road.doors.filter((door) => door.number % 2 === number % 2);
  const doors = sameSide.length >= 2 ? sameSide : road.doors;
  const before = doors.findLast((door) => door.number < number);
  const after = doors.find((door) => door.number > number);
  if (before === undefined || after === undefined) {
    const edge = before ?? after;
    const isNear = edge !== undefined && Math.abs(edge.number - number) <= 60;
    return isNear ? { at: edge.at, gapM: 4 * Math.abs(edge.number - number) } : null;
  }
  const share = (number - before.number) / (after.number - before.number);
  const gapM = Math.hypot(after.at.xM - before.at.xM, after.at.yM - before.at.yM);
  return {
    at: {
      xM: before.at.xM + share * (after.at.xM - before.at.xM),
      yM: before.at.yM + share * (after.at.yM - before.at.yM),
    },
    gapM,
  };
}
