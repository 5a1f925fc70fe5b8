import { type AttributeModel, likelihoodRatio } from './look.ts';
import { expectedMs, type Pace, type Way } from './road-graph.ts';
import type { Connection, RoadNetwork } from './ways.ts';

/** One vehicle passing one camera, on the common clock. */
export interface Passage {
  readonly passageId: string;
  readonly view: number;
  readonly enteredAtMs: number;
  /** Where views overlap nothing is known of when the way to the next one began: then the moment it entered. */
  readonly leftAtMs: number;
  readonly classLift: Float64Array;
  readonly colorLift: Float64Array;
}

export interface LookModel {
  readonly classes: AttributeModel;
  readonly colors: AttributeModel;
}

export const sameLook = (a: Passage, b: Passage, { classes, colors }: LookModel): number =>
  likelihoodRatio(a.classLift, b.classLift, classes.shares) *
  likelihoodRatio(a.colorLift, b.colorLift, colors.shares);

const binMs = 2_000;
/** Clocks of two cameras are known to about a second each, and a passage's ends to about another. */
const clockSdMs = 2_000;
const shiftMs = 8_000;

/** Log-normal density (per ms) of the time a way takes; `shiftMs` keeps it defined where clocks make it negative. */
function wayDensity(way: Way, pace: Pace, tookMs: number): number {
  const mean = expectedMs(way, pace);
  const sd = Math.hypot(0.15 * mean, Math.sqrt(way.signalCount) * 14_000, clockSdMs, Math.sqrt(way.leftTurnCount) * 5_000);
  return logNormal(tookMs + shiftMs, mean + shiftMs, sd);
}

function logNormal(x: number, mean: number, sd: number): number {
  if (x <= 0) return 0;
  const s2 = Math.log(1 + (sd / mean) ** 2);
  const z = Math.log(x) - Math.log(mean) + s2 / 2;
  return Math.exp((-z * z) / (2 * s2)) / (x * Math.sqrt(2 * Math.PI * s2));
}

/** What the traffic at large does between two views. */
export interface Flow {
  readonly connection: Connection;
  /** Share of the vehicles seen at the first view that are seen next at the second. */
  share: number;
  priorShare: number;
  /** Density of the time between, per ms, by bins of `binMs` from `fromMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly density: Float64Array;
  readonly prior: Float64Array;
}

export const densityOf = (flow: Flow, tookMs: number): number =>
  tookMs < flow.fromMs || tookMs >= flow.toMs
    ? 0
    : (flow.density[Math.floor((tookMs - flow.fromMs) / binMs)] ?? 0);

export interface Traffic {
  readonly network: RoadNetwork;
  readonly looks: LookModel;
  /** By `from * views + to`. */
  readonly flows: readonly (Flow | undefined)[];
  /** Vehicles per ms that come into view for the first time, by view. */
  readonly freshRate: Float64Array;
  /** Share of the vehicles seen at a view that are never seen again. */
  readonly endShare: Float64Array;
  readonly pace: Pace;
  /** Filled as it is asked for: see `detourRatio`. */
  readonly detourRatios: Map<number, Float64Array>;
}

function priorFlow(connection: Connection, pace: Pace): Flow {
  const { unseen } = connection;
  const mean = expectedMs(unseen, pace);
  const fromMs = connection.isOverlap === true ? 0 : 0.6 * unseen.freeFlowMs - 3 * clockSdMs;
  const bins = Math.ceil((2.2 * mean + 60_000 - fromMs) / binMs);
  const toMs = fromMs + bins * binMs;
  const prior = Float64Array.from({ length: bins }, (_, bin) => {
    const at = fromMs + (bin + 0.5) * binMs;
    // A driver who stops or takes another way may come at any time.
    return 0.96 * wayDensity(unseen, pace, at) + 0.04 / (toMs - fromMs);
  });
  return { connection, share: 0, priorShare: 0, fromMs, toMs, prior, density: prior.slice() };
}

