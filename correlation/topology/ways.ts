import {
  type CameraView,
  expectedMs,
  type Pace,
  type RoadEdge,
  type TurnKind,
  type Way,
} from './road-graph.ts';

/** A way with what it costs: expected time, and the unlikeliness of passing views unseen put into time. */
interface Search extends Way {
  readonly edge: number;
  readonly costMs: number;
}

/** From one view to another: the shortest way of all, and the likeliest one on which no camera saw the vehicle. */
export interface Connection {
  readonly toView: number;
  readonly shortest: Way;
  readonly unseen: Way;
  /** Natural logarithm of how likely the unseen way is beside the shortest one, passing views unseen included. */
  readonly unseenLog: number;
  /** The two cameras see the same place: times count from entering to entering. */
  readonly isOverlap?: boolean;
}

export interface RoadNetwork {
  readonly edges: readonly RoadEdge[];
  readonly views: readonly CameraView[];
  readonly edgeIndex: ReadonlyMap<string, number>;
  /** Views of each edge in driving order. */
  readonly viewsOfEdge: readonly (readonly number[])[];
}

/** Views on edges that the network does not have are left out of `viewsOfEdge`: nothing leads to them. */
export function roadNetwork(edges: readonly RoadEdge[], views: readonly CameraView[]): RoadNetwork {
  const edgeIndex = new Map(edges.map(({ edgeId }, index) => [edgeId, index]));
  const viewsOfEdge = edges.map((): number[] => []);
  for (const [index, { edgeId }] of views.entries()) viewsOfEdge[edgeIndex.get(edgeId) ?? -1]?.push(index);
  for (const onEdge of viewsOfEdge) {
    onEdge.sort((a, b) => (views[a]?.fromM ?? 0) - (views[b]?.fromM ?? 0));
  }
  return { edges, views, edgeIndex, viewsOfEdge };
}

/** A driver takes a way that is this much longer e times less often. */
const detourMs = 25_000;

const turnCounts: Readonly<Record<TurnKind, { readonly left: number; readonly right: number }>> = {
  straight: { left: 0, right: 0 },
  left: { left: 1, right: 0 },
  right: { left: 0, right: 1 },
  // Turning back takes the room and the patience of two turns.
  uTurn: { left: 2, right: 0 },
};

export interface WaySettings {
  readonly pace: Pace;
  /** Probability that a camera misses a vehicle that passes; 1 while it is out. */
  readonly missOf: (view: number) => number;
  /** Ways that take longer than this are not followed. */
  readonly maxMs: number;
}

function* successors(
  network: RoadNetwork,
  from: Search,
  startM: number,
  settings: WaySettings,
): Generator<Search> {
  const edge = network.edges[from.edge];
  if (edge === undefined) return;
  const driven = ((edge.lengthM - startM) / edge.speedMps) * 1_000;
  const passed = (network.viewsOfEdge[from.edge] ?? []).filter(
    (view) => (network.views[view]?.fromM ?? 0) >= startM,
  );
  for (const [edgeId, kind] of edge.turns) {
    const next = network.edgeIndex.get(edgeId);
    if (next === undefined) continue;
    const turn = turnCounts[kind];
    yield priced(
      {
        edge: next,
        freeFlowMs: from.freeFlowMs + driven,
        signalCount: from.signalCount + (edge.endsAtSignal ? 1 : 0),
        leftTurnCount: from.leftTurnCount + turn.left,
        rightTurnCount: from.rightTurnCount + turn.right,
        passedViews: passed.length === 0 ? from.passedViews : [...from.passedViews, ...passed],
      },
      settings,
    );
  }
}

const missMs = (views: readonly number[], { missOf }: WaySettings): number =>
  views.reduce((sum, view) => sum - Math.log(missOf(view)) * detourMs, 0);

const priced = (way: Omit<Search, 'costMs'>, settings: WaySettings): Search => ({
  ...way,
  costMs: expectedMs(way, settings.pace) + missMs(way.passedViews, settings),
});

