import type { RoadEdge, TurnKind } from '../../road-graph.ts';
import type { Chance } from './chance.ts';

/** How the streets of a quarter lie. */
export const patterns = ['grid', 'radial', 'grown'] as const;
export type Pattern = (typeof patterns)[number];

export type LaneType = 'main' | 'secondary' | 'lane';

export interface Streets {
  readonly edges: readonly RoadEdge[];
  readonly laneTypes: ReadonlyMap<string, LaneType>;
  /** The other direction of the same street, where it has one. */
  readonly reverse: ReadonlyMap<string, string>;
  /** Of each edge, degrees counter-clockwise from east. */
  readonly headings: ReadonlyMap<string, number>;
}

interface Point {
  readonly xM: number;
  readonly yM: number;
}

/** One street between two junctions. */
interface Link {
  readonly a: number;
  readonly b: number;
  readonly laneType: LaneType;
}

interface Plan {
  readonly points: readonly Point[];
  readonly links: readonly Link[];
}

const speeds: Readonly<Record<LaneType, number>> = { main: 16.67, secondary: 12.5, lane: 8.33 };

/** Streets about 3 km across. */
export function makeStreets(pattern: Pattern, chance: Chance): Streets {
  const plan = plans[pattern](chance);
  return paved(plan, chance);
}

const plans: Readonly<Record<Pattern, (chance: Chance) => Plan>> = { grid, radial, grown };

/** Blocks at right angles; every few a wider street; some streets are not there. */
function grid(chance: Chance): Plan {
  const size = 12;
  const spacingM = chance.between(210, 270);
  const mainEvery = chance.pick([3, 4, 5]);
  const points = Array.from({ length: size ** 2 }, (_, at) => ({
    xM: (at % size) * spacingM + 12 * chance.normal(),
    yM: Math.floor(at / size) * spacingM + 12 * chance.normal(),
  }));
  const typeOf = (line: number): LaneType =>
    line % mainEvery === 1 ? 'main' : line % 2 === 0 ? 'secondary' : 'lane';
  const links: Link[] = [];
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const at = row * size + column;
      if (column + 1 < size) links.push({ a: at, b: at + 1, laneType: typeOf(row) });
      if (row + 1 < size) links.push({ a: at, b: at + size, laneType: typeOf(column) });
    }
  }
  return { points, links: links.filter(({ laneType }) => laneType === 'main' || !chance.isIn(0.12)) };
}

/** Rings about a middle and spokes through them. */
function radial(chance: Chance): Plan {
  const ringCount = 6;
  const spokeCount = chance.pick([16, 18, 20, 22]);
  const ringM = chance.between(230, 270);
  const points: Point[] = [{ xM: 0, yM: 0 }];
  const at = (ring: number, spoke: number): number => 1 + ring * spokeCount + (spoke % spokeCount);
  for (let ring = 0; ring < ringCount; ring += 1) {
    for (let spoke = 0; spoke < spokeCount; spoke += 1) {
      const angle = (2 * Math.PI * (spoke + 0.1 * chance.normal())) / spokeCount;
      const radiusM = (ring + 1) * ringM + 15 * chance.normal();
      points.push({ xM: radiusM * Math.cos(angle), yM: radiusM * Math.sin(angle) });
    }
  }
  const links: Link[] = [];
  for (let spoke = 0; spoke < spokeCount; spoke += 1) {
    const laneType = spoke % 4 === 0 ? 'main' : spoke % 2 === 0 ? 'secondary' : 'lane';
    // Spokes end before they crowd in the middle.
    const first = laneType === 'main' ? -1 : laneType === 'secondary' ? 0 : 2;
    for (let ring = first; ring + 1 < ringCount; ring += 1) {
      links.push({ a: ring < 0 ? 0 : at(ring, spoke), b: at(ring + 1, spoke), laneType });
    }
    for (let ring = 0; ring < ringCount; ring += 1) {
      const ringType = ring === 2 || ring === 5 ? 'main' : ring % 2 === 0 ? 'lane' : 'secondary';
      links.push({ a: at(ring, spoke), b: at(ring, spoke + 1), laneType: ringType });
    }
  }
  return { points, links: links.filter(({ laneType }) => laneType === 'main' || !chance.isIn(0.1)) };
}

