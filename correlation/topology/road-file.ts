import { z } from 'zod';
import { distanceM } from './positions.ts';
import type { RoadEdge, TurnKind } from './road-graph.ts';

const Position = z.tuple([z.number(), z.number()]).rest(z.number());
const RoadFeature = z.object({
  geometry: z.object({ type: z.literal('LineString'), coordinates: z.array(Position).min(2) }),
  properties: z.looseObject({
    edgeId: z.union([z.string(), z.number()]).transform(String),
    fromJunction: z.union([z.string(), z.number()]).transform(String).optional(),
    toJunction: z.union([z.string(), z.number()]).transform(String).optional(),
    length_m: z.number().positive().optional(),
    speed_mps: z.number().positive().optional(),
    laneType: z.string().optional(),
    endsAtSignal: z.boolean().optional(),
    turns: z.record(z.string(), z.string()).optional(),
    oneway: z.boolean().optional(),
  }),
});
type RoadFeature = z.infer<typeof RoadFeature>;
const Collection = z.object({ features: z.array(z.unknown()) });

/** A road as it was imported: the edge, and where it lies. */
export interface Road {
  readonly edge: RoadEdge;
  /** WGS-84, in driving direction. */
  readonly line: readonly (readonly [number, number])[];
}

export interface RoadFile {
  readonly roads: readonly Road[];
  readonly problems: readonly { readonly feature: number; readonly reason: string }[];
}

/** Allowed speed by kind of road where the file does not say. */
const usualMps: Readonly<Record<string, number>> = { main: 16.7, secondary: 12.5, lane: 8.3 };
const townMps = 11.1;

/** SUMO's letters (a small one for a full, a capital for a slight turn), and words. */
const turnKinds: Readonly<Record<string, TurnKind>> = {
  s: 'straight',
  l: 'left',
  r: 'right',
  L: 'left',
  R: 'right',
  t: 'uTurn',
  straight: 'straight',
  left: 'left',
  right: 'right',
  uTurn: 'uTurn',
};

/**
 * Roads of a GeoJSON file: one LineString per direction, or one for both with `oneway: false`. Without junctions, ends
 * at the same place meet; without `turns`, all that leave a junction may follow but the way back.
 * @returns roads that could be read, and what is wrong with the others.
 * @throws z.ZodError when it is no FeatureCollection; SyntaxError when it is no JSON.
 */
export function readRoads(text: string): RoadFile {
  const { features } = Collection.parse(JSON.parse(text));
  const problems: { feature: number; reason: string }[] = [];
  const read: RoadFeature[] = [];
  const ids = new Set<string>();
  for (const [index, raw] of features.entries()) {
    const parsed = RoadFeature.safeParse(raw);
    if (!parsed.success) problems.push({ feature: index + 1, reason: z.prettifyError(parsed.error) });
    else if (ids.has(parsed.data.properties.edgeId))
      problems.push({ feature: index + 1, reason: `edge ${parsed.data.properties.edgeId} is there already` });
    else {
      ids.add(parsed.data.properties.edgeId);
      read.push(...directionsOf(parsed.data));
    }
  }
  const drafts = read.map(draftOf);
  const leaving = Map.groupBy(drafts, ({ edge }) => edge.fromJunction);
  const roads = drafts.map(({ edge, line, turns }): Road => {
    const named = Object.entries(turns ?? {}).flatMap(([edgeId, kind]) =>
      turnKinds[kind] === undefined ? [] : [[edgeId, turnKinds[kind]] as const],
    );
    const free = (leaving.get(edge.toJunction) ?? []).flatMap((next) =>
      next.edge.toJunction === edge.fromJunction
        ? []
        : [[next.edge.edgeId, turnBetween(line, next.line)] as const],
    );
    return { edge: { ...edge, turns: new Map(turns === undefined ? free : named) }, line };
  });
  return { roads, problems };
}

function directionsOf(feature: RoadFeature): RoadFeature[] {
  const { geometry, properties } = feature;
  if (properties.oneway !== false) return [feature];
  const { turns: _, fromJunction, toJunction, ...rest } = properties;
  const back: RoadFeature = {
    geometry: { ...geometry, coordinates: geometry.coordinates.toReversed() },
    properties: {
      ...rest,
      edgeId: `${properties.edgeId}-back`,
      ...(toJunction === undefined ? {} : { fromJunction: toJunction }),
      ...(fromJunction === undefined ? {} : { toJunction: fromJunction }),
    },
  };
  return [feature, back];
}

interface Draft extends Road {
  readonly turns: Readonly<Record<string, string>> | undefined;
}

function draftOf({ geometry, properties }: RoadFeature): Draft {
  const line = geometry.coordinates.map(([lonDeg, latDeg]) => [lonDeg, latDeg] as const);
  const first = line[0] ?? [0, 0];
  const last = line.at(-1) ?? first;
  return {
    line,
    turns: properties.turns,
    edge: {
      edgeId: properties.edgeId,
      fromJunction: properties.fromJunction ?? junctionAt(first),
      toJunction: properties.toJunction ?? junctionAt(last),
      lengthM: properties.length_m ?? lengthOf(line),
      speedMps: properties.speed_mps ?? usualMps[properties.laneType ?? ''] ?? townMps,
      endsAtSignal: properties.endsAtSignal ?? false,
      turns: new Map(),
    },
  };
}

/** Ends within about ten metres are one junction. */
const junctionAt = ([lonDeg, latDeg]: readonly [number, number]): string =>
  `${lonDeg.toFixed(4)},${latDeg.toFixed(4)}`;

const at = ([lonDeg, latDeg]: readonly [number, number]): {
  cameraId: string;
  lonDeg: number;
  latDeg: number;
} => ({
  cameraId: '',
  lonDeg,
  latDeg,
});

export function lengthOf(line: Road['line']): number {
  return line.slice(1).reduce((sum, end, index) => sum + distanceM(at(line[index] ?? end), at(end)), 0);
}

/** Degrees clockwise from north. */
export function bearingDeg(from: readonly [number, number], to: readonly [number, number]): number {
  const dx = (to[0] - from[0]) * Math.cos((from[1] * Math.PI) / 180);
  return ((Math.atan2(dx, to[1] - from[1]) * 180) / Math.PI + 360) % 360;
}

function turnBetween(into: Road['line'], out: Road['line']): TurnKind {
  const origin = [0, 0] as const;
  const arriving = bearingDeg(into.at(-2) ?? origin, into.at(-1) ?? origin);
  const leaving = bearingDeg(out[0] ?? origin, out[1] ?? origin);
  const turn = ((leaving - arriving + 540) % 360) - 180;
  if (Math.abs(turn) < 45) return 'straight';
  if (Math.abs(turn) > 150) return 'uTurn';
  return turn > 0 ? 'right' : 'left';
}