/** Dijkstra over edges as nodes, so that forbidden turns are kept. @returns the cheapest way to the start of each edge. */
function searchFrom(network: RoadNetwork, view: CameraView, settings: WaySettings): Map<number, Search> {
  const found = new Map<number, Search>();
  const start = network.edgeIndex.get(view.edgeId);
  if (start === undefined) return found;
  const origin: Search = {
    edge: start,
    freeFlowMs: 0,
    signalCount: 0,
    leftTurnCount: 0,
    rightTurnCount: 0,
    passedViews: [],
    costMs: 0,
  };
  const open = new MinHeap();
  for (const next of successors(network, origin, view.toM, settings)) open.push(next);
  for (let best = open.pop(); best !== undefined; best = open.pop()) {
    if (found.has(best.edge) || best.costMs > settings.maxMs) continue;
    found.set(best.edge, best);
    for (const next of successors(network, best, 0, settings)) {
      if (!found.has(next.edge)) open.push(next);
    }
  }
  return found;
}

/** Smallest cost first. */
class MinHeap {
  readonly #items: Search[] = [];

  push(item: Search): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || above.costMs <= item.costMs) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): Search | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const a = items[left];
      const b = items[left + 1];
      if (a === undefined) break;
      const [child, below] = b !== undefined && b.costMs < a.costMs ? [left + 1, b] : [left, a];
      if (below.costMs >= last.costMs) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

/** The way from the end of one view to the start of another, given the ways to the starts of edges. */
function wayTo(
  network: RoadNetwork,
  from: CameraView,
  toView: number,
  reached: ReadonlyMap<number, Search>,
  settings: WaySettings,
): Search | undefined {
  const to = network.views[toView];
  const edgeIndex = network.edgeIndex.get(to?.edgeId ?? '');
  const edge = network.edges[edgeIndex ?? -1];
  if (to === undefined || edge === undefined || edgeIndex === undefined) return undefined;
  const between = (fromM: number): number[] =>
    (network.viewsOfEdge[edgeIndex] ?? []).filter((view) => {
      const other = network.views[view];
      return view !== toView && other !== undefined && other.fromM >= fromM && other.toM <= to.fromM;
    });
  if (from.edgeId === to.edgeId && from.toM <= to.fromM) {
    const freeFlowMs = ((to.fromM - from.toM) / edge.speedMps) * 1_000;
    const passedViews = between(from.toM);
    const way = { edge: edgeIndex, freeFlowMs, signalCount: 0, leftTurnCount: 0, rightTurnCount: 0 };
    return priced({ ...way, passedViews }, settings);
  }
  const before = reached.get(edgeIndex);
  if (before === undefined) return undefined;
  const freeFlowMs = before.freeFlowMs + (to.fromM / edge.speedMps) * 1_000;
  return priced({ ...before, freeFlowMs, passedViews: [...before.passedViews, ...between(0)] }, settings);
}

/** Every view that can be the next one to see a vehicle that has left `fromView`. */
export function connectionsFrom(network: RoadNetwork, fromView: number, settings: WaySettings): Connection[] {
  const from = network.views[fromView];
  if (from === undefined) return [];
  const blind: WaySettings = { ...settings, missOf: () => 1 };
  const shortestTo = searchFrom(network, from, blind);
  // The penalty for passing views unseen must not end the search early.
  const unseenTo = searchFrom(network, from, { ...settings, maxMs: settings.maxMs + 6 * detourMs });
  return network.views.flatMap((_, toView) => {
    const shortest = wayTo(network, from, toView, shortestTo, blind);
    const unseen = wayTo(network, from, toView, unseenTo, settings);
    if (shortest === undefined || unseen === undefined) return [];
    const unseenLog = Math.min(0, (shortest.costMs - unseen.costMs) / detourMs);
    return [{ toView, shortest, unseen, unseenLog }];
  });
}
