import type { RoadEdge } from '../../road-graph.ts';
import type { Chance } from './chance.ts';
import type { LaneType, Streets } from './streets.ts';

export type VehicleClass = 'car' | 'van' | 'small_truck' | 'truck' | 'bus' | 'motorcycle';

/** One vehicle's way: the edges it drives, and when it is where. */
export interface Drive {
  readonly vehicleClass: VehicleClass;
  readonly edges: readonly string[];
  /** When each edge was entered, and how fast it was driven until the vehicle waited at the edge's end. */
  readonly enteredAtMs: readonly number[];
  readonly speedMps: readonly number[];
  readonly stop: Stop | null;
}

/** A halt on one edge of a drive. */
export interface Stop {
  readonly at: number;
  readonly atM: number;
  readonly forMs: number;
}

interface Trip extends Pick<Drive, 'vehicleClass' | 'edges' | 'stop'> {
  readonly departMs: number;
  readonly pace: number;
}

export interface DrivingSettings {
  readonly spanMs: number;
  readonly vehicleCount: number;
  readonly targetCount: number;
  /** Where targets may stop: an edge and metres from its start. */
  readonly stops: readonly { readonly edgeId: string; readonly atM: number }[];
}

const classShares: Readonly<Record<VehicleClass, number>> = {
  car: 64,
  motorcycle: 13,
  van: 8,
  small_truck: 7,
  truck: 4,
  bus: 3,
};
const topMps: Readonly<Record<VehicleClass, number>> = {
  car: 99,
  motorcycle: 13,
  van: 25,
  small_truck: 20,
  truck: 15,
  bus: 14,
};

/** How many of some hundreds of drivers take each edge. */
export function usageOf(streets: Streets, chance: Chance): Map<string, number> {
  const roads = new Map(streets.edges.map((edge) => [edge.edgeId, edge]));
  const ends = tripEnds(streets, chance);
  const usage = new Map<string, number>();
  for (let trip = 0; trip < 500; trip += 1) {
    const way = cheapestWay(roads, ends.pick(), ends.pick(), tasteOf(streets, chance), new Set());
    for (const edgeId of way ?? []) usage.set(edgeId, (usage.get(edgeId) ?? 0) + 1);
  }
  return usage;
}

/** Drive many vehicles at once: they queue at signals and give way elsewhere. The targets come first. */
export function driveAll(streets: Streets, settings: DrivingSettings, chance: Chance): Drive[] {
  const roads = new Map(streets.edges.map((edge) => [edge.edgeId, edge]));
  const ends = tripEnds(streets, chance);
  const trips: Trip[] = [];
  for (let tries = 0; trips.length < settings.targetCount && tries < 40 * settings.targetCount; tries += 1) {
    const trip = targetTrip(streets, roads, ends, settings, chance);
    if (trip !== null) trips.push(trip);
  }
  while (trips.length < settings.vehicleCount) {
    const edges = cheapestWay(roads, ends.pick(), ends.pick(), tasteOf(streets, chance), new Set());
    if (edges === null || edges.length < 4) continue;
    const at = Math.floor(chance.unit() * edges.length);
    const stop = chance.isIn(0.03) ? { at, atM: 30, forMs: chance.between(20_000, 240_000) } : null;
    trips.push({
      vehicleClass: chance.weighted(classShares),
      edges,
      stop,
      departMs: chance.between(-600_000, settings.spanMs),
      pace: paceOf(chance),
    });
  }
  return simulate(roads, streets, trips, chance);
}

const paceOf = (chance: Chance): number => Math.min(1.25, Math.max(0.75, 1 + 0.1 * chance.normal()));