const kernel = ((): readonly number[] => {
  const raw = [-3, -2, -1, 0, 1, 2, 3].map((k) => Math.exp(-0.5 * ((k * binMs) / clockSdMs / 1.2) ** 2));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / sum);
})();

/**
 * Learn, from many anonymous passages, how many vehicles go from which view to which and how long they take: a marked
 * Hawkes process fitted by expectation-maximisation. Each arrival is put down in shares to earlier passages or to
 * traffic that comes into view fresh; only the sums are kept.
 * @param rounds 0: what is expected before any traffic was looked at.
 */
export function learnTraffic(
  sources: {
    readonly network: RoadNetwork;
    readonly looks: LookModel;
    readonly connections: readonly (readonly Connection[])[];
    readonly pace: Pace;
  },
  passages: readonly Passage[],
  rounds = 5,
): Traffic {
  const { network, looks, connections, pace } = sources;
  const viewCount = network.views.length;
  const atView: Passage[][] = network.views.map(() => []);
  for (const passage of passages) atView[passage.view]?.push(passage);
  for (const there of atView) there.sort((a, b) => a.enteredAtMs - b.enteredAtMs);
  const counts = atView.map(({ length }) => length);
  const spanMs = Math.max(60_000, spanOf(passages));
  const flows = priorFlows(connections, counts, pace);
  const freshRate = Float64Array.from(counts, (count) => Math.max(0.3 * count, 1) / spanMs);
  const endShare = new Float64Array(viewCount);
  const traffic = { network, looks, flows, freshRate, endShare, pace, detourRatios: new Map() };
  if (rounds > 0) {
    const pairs = pairsOf(atView, traffic);
    for (let round = 0; round < rounds; round += 1) learnOnce(pairs, counts, spanMs, traffic);
  }
  for (let from = 0; from < viewCount; from += 1) {
    let sum = 0;
    for (let to = 0; to < viewCount; to += 1) sum += flows[from * viewCount + to]?.share ?? 0;
    endShare[from] = Math.max(0.03, 1 - sum);
  }
  return traffic;
}

function spanOf(passages: readonly Passage[]): number {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { enteredAtMs, leftAtMs } of passages) {
    first = Math.min(first, enteredAtMs);
    last = Math.max(last, leftAtMs);
  }
  return passages.length === 0 ? 0 : last - first;
}

/** Before any traffic was looked at: vehicles go to near and busy views, and 85 % are seen again. */
function priorFlows(
  connections: readonly (readonly Connection[])[],
  counts: readonly number[],
  pace: Pace,
): (Flow | undefined)[] {
  const flows = new Array<Flow | undefined>(counts.length ** 2);
  for (const [from, all] of connections.entries()) {
    const made = all.map((connection) => {
      const flow = priorFlow(connection, pace);
      const farMs = expectedMs(connection.unseen, pace);
      flow.priorShare =
        (1 + (counts[connection.toView] ?? 0)) * Math.exp(connection.unseenLog - farMs / 60_000);
      return flow;
    });
    const sum = made.reduce((total, { priorShare }) => total + priorShare, 0);
    for (const flow of made) {
      flow.priorShare *= seenAgain / sum;
      flow.share = flow.priorShare;
      flows[from * counts.length + flow.connection.toView] = flow;
    }
  }
  return flows;
}

/** All pairs that may be two passages of one vehicle, as columns; pairs of one arrival stand together. */
interface Pairs {
  readonly flow: readonly number[];
  readonly tookMs: readonly number[];
  readonly look: readonly number[];
  readonly start: readonly number[];
  readonly view: readonly number[];
}

