import type { KnownPlace, KnownPlaceKind, LonLat, PlaceAlias } from '../../contracts/index.ts';
import { fromPlaneAbout, type PointM, planeAbout } from '../measures/plane.ts';
import { shortNamesOf } from './short-names.ts';
import { type NameIndex, nameIndex } from './syllables.ts';
import { plainText } from './text.ts';

/** A place with a point, in metres about the gazetteer's middle. */
export interface Landmark {
  readonly kind: KnownPlaceKind;
  readonly name: string;
  readonly roads: readonly string[];
  readonly at: PointM;
}

export interface Road {
  readonly name: string;
  /** Points along it, close enough together that the nearest one is where one stands. */
  readonly samples: readonly PointM[];
  /** Listed house numbers, in order. */
  readonly doors: readonly { readonly number: number; readonly at: PointM }[];
  /** Listed lanes (弄, 巷), by number. */
  readonly lanes: ReadonlyMap<number, Landmark>;
}

/** What a name in a text may mean. */
export type Named =
  | { readonly kind: 'road'; readonly road: Road }
  | { readonly kind: 'landmarks'; readonly landmarks: readonly Landmark[]; readonly isShort: boolean };

export interface Gazetteer {
  readonly names: NameIndex<Named>;
  readonly roads: ReadonlyMap<string, Road>;
  /** By the names of two roads in order of the alphabet, joined by `/`. */
  readonly crossings: ReadonlyMap<string, PointM>;
  /** By number, without blanks and signs, upper case. */
  readonly poles: ReadonlyMap<string, Landmark>;
  readonly toPlane: (place: LonLat) => PointM;
  readonly fromPlane: (point: PointM) => LonLat;
}

/** Metres between samples of a road. */
const stepM = 5;

export const crossingKey = (one: string, other: string): string => [one, other].toSorted().join('/');
export const poleKey = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s_—－-]|号$/g, '');

function samplesOf(lines: readonly (readonly PointM[])[]): PointM[] {
  return lines.flatMap((line) =>
    line.flatMap((from, index) => {
      const to = line[index + 1];
      if (to === undefined) return [from];
      const steps = Math.max(1, Math.ceil(Math.hypot(to.xM - from.xM, to.yM - from.yM) / stepM));
      return Array.from({ length: steps }, (_, step) => ({
        xM: from.xM + ((to.xM - from.xM) * step) / steps,
        yM: from.yM + ((to.yM - from.yM) * step) / steps,
      }));
    }),
  );
}

/** `中山西路12号` → 12; null when no number stands before the sign. */
function numberBefore(name: string, sign: RegExp): number | null {
  const found = sign.exec(plainText(name));
  return found?.[1] === undefined ? null : Number(found[1]);
}
const doorNumber = /(\d+)(?:-\d+)?号/;
const laneNumber = /(\d+)(?:弄|巷|里)/;

/**
 * Make a gazetteer of what a district imported and what its officers added.
 * @param places known places; a road may be missing, its doors still count.
 */
export function openGazetteer(places: readonly KnownPlace[], aliases: readonly PlaceAlias[] = []): Gazetteer {
  const all = places.flatMap(({ points }) => points.flat());
  const middle = {
    lonDeg: all.reduce((sum, { lonDeg }) => sum + lonDeg, 0) / Math.max(1, all.length),
    latDeg: all.reduce((sum, { latDeg }) => sum + latDeg, 0) / Math.max(1, all.length),
  };
  const plane = planeAbout(middle.lonDeg, middle.latDeg);
  const toPlane = ({ lonDeg, latDeg }: LonLat): PointM => plane(lonDeg, latDeg);
  const landmarks = places.flatMap((place): Landmark[] => {
    const [point] = place.points.flat();
    if (point === undefined || place.kind === 'road') return [];
    return [{ kind: place.kind, name: place.name, roads: place.roads, at: toPlane(point) }];
  });
  const roads = roadsOf(places, landmarks, toPlane);
  const names = nameIndex<Named>();
  for (const [name, road] of roads) names.add(name, { kind: 'road', road });
  addLandmarks(names, places, landmarks);
  addAliases(names, aliases, roads, landmarks);
  return {
    names,
    roads,
    crossings: crossingsOf(landmarks, roads),
    poles: new Map(
      landmarks
        .filter(({ kind }) => kind === 'pole' || kind === 'reader')
        .map((pole) => [poleKey(pole.name), pole]),
    ),
    toPlane,
    fromPlane: fromPlaneAbout(middle.lonDeg, middle.latDeg),
  };
}