/** Trips begin and end anywhere, at some places much more often. */
function tripEnds({ edges, laneTypes }: Streets, chance: Chance): { readonly pick: () => string } {
  const usual: Readonly<Record<LaneType, number>> = { main: 3, secondary: 2, lane: 1 };
  const all = edges.flatMap(({ edgeId }) => {
    const times = usual[laneTypes.get(edgeId) ?? 'lane'] * (chance.isIn(0.08) ? 12 : 1);
    return Array.from<string>({ length: times }).fill(edgeId);
  });
  return { pick: () => chance.pick(all) };
}

/** Each driver has their own opinion of which edges are quick. */
function tasteOf({ laneTypes }: Streets, chance: Chance): (edge: RoadEdge) => number {
  const own = new Map<string, number>();
  const liking: Readonly<Record<LaneType, number>> = { main: 0.95, secondary: 1, lane: 1.15 };
  return ({ edgeId, lengthM, speedMps, endsAtSignal }) => {
    const factor = own.get(edgeId) ?? Math.exp(0.25 * chance.normal());
    own.set(edgeId, factor);
    const type = laneTypes.get(edgeId) ?? 'lane';
    return factor * liking[type] * (lengthM / speedMps + (endsAtSignal ? 10 : 3));
  };
}

/** Shorter ways pass too few cameras to tell anything by. */
const leastLegEdges = 9;

/** A van or small truck that stops and leaves by another way. */
function targetTrip(
  streets: Streets,
  roads: ReadonlyMap<string, RoadEdge>,
  ends: { readonly pick: () => string },
  { spanMs, stops }: DrivingSettings,
  chance: Chance,
): Trip | null {
  const { edgeId, atM } = chance.pick(stops);
  const taste = tasteOf(streets, chance);
  const there = cheapestWay(roads, ends.pick(), edgeId, taste, new Set());
  if (there === null || there.length < leastLegEdges) return null;
  const used = new Set(there.flatMap((id) => [id, streets.reverse.get(id) ?? id]));
  const away = cheapestWay(roads, edgeId, ends.pick(), taste, used);
  if (away === null || away.length < leastLegEdges) return null;
  return {
    vehicleClass: chance.isIn(0.6) ? 'small_truck' : 'van',
    edges: [...there, ...away.slice(1)],
    stop: { at: there.length - 1, atM, forMs: chance.between(60_000, 240_000) },
    departMs: chance.between(0.1 * spanMs, 0.8 * spanMs),
    pace: paceOf(chance),
  };
}

/** Dijkstra over edges. @param shunned edges that cost three times as much. */
function cheapestWay(
  roads: ReadonlyMap<string, RoadEdge>,
  fromId: string,
  toId: string,
  costOf: (edge: RoadEdge) => number,
  shunned: ReadonlySet<string>,
): string[] | null {
  const open = new Heap<{ readonly id: string; readonly before: string | null }>();
  const cameFrom = new Map<string, string | null>();
  open.push(0, { id: fromId, before: null });
  for (let best = open.pop(); best !== undefined; best = open.pop()) {
    const { id, before } = best.item;
    if (cameFrom.has(id)) continue;
    cameFrom.set(id, before);
    if (id === toId) break;
    for (const next of roads.get(id)?.turns.keys() ?? []) {
      const edge = roads.get(next);
      if (edge === undefined || cameFrom.has(next)) continue;
      open.push(best.at + costOf(edge) * (shunned.has(next) ? 3 : 1), { id: next, before: id });
    }
  }
  if (!cameFrom.has(toId)) return null;
  const way: string[] = [];
  for (let id: string | null = toId; id !== null; id = cameFrom.get(id) ?? null) way.unshift(id);
  return way;
}

/** Smallest `at` first. */
class Heap<T> {
  readonly #items: { readonly at: number; readonly item: T }[] = [];

  push(at: number, item: T): void {
    const items = this.#items;
    let place = items.length;
    items.push({ at, item });
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = items[parent];
      if (above === undefined || above.at <= at) break;
      items[place] = above;
      place = parent;
    }
    items[place] = { at, item };
  }

  pop(): { readonly at: number; readonly item: T } | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const [a, b] = [items[left], items[left + 1]];
      if (a === undefined) break;
      const [child, below] = b !== undefined && b.at < a.at ? [left + 1, b] : [left, a];
      if (below.at >= last.at) break;
      items[place] = below;
      place = child;
    }
    items[place] = last;
    return top;
  }
}