function pairsOf(atView: readonly (readonly Passage[])[], { flows, looks }: Traffic): Pairs {
  const flow: number[] = [];
  const tookMs: number[] = [];
  const look: number[] = [];
  const start: number[] = [];
  const view: number[] = [];
  for (const [to, arrivals] of atView.entries()) {
    const inward = atView.flatMap((leaving, from) => {
      const key = from * atView.length + to;
      const found = flows[key];
      return found === undefined ? [] : [{ leaving, key, found }];
    });
    for (const arrival of arrivals) {
      start.push(flow.length);
      view.push(to);
      for (const { leaving, key, found } of inward) {
        const earliestMs = arrival.enteredAtMs - found.toMs - longestStayMs;
        for (let at = lowerBound(leaving, earliestMs); at < leaving.length; at += 1) {
          const earlier = leaving[at];
          if (earlier === undefined || arrival.enteredAtMs - earlier.enteredAtMs < found.fromMs) break;
          const took = arrival.enteredAtMs - earlier.leftAtMs;
          if (took < found.fromMs || took >= found.toMs || earlier === arrival) continue;
          const ratio = sameLook(earlier, arrival, looks);
          if (ratio < minLook) continue;
          flow.push(key);
          tookMs.push(took);
          look.push(ratio);
        }
      }
    }
  }
  start.push(flow.length);
  return { flow, tookMs, look, start, view };
}

function learnOnce(pairs: Pairs, counts: readonly number[], spanMs: number, traffic: Traffic): void {
  const { flows, freshRate } = traffic;
  const histograms = new Map<number, Float64Array>();
  const fresh = new Float64Array(counts.length);
  const weights: number[] = [];
  for (let arrival = 0; arrival < pairs.view.length; arrival += 1) {
    const view = pairs.view[arrival] ?? 0;
    const begin = pairs.start[arrival] ?? 0;
    const end = pairs.start[arrival + 1] ?? 0;
    const base = freshRate[view] ?? 0;
    let sum = base;
    for (let pair = begin; pair < end; pair += 1) {
      const flow = flows[pairs.flow[pair] ?? 0];
      const weight =
        flow === undefined
          ? 0
          : flow.share * densityOf(flow, pairs.tookMs[pair] ?? 0) * (pairs.look[pair] ?? 0);
      weights[pair - begin] = weight;
      sum += weight;
    }
    fresh[view] = (fresh[view] ?? 0) + base / sum;
    for (let pair = begin; pair < end; pair += 1) {
      const share = (weights[pair - begin] ?? 0) / sum;
      const key = pairs.flow[pair] ?? 0;
      const flow = flows[key];
      if (share < 0.01 || flow === undefined) continue;
      const histogram = histograms.get(key) ?? new Float64Array(flow.density.length);
      histograms.set(key, histogram);
      const bin = Math.floor(((pairs.tookMs[pair] ?? 0) - flow.fromMs) / binMs);
      histogram[bin] = (histogram[bin] ?? 0) + share;
    }
  }
  for (const [key, flow] of flows.entries()) {
    if (flow !== undefined) {
      renew(flow, histograms.get(key), counts[Math.floor(key / counts.length)] ?? 0);
    }
  }
  for (const [view, count] of counts.entries()) {
    freshRate[view] = Math.max(fresh[view] ?? 0, 0.03 * count, 0.5) / spanMs;
  }
}

/** Share and density of a flow: what was counted, and what is expected with the weight of a few vehicles. */
function renew(flow: Flow, histogram: Float64Array | undefined, leavingCount: number): void {
  const count = histogram === undefined ? 0 : histogram.reduce((a, b) => a + b, 0);
  flow.share = (count + shareWeight * flow.priorShare) / (leavingCount + shareWeight);
  for (let bin = 0; bin < flow.density.length; bin += 1) {
    let smooth = 0;
    if (histogram !== undefined) {
      for (let k = 0; k < kernel.length; k += 1) {
        smooth += (kernel[k] ?? 0) * (histogram[bin + k - kernel.length / 2 + 0.5] ?? 0);
      }
    }
    flow.density[bin] = (smooth / binMs + densityWeight * (flow.prior[bin] ?? 0)) / (count + densityWeight);
  }
}

const seenAgain = 0.85;
const longestStayMs = 60_000;
/** Pairs that look less alike than this say nothing of the traffic. */
const minLook = 0.3;
/** Weight of what is expected beside what was counted, in vehicles. */
const shareWeight = 8;
const densityWeight = 6;

/** First index whose passage entered at or after `atMs`. */
export function lowerBound(sorted: readonly Passage[], atMs: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.enteredAtMs ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