function roadsOf(
  places: readonly KnownPlace[],
  landmarks: readonly Landmark[],
  toPlane: (place: LonLat) => PointM,
): Map<string, Road> {
  const lines = new Map<string, PointM[]>();
  for (const { kind, name, points } of places) {
    if (kind !== 'road') continue;
    lines.set(name, [
      ...(lines.get(name) ?? []),
      ...samplesOf(points.map((line) => line.map((point) => toPlane(point)))),
    ]);
  }
  const doors = new Map<string, { number: number; at: PointM }[]>();
  const lanes = new Map<string, Map<number, Landmark>>();
  for (const landmark of landmarks) {
    const [road] = landmark.roads;
    if (road === undefined) continue;
    const door = landmark.kind === 'door' ? numberBefore(landmark.name, doorNumber) : null;
    if (door !== null) doors.set(road, [...(doors.get(road) ?? []), { number: door, at: landmark.at }]);
    const lane = landmark.kind === 'lane' ? numberBefore(landmark.name, laneNumber) : null;
    if (lane !== null) lanes.set(road, (lanes.get(road) ?? new Map<number, Landmark>()).set(lane, landmark));
  }
  return new Map(
    [...new Set([...lines.keys(), ...doors.keys(), ...lanes.keys()])].map((name) => [
      name,
      {
        name,
        samples: lines.get(name) ?? (doors.get(name) ?? []).map(({ at }) => at),
        doors: (doors.get(name) ?? []).toSorted((one, other) => one.number - other.number),
        lanes: lanes.get(name) ?? new Map<number, Landmark>(),
      },
    ]),
  );
}

/** Doors, lanes, poles and crossings are read from their parts; only what has a name of its own is looked for. */
const isNamed = ({ kind }: { readonly kind: KnownPlaceKind }): boolean =>
  kind === 'poi' || kind === 'compound' || kind === 'gate' || kind === 'busStop';

function addLandmarks(
  names: NameIndex<Named>,
  places: readonly KnownPlace[],
  landmarks: readonly Landmark[],
): void {
  const given = new Map<string, Landmark[]>();
  const short = new Map<string, Landmark[]>();
  const put = (map: Map<string, Landmark[]>, name: string, landmark: Landmark): void => {
    map.set(name, [...(map.get(name) ?? []), landmark]);
  };
  const named = places.filter((place) => isNamed(place) && place.points.flat().length > 0);
  const byName = new Map(landmarks.filter(isNamed).map((landmark) => [landmark.name, landmark]));
  for (const { name, aliases, kind } of named) {
    const landmark = byName.get(name);
    if (landmark === undefined) continue;
    for (const said of [name, ...aliases]) {
      put(given, plainText(said), landmark);
      for (const other of shortNamesOf(plainText(said), kind)) put(short, other, landmark);
    }
  }
  for (const [name, found] of given) names.add(name, { kind: 'landmarks', landmarks: found, isShort: false });
  for (const [name, found] of short) {
    const distinct = [...new Set(found)];
    // A short name that fits many places names none of them.
    if (given.has(name) || distinct.length > 4) continue;
    names.add(name, { kind: 'landmarks', landmarks: distinct, isShort: true });
  }
}

function addAliases(
  names: NameIndex<Named>,
  aliases: readonly PlaceAlias[],
  roads: ReadonlyMap<string, Road>,
  landmarks: readonly Landmark[],
): void {
  for (const { alias, placeName, isRemoved } of aliases) {
    if (isRemoved) continue;
    const road = roads.get(placeName);
    const found = landmarks.filter(({ name }) => name === placeName);
    if (road !== undefined) names.add(plainText(alias), { kind: 'road', road });
    else if (found.length > 0)
      names.add(plainText(alias), { kind: 'landmarks', landmarks: found, isShort: false });
  }
}

/** Two roads cross where the import says so, else where they come nearer than this. */
const crossingWithinM = 15;

function crossingsOf(landmarks: readonly Landmark[], roads: ReadonlyMap<string, Road>): Map<string, PointM> {
  const crossings = new Map<string, PointM>();
  for (const { kind, roads: names, at } of landmarks) {
    if (kind !== 'crossing') continue;
    for (const [index, one] of names.entries())
      for (const other of names.slice(index + 1)) crossings.set(crossingKey(one, other), at);
  }
  if (crossings.size > 0) return crossings;
  const list = [...roads.values()];
  for (const [index, one] of list.entries()) {
    for (const other of list.slice(index + 1)) {
      const at = nearestPoint(one.samples, other.samples);
      if (at !== null) crossings.set(crossingKey(one.name, other.name), at);
    }
  }
  return crossings;
}

function nearestPoint(some: readonly PointM[], others: readonly PointM[]): PointM | null {
  let best: { at: PointM; apartM: number } | null = null;
  for (const one of some) {
    for (const other of others) {
      const apartM = Math.hypot(one.xM - other.xM, one.yM - other.yM);
      if (best === null || apartM < best.apartM)
        best = { at: { xM: (one.xM + other.xM) / 2, yM: (one.yM + other.yM) / 2 }, apartM };
    }
  }
  return best === null || best.apartM > crossingWithinM ? null : best.at;
}
