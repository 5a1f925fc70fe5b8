import { associate, type Association, type Decisions } from './association.ts';
import { likelihoodRatio } from './look.ts';
import { type Neighbourhood, neighbourhoodOf } from './neighbourhood.ts';
import { type Question, questionOf } from './question.ts';
import { expectedMs } from './road-graph.ts';
import { type Chain, chainsFrom, optionsFrom, type Side } from './route.ts';
import type { Survey } from './survey.ts';
import { type Flow, type Passage, medianMs, sameLook, tookOf } from './traffic.ts';

/** From one passage to the next one of a route, with what speaks for it. */
export interface Hop {
  readonly fromId: string;
  readonly toId: string;
  readonly isConfirmed: boolean;
  /** That this is the vehicle's next (or previous) passage, given the route so far. */
  readonly probability: number;
  /** That the route is right up to here. */
  readonly chainProbability: number;
  readonly tookMs: number;
  /** What the way takes as a rule. */
  readonly expectedMs: number;
  /** How much likelier the two looks are of one vehicle than of two, class and colour apart. */
  readonly classRatio: number;
  readonly colorRatio: number;
  /** How much likelier time and way make it than a stranger who passes. */
  readonly timeRatio: number;
  /** How long it stood on the way, about: 0 unless it took much longer than others. */
  readonly stoodMs: number;
  /** Views on the likeliest way that should have seen the vehicle and have not. */
  readonly missedViews: readonly number[];
}

/** Where nothing can be said: at either end of a route, or between two passages that are known. */
export interface Gap {
  readonly afterId: string | null;
  readonly beforeId: string | null;
  /** Probability of the best that was not good enough to be proposed. */
  readonly bestProbability: number;
  /** That the vehicle left the area, stopped, or was seen by no camera any more. */
  readonly endProbability: number;
}

export interface RouteProposal {
  /** In order of time. */
  readonly hops: readonly Hop[];
  readonly gaps: readonly Gap[];
  /** That every hop is right. */
  readonly probability: number;
}

export interface RoutePlan {
  /** Best first, at most three. */
  readonly routes: readonly RouteProposal[];
  readonly question: Question | null;
}

/** How far about the incident sightings are looked at. */
export interface Bounds {
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** Passages that look less like the vehicle than this do not compete for its route. */
const minLook = 0.1;
const routeCount = 3;

/**
 * The passages about one passage in time that look at all alike: those of the vehicle, and those that may be taken
 * for it. No other sighting is looked at.
 */
export function neighbourhoodAbout(
  { traffic, passages }: Survey,
  about: Passage,
  { beforeMs, afterMs }: Bounds,
): Neighbourhood {
  const near = passages.filter(
    (passage) =>
      passage === about ||
      (passage.enteredAtMs > about.enteredAtMs - beforeMs &&
        passage.enteredAtMs < about.leftAtMs + afterMs &&
        sameLook(about, passage, traffic.looks) > minLook),
  );
  return neighbourhoodOf(near, traffic, about);
}

/** Passages that may be the next (or previous) one of the vehicle of `passageId`, best first. */
export function rankedFrom(
  association: Association,
  passageId: string,
  side: Side,
): { readonly passageId: string; readonly probability: number }[] {
  const { passages, indexOf } = association.neighbourhood;
  const node = indexOf.get(passageId);
  if (node === undefined) return [];
  return optionsFrom(association, node, side).flatMap(({ node: other, probability }) => {
    const passage = passages[other];
    return passage === undefined ? [] : [{ passageId: passage.passageId, probability }];
  });
}

/**
 * The vehicle's best routes on either side of the passages that are known to be its own, and what to ask next.
 * @param decisions at least one passage is confirmed: the one at the incident.
 */
export function planRoute(area: Neighbourhood, decisions: Decisions): RoutePlan {
  const association = associate(area, decisions);
  const known = decisions.confirmed
    .flatMap((id) => area.indexOf.get(id) ?? [])
    .toSorted((a, b) => (area.passages[a]?.enteredAtMs ?? 0) - (area.passages[b]?.enteredAtMs ?? 0));
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) return { routes: [], question: null };
  const between = known.slice(1).map((node, at) => bridge(association, known[at] ?? first, node));
  const forward = chainsFrom(association, last, 'forward', routeCount);
  const backward = chainsFrom(association, first, 'backward', routeCount);
  const context = { association, known: new Set(known), first, last, between };
  const routes = forward
    .flatMap((ahead) => backward.map((behind) => ({ ahead, behind, value: ahead.value + behind.value })))
    .toSorted((a, b) => b.value - a.value)
    .slice(0, routeCount)
    .map(({ ahead, behind }) => proposal(context, ahead, behind));
  return { routes, question: questionOf(association, known) };
}

/**
 * From one known passage to the next one known. Where no likely way leads there, yet they follow each other on the road
 * with no camera between them, the vehicle stood on the way. Empty where it cannot be told.
 */
function bridge(association: Association, from: number, to: number): readonly Pair[] {
  const links: Pair[] = [];
  const seen = new Set([from]);
  let node = from;
  while (node !== to) {
    const [best] = optionsFrom(association, node, 'forward').filter((option) => !seen.has(option.node));
    if (best === undefined) return canHaveStood(association, from, to) ? [{ from, to, link: null }] : [];
    links.push({ from: node, to: best.node, link: best.link });
    seen.add(best.node);
    node = best.node;
  }
  return links;
}