const headwayMs = 2_000;

/** All vehicles, moment by moment, from the end of one edge to the end of the next. */
function simulate(
  roads: ReadonlyMap<string, RoadEdge>,
  { laneTypes, headings }: Streets,
  trips: readonly Trip[],
  chance: Chance,
): Drive[] {
  const signals = new Map<string, { readonly cycleMs: number; readonly shiftMs: number }>();
  const freeAtMs = new Map<string, number>();
  const entered = trips.map((): number[] => []);
  const speeds = trips.map((): number[] => []);
  const waiting = new Heap<{ readonly trip: number; readonly at: number }>();
  const enter = (trip: number, at: number, timeMs: number): void => {
    const { edges, pace, vehicleClass, stop } = trips[trip] ?? noTrip;
    const edge = roads.get(edges[at] ?? '');
    if (edge === undefined) return;
    const mps = Math.min(edge.speedMps * pace, topMps[vehicleClass]) * (1 - 0.12 * chance.unit());
    entered[trip]?.push(timeMs);
    speeds[trip]?.push(mps);
    const haltMs = stop?.at === at ? stop.forMs : 0;
    waiting.push(timeMs + (edge.lengthM / mps) * 1_000 + haltMs, { trip, at });
  };
  /** Opposite approaches of one junction have green together. */
  const greenMs = (edge: RoadEdge, timeMs: number): number => {
    let signal = signals.get(edge.toJunction);
    if (signal === undefined) {
      signal = { cycleMs: chance.between(60_000, 100_000), shiftMs: chance.between(0, 100_000) };
      signals.set(edge.toJunction, signal);
    }
    const { cycleMs, shiftMs } = signal;
    const isEastWest = Math.abs(Math.cos(((headings.get(edge.edgeId) ?? 0) * Math.PI) / 180)) > 0.7;
    const sinceMs = timeMs + shiftMs + (isEastWest ? 0 : cycleMs / 2);
    const phase = sinceMs - Math.floor(sinceMs / cycleMs) * cycleMs;
    return phase < 0.46 * cycleMs ? timeMs : timeMs + cycleMs - phase + chance.between(500, 2_500);
  };
  for (const [trip, { departMs }] of trips.entries()) enter(trip, 0, departMs);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { trip, at } = next.item;
    const { edges } = trips[trip] ?? noTrip;
    const edge = roads.get(edges[at] ?? '');
    const onto = edges[at + 1];
    if (edge === undefined || onto === undefined) continue;
    const type = laneTypes.get(edge.edgeId) ?? 'lane';
    const queuedMs = Math.max(next.at, freeAtMs.get(edge.edgeId) ?? 0);
    const turn = edge.turns.get(onto) ?? 'straight';
    const yieldMs = { straight: 0, right: 1_500, left: 4_000, uTurn: 8_000 }[turn];
    const minorMs = !edge.endsAtSignal && type !== 'main' ? 2_000 : 0;
    const goMs =
      (edge.endsAtSignal ? greenMs(edge, queuedMs) : queuedMs) -
      Math.log(1 - chance.unit()) * (yieldMs + minorMs);
    freeAtMs.set(edge.edgeId, goMs + (type === 'main' ? headwayMs / 2 : headwayMs));
    enter(trip, at + 1, goMs);
  }
  return trips.map(({ vehicleClass, edges, stop }, trip) => ({
    vehicleClass,
    edges,
    stop,
    enteredAtMs: entered[trip] ?? [],
    speedMps: speeds[trip] ?? [],
  }));
}

const noTrip: Trip = { vehicleClass: 'car', edges: [], stop: null, departMs: 0, pace: 1 };