/** Grown without a plan: junctions anywhere, joined where no other lies in between; a ring road about them. */
function grown(chance: Chance): Plan {
  const ringCount = 26;
  const points: Point[] = Array.from({ length: ringCount }, (_, at) => ({
    xM: 1_500 * Math.cos((2 * Math.PI * at) / ringCount),
    yM: 1_250 * Math.sin((2 * Math.PI * at) / ringCount),
  }));
  for (let tries = 0; tries < 3_000 && points.length < 150; tries += 1) {
    const point = { xM: chance.between(-1_400, 1_400), yM: chance.between(-1_150, 1_150) };
    const isInside = (point.xM / 1_400) ** 2 + (point.yM / 1_150) ** 2 < 1;
    if (isInside && points.every((other) => apartM(point, other) > 150)) points.push(point);
  }
  const links: Link[] = Array.from({ length: ringCount }, (_, at) => ({
    a: at,
    b: (at + 1) % ringCount,
    laneType: 'main',
  }));
  for (const [a, one] of points.entries()) {
    for (let b = Math.max(a + 1, ringCount); b < points.length; b += 1) {
      const other = points[b];
      if (other === undefined || chance.isIn(0.1)) continue;
      const middle = { xM: (one.xM + other.xM) / 2, yM: (one.yM + other.yM) / 2 };
      const radiusM = apartM(one, other) / 2;
      // Gabriel graph: no third junction in the circle about two that are joined.
      const isFree = points.every(
        (third) => third === one || third === other || apartM(third, middle) >= radiusM,
      );
      if (!isFree || radiusM > 300) continue;
      links.push({ a, b, laneType: chance.weighted({ main: 1, secondary: 5, lane: 4 }) });
    }
  }
  return { points, links };
}

const apartM = (a: Point, b: Point): number => Math.hypot(a.xM - b.xM, a.yM - b.yM);

/** Edges with lengths, signals and turns. */
function paved({ points, links }: Plan, chance: Chance): Streets {
  const busy = points.map(
    (_, at) => links.filter(({ a, b, laneType }) => (a === at || b === at) && laneType !== 'lane').length,
  );
  const signalShare = chance.between(0.5, 0.9);
  const hasSignal = busy.map((count) => count >= 3 && chance.isIn(signalShare));
  const oneWayShare = chance.between(0, 0.15);
  const drafts = chance
    .shuffled(
      links.flatMap(({ a, b, laneType }, link) => {
        const bendM = 1 + 0.08 * chance.unit();
        const isOneWay = laneType === 'lane' && chance.isIn(oneWayShare);
        const ways = isOneWay ? [[a, b] as const] : [[a, b] as const, [b, a] as const];
        return ways.map(([from, to]) => ({ link, from, to, laneType, bendM }));
      }),
    )
    .map((draft, index) => ({ ...draft, edgeId: `e${index}` }));
  const outOf = Map.groupBy(drafts, ({ from }) => from);
  const headingOf = ({ from, to }: { readonly from: number; readonly to: number }): number => {
    const [one, other] = [points[from], points[to]];
    return one === undefined || other === undefined
      ? 0
      : (Math.atan2(other.yM - one.yM, other.xM - one.xM) * 180) / Math.PI;
  };
  const edges = drafts.map((draft): RoadEdge => {
    const { from, to, laneType, edgeId, link, bendM } = draft;
    const onward = outOf.get(to) ?? [];
    const turns = new Map<string, TurnKind>();
    for (const next of onward) {
      if (next.link === link) continue;
      const kind = turnOf(headingOf(next) - headingOf(draft));
      if (kind === 'left' && chance.isIn(0.03)) continue;
      turns.set(next.edgeId, kind);
    }
    if (turns.size === 0) for (const next of onward) turns.set(next.edgeId, 'uTurn');
    const [one, other] = [points[from], points[to]];
    return {
      edgeId,
      fromJunction: `j${from}`,
      toJunction: `j${to}`,
      lengthM: one === undefined || other === undefined ? 100 : bendM * apartM(one, other),
      speedMps: speeds[laneType],
      endsAtSignal: hasSignal[to] ?? false,
      turns,
    };
  });
  const both = Map.groupBy(drafts, ({ link }) => link);
  const reverse = new Map<string, string>();
  for (const [one, other] of both.values()) {
    if (one === undefined || other === undefined) continue;
    reverse.set(one.edgeId, other.edgeId);
    reverse.set(other.edgeId, one.edgeId);
  }
  return {
    edges,
    reverse,
    laneTypes: new Map(drafts.map(({ edgeId, laneType }) => [edgeId, laneType])),
    headings: new Map(drafts.map((draft) => [draft.edgeId, headingOf(draft)])),
  };
}

function turnOf(byDeg: number): TurnKind {
  const deg = ((byDeg + 540) % 360) - 180;
  if (Math.abs(deg) < 40) return 'straight';
  return deg > 0 ? 'left' : 'right';
}