/** Two passages of a route, one after the other; without a link where time alone would not have told them. */
interface Pair {
  readonly from: number;
  readonly to: number;
  readonly link: number | null;
}

/** Who stands longer than this between two cameras has parked: then anything may have happened in between. */
const longestStandMs = 20 * 60_000;

function canHaveStood({ neighbourhood: area }: Association, from: number, to: number): boolean {
  const [one, other] = [area.passages[from], area.passages[to]];
  const flow = flowBetween(area, one, other);
  if (one === undefined || other === undefined || flow === undefined) return false;
  const tookMs = tookOf(flow, one, other);
  return (
    flow.connection.shortest.passedViews.length === 0 &&
    tookMs >= flow.fromMs &&
    tookMs <= expectedMs(flow.connection.shortest, area.traffic.pace) + longestStandMs
  );
}

const flowBetween = (
  { traffic }: Neighbourhood,
  one: Passage | undefined,
  other: Passage | undefined,
): Flow | undefined => traffic.flows[(one?.view ?? -1) * traffic.network.views.length + (other?.view ?? -1)];

/** Who takes this many times as long as half of the vehicles, and this much longer, stood on the way. */
const standing = { times: 2, atLeastMs: 30_000 };

function stoodOn(flow: Flow, tookMs: number): number {
  // One vehicle that stood moves the middle of the traffic's times little, their tail a lot.
  const usualMs = Math.max(0, medianMs(flow));
  const stoodMs = tookMs - usualMs;
  return tookMs > standing.times * usualMs && stoodMs >= standing.atLeastMs ? stoodMs : 0;
}

interface Context {
  readonly association: Association;
  readonly known: ReadonlySet<number>;
  readonly first: number;
  readonly last: number;
  readonly between: readonly (readonly Pair[])[];
}

function proposal(context: Context, ahead: Chain, behind: Chain): RouteProposal {
  const { association, known, first, last, between } = context;
  const area = association.neighbourhood;
  const idOf = (node: number): string => area.passages[node]?.passageId ?? '';
  const knownInOrder = [...known];
  const bridged = between.flatMap((links) => links.map((pair) => hopOf(context, pair, 1)));
  const bridgeGaps = between.flatMap((links, at): Gap[] =>
    links.length > 0
      ? []
      : [
          {
            afterId: idOf(knownInOrder[at] ?? first),
            beforeId: idOf(knownInOrder[at + 1] ?? last),
            bestProbability: 0,
            endProbability: 0,
          },
        ],
  );
  const pairOf = (link: number): Pair => ({ from: area.from[link] ?? -1, to: area.to[link] ?? -1, link });
  const before = behind.steps
    .toReversed()
    .map(({ link, chainProbability }) => hopOf(context, pairOf(link), chainProbability));
  const after = ahead.steps.map(({ link, chainProbability }) =>
    hopOf(context, pairOf(link), chainProbability),
  );
  const start = behind.steps.at(-1)?.node ?? first;
  const end = ahead.steps.at(-1)?.node ?? last;
  const gaps: Gap[] = [
    { afterId: null, beforeId: idOf(start), ...openEnd(association, start, 'backward') },
    ...bridgeGaps,
    { afterId: idOf(end), beforeId: null, ...openEnd(association, end, 'forward') },
  ];
  const probability =
    (behind.steps.at(-1)?.chainProbability ?? 1) * (ahead.steps.at(-1)?.chainProbability ?? 1);
  return { hops: [...before, ...bridged, ...after], gaps, probability };
}

function openEnd(
  association: Association,
  node: number,
  side: Side,
): Pick<Gap, 'bestProbability' | 'endProbability'> {
  const options = optionsFrom(association, node, side);
  const sum = options.reduce((total, { probability }) => total + probability, 0);
  return { bestProbability: options[0]?.probability ?? 0, endProbability: Math.max(0, 1 - sum) };
}

function hopOf({ association, known }: Context, { from, to, link }: Pair, chainProbability: number): Hop {
  const { neighbourhood: area, probability } = association;
  const { traffic, passages } = area;
  const one = passages[from];
  const other = passages[to];
  const flow = flowBetween(area, one, other);
  const { classes, colors } = traffic.looks;
  const none = new Float64Array(0);
  const tookMs =
    flow === undefined || one === undefined || other === undefined ? 0 : tookOf(flow, one, other);
  const usualMs = flow === undefined ? 0 : expectedMs(flow.connection.unseen, traffic.pace);
  return {
    fromId: one?.passageId ?? '',
    toId: other?.passageId ?? '',
    isConfirmed: known.has(from) && known.has(to),
    probability: link === null ? 1 : (probability[link] ?? 0),
    chainProbability,
    tookMs,
    expectedMs: usualMs,
    stoodMs: flow === undefined ? 0 : stoodOn(flow, tookMs),
    classRatio: likelihoodRatio(one?.classLift ?? none, other?.classLift ?? none, classes.shares),
    colorRatio: likelihoodRatio(one?.colorLift ?? none, other?.colorLift ?? none, colors.shares),
    timeRatio: link === null ? 0 : (area.timeRatio[link] ?? 0),
    missedViews: flow?.connection.unseen.passedViews ?? [],
  };
}
