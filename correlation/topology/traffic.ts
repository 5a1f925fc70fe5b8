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

/** Log-normal density (per ms) of the time a way takes, shifted so that clocks may make it negative. */
function wayDensity(way: Way, pace: Pace, tookMs: number, resolutionMs: number): number {
  const mean = expectedMs(way, pace);
  const shiftMs = 4 * resolutionMs;
  const sd = Math.hypot(
    0.15 * mean,
    Math.sqrt(way.signalCount) * 14_000,
    Math.sqrt(way.leftTurnCount) * 5_000,
    resolutionMs,
  );
  return logNormal(tookMs + shiftMs, mean + shiftMs, sd);
}

function logNormal(x: number, mean: number, sd: number): number {
  if (x <= 0) return 0;
  const s2 = Math.log(1 + (sd / mean) ** 2);
  const z = Math.log(x) - Math.log(mean) + s2 / 2;
  return Math.exp((-z * z) / (2 * s2)) / (x * Math.sqrt(2 * Math.PI * s2));
}

/** Density of a time, per ms, by bins from `fromMs`. */
interface Histogram {
  readonly fromMs: number;
  readonly binMs: number;
  readonly prior: Float64Array;
  readonly density: Float64Array;
}

/** What the traffic at large does between two views. */
export interface Flow {
  readonly connection: Connection;
  /** Share of the vehicles seen at the first view that are seen next at the second. */
  share: number;
  priorShare: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Time between: from leaving to entering; from entering to entering where views overlap. */
  readonly between: Histogram;
  /** Where views overlap: from leaving the one to leaving the other. */
  readonly leaving: Histogram | null;
}

const valueAt = ({ fromMs, binMs, density }: Histogram, timeMs: number): number =>
  density[Math.floor((timeMs - fromMs) / binMs)] ?? 0;

export const densityOf = (flow: Flow, tookMs: number): number =>
  tookMs < flow.fromMs || tookMs >= flow.toMs ? 0 : valueAt(flow.between, tookMs);

/** The time that half of the vehicles do not exceed on their way, as the traffic has it. */
export function medianMs({ between: { fromMs, binMs, density } }: Flow): number {
  const half = density.reduce((a, b) => a + b, 0) / 2;
  let sum = 0;
  for (const [bin, value] of density.entries()) {
    sum += value;
    if (sum >= half) return fromMs + (bin + 0.5) * binMs;
  }
  return fromMs;
}

export const tookOf = ({ connection }: Flow, earlier: Passage, later: Passage): number =>
  later.enteredAtMs - (connection.isOverlap === true ? earlier.enteredAtMs : earlier.leftAtMs);

/**
 * How likely the times make the second passage the next one of the vehicle: a density per ms, so that it compares
 * with the rate of fresh traffic. Where views overlap, how long both stayed counts too.
 */
export function timeDensity(flow: Flow, earlier: Passage, later: Passage, stays: Stays): number {
  const density = densityOf(flow, tookOf(flow, earlier, later));
  if (flow.leaving === null || density === 0) return density;
  const usual = valueAt(stays[later.view] ?? anyStay, later.leftAtMs - later.enteredAtMs);
  return (density * valueAt(flow.leaving, later.leftAtMs - earlier.leftAtMs)) / Math.max(usual, leastDensity);
}

/** How long vehicles stay in each view. */
export type Stays = readonly Histogram[];
const anyStay: Histogram = { fromMs: 0, binMs: 1, prior: new Float64Array(0), density: new Float64Array(0) };
const leastDensity = 1e-6;

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
  readonly stays: Stays;
  /** Filled as it is asked for: see `detourRatio`. */
  readonly detourRatios: Map<number, Float64Array>;
}

function priorFlow(connection: Connection, pace: Pace, binMs: number): Flow {
  const { unseen } = connection;
  const isOverlap = connection.isOverlap === true;
  const mean = expectedMs(unseen, pace);
  const fromMs = isOverlap ? 0 : 0.6 * unseen.freeFlowMs - 3 * binMs;
  const toMs = isOverlap ? longestOverlapMs : 2 * mean + 45_000;
  const between = histogram(fromMs, toMs, binMs, (at) =>
    // A driver who stops or takes another way may come at any time.
    isOverlap ? Math.exp(-at / overlapMs) / overlapMs : wayDensity(unseen, pace, at, binMs),
  );
  const leaving = isOverlap
    ? histogram(
        -longestOverlapMs,
        longestOverlapMs,
        binMs,
        (at) => Math.exp(-Math.abs(at) / overlapMs) / (2 * overlapMs),
      )
    : null;
  return {
    connection,
    share: 0,
    priorShare: 0,
    fromMs,
    toMs: fromMs + between.density.length * binMs,
    between,
    leaving,
  };
}

function histogram(
  fromMs: number,
  toMs: number,
  binMs: number,
  densityAt: (ms: number) => number,
): Histogram {
  const anyTime = 0.04 / (toMs - fromMs);
  const prior = Float64Array.from(
    { length: Math.ceil((toMs - fromMs) / binMs) },
    (_, bin) => 0.96 * densityAt(fromMs + (bin + 0.5) * binMs) + anyTime,
  );
  return { fromMs, binMs, prior, density: prior.slice() };
}

/** Views that overlap are entered within seconds of each other. */
const overlapMs = 5_000;
const longestOverlapMs = 60_000;

/** Smoothing by a bell over the neighbouring bins. */
const kernel = ((): readonly number[] => {
  const raw = [-3, -2, -1, 0, 1, 2, 3].map((k) => Math.exp(-0.5 * (k / 1.2) ** 2));
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
    /** To this, times of two cameras can be compared: clocks, and the ends of passages. */
    readonly resolutionMs: number;
  },
  passages: readonly Passage[],
  rounds = 5,
): Traffic {
  const { network, looks, connections, pace, resolutionMs } = sources;
  const viewCount = network.views.length;
  const atView: Passage[][] = network.views.map(() => []);
  for (const passage of passages) atView[passage.view]?.push(passage);
  for (const there of atView) there.sort((a, b) => a.enteredAtMs - b.enteredAtMs);
  const lengths = atView.map(({ length }) => length);
  const spanMs = Math.max(60_000, spanOf(passages));
  const flows = priorFlows(connections, lengths, pace, resolutionMs);
  const freshRate = Float64Array.from(lengths, (length) => Math.max(0.3 * length, 1) / spanMs);
  const endShare = new Float64Array(viewCount);
  const stays = atView.map((there) => staysOf(there, resolutionMs));
  const traffic: Traffic = {
    network,
    looks,
    flows,
    freshRate,
    endShare,
    pace,
    stays,
    detourRatios: new Map(),
  };
  if (rounds > 0) {
    const pairs = pairsOf(atView, traffic);
    for (let round = 0; round < rounds; round += 1) learnOnce(pairs, lengths, spanMs, traffic);
    for (let from = 0; from < viewCount; from += 1) {
      mixOwnWays(flows.slice(from * viewCount, (from + 1) * viewCount), pace);
    }
  }
  for (let from = 0; from < viewCount; from += 1) {
    let sum = 0;
    for (let to = 0; to < viewCount; to += 1) sum += flows[from * viewCount + to]?.share ?? 0;
    endShare[from] = Math.max(0.03, 1 - sum);
  }
  return traffic;
}

/** Drivers who go where the traffic at large seldom goes: by the roads alone, as if all places were as busy. */
const ownWay = 0.2;

/**
 * Shares of the traffic say where most go. One vehicle that is looked for may go elsewhere: without this, the rare way
 * that it takes is ruled out by thousands of others that never take it.
 * @param flows out of one view.
 */
function mixOwnWays(flows: readonly (Flow | undefined)[], pace: Pace): void {
  const found = flows.filter((flow) => flow !== undefined);
  const byRoad = found.map(({ connection }) => roadWeight(connection, pace));
  const roadSum = byRoad.reduce((a, b) => a + b, 0);
  const shareSum = found.reduce((sum, { share }) => sum + share, 0);
  if (roadSum <= 0) return;
  for (const [at, flow] of found.entries()) {
    flow.share = (1 - ownWay) * flow.share + (ownWay * shareSum * (byRoad[at] ?? 0)) / roadSum;
  }
}

/** How often a way is taken by its length and by the cameras that must miss the vehicle on it. */
const roadWeight = ({ unseen, unseenLog }: Connection, pace: Pace): number =>
  Math.exp(unseenLog - expectedMs(unseen, pace) / 60_000);

function staysOf(passages: readonly Passage[], binMs: number): Histogram {
  const stays = histogram(0, longestOverlapMs, binMs, (at) => Math.exp(-at / overlapMs) / overlapMs);
  const counts = new Float64Array(stays.density.length);
  for (const { enteredAtMs, leftAtMs } of passages) count(counts, stays, leftAtMs - enteredAtMs, 1);
  settle(stays, counts);
  return stays;
}

function count(counts: Float64Array, { fromMs, binMs }: Histogram, timeMs: number, share: number): void {
  const bin = Math.floor((timeMs - fromMs) / binMs);
  if (bin >= 0 && bin < counts.length) counts[bin] = (counts[bin] ?? 0) + share;
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
  resolutionMs: number,
): (Flow | undefined)[] {
  const flows = Array.from<Flow | undefined>({ length: counts.length ** 2 });
  for (const [from, all] of connections.entries()) {
    const made = all.map((connection) => {
      const flow = priorFlow(connection, pace, resolutionMs);
      flow.priorShare = (1 + (counts[connection.toView] ?? 0)) * roadWeight(connection, pace);
      return flow;
    });
    const sum = made.reduce((total, { priorShare }) => total + priorShare, 0);
    for (const flow of made) {
      flow.priorShare *= seenAgain / sum;
      if (flow.priorShare < leastShare) continue;
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
  readonly leavingMs: readonly number[];
  /** What the stay adds to the density of the time between: how seldom a stranger stays as long. */
  readonly stayRatio: readonly number[];
  readonly look: readonly number[];
  readonly start: readonly number[];
  readonly view: readonly number[];
}

function pairsOf(atView: readonly (readonly Passage[])[], { flows, looks, stays }: Traffic): Pairs {
  const keys: number[] = [];
  const tookMs: number[] = [];
  const leavingMs: number[] = [];
  const stayRatio: number[] = [];
  const hasOverlap = flows.some((flow) => flow?.leaving != null);
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
      start.push(keys.length);
      view.push(to);
      for (const { leaving, key, found } of inward) {
        const earliestMs = arrival.enteredAtMs - found.toMs - longestStayMs;
        for (let at = lowerBound(leaving, earliestMs); at < leaving.length; at += 1) {
          const earlier = leaving[at];
          if (earlier === undefined || arrival.enteredAtMs - earlier.enteredAtMs < found.fromMs) break;
          const took = tookOf(found, earlier, arrival);
          if (took < found.fromMs || took >= found.toMs || earlier === arrival) continue;
          const ratio = sameLook(earlier, arrival, looks);
          if (ratio < minLook) continue;
          keys.push(key);
          tookMs.push(took);
          if (!hasOverlap) {
            look.push(ratio);
            continue;
          }
          leavingMs.push(arrival.leftAtMs - earlier.leftAtMs);
          stayRatio.push(
            found.leaving === null
              ? 1
              : 1 /
                  Math.max(
                    valueAt(stays[to] ?? anyStay, arrival.leftAtMs - arrival.enteredAtMs),
                    leastDensity,
                  ),
          );
          look.push(ratio);
        }
      }
    }
  }
  start.push(keys.length);
  return { flow: keys, tookMs, leavingMs, stayRatio, look, start, view };
}

function learnOnce(pairs: Pairs, counts: readonly number[], spanMs: number, traffic: Traffic): void {
  const { flows, freshRate } = traffic;
  const between = new Map<number, Float64Array>();
  const leaving = new Map<number, Float64Array>();
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
      const weight = flow === undefined ? 0 : weightOf(flow, pairs, pair);
      weights[pair - begin] = weight;
      sum += weight;
    }
    fresh[view] = (fresh[view] ?? 0) + base / sum;
    for (let pair = begin; pair < end; pair += 1) {
      const share = (weights[pair - begin] ?? 0) / sum;
      const key = pairs.flow[pair] ?? 0;
      const flow = flows[key];
      if (share < 0.01 || flow === undefined) continue;
      count(countsOf(between, key, flow.between), flow.between, pairs.tookMs[pair] ?? 0, share);
      if (flow.leaving === null) continue;
      count(countsOf(leaving, key, flow.leaving), flow.leaving, pairs.leavingMs[pair] ?? 0, share);
    }
  }
  for (const [key, flow] of flows.entries()) {
    if (flow === undefined) continue;
    const found = settle(flow.between, between.get(key));
    if (flow.leaving !== null) settle(flow.leaving, leaving.get(key));
    const leavingCount = counts[Math.floor(key / counts.length)] ?? 0;
    flow.share = (found + shareWeight * flow.priorShare) / (leavingCount + shareWeight);
  }
  for (const [view, all] of counts.entries()) {
    freshRate[view] = Math.max(fresh[view] ?? 0, 0.03 * all, 0.5) / spanMs;
  }
}

function weightOf(flow: Flow, pairs: Pairs, pair: number): number {
  const weight = flow.share * densityOf(flow, pairs.tookMs[pair] ?? 0) * (pairs.look[pair] ?? 0);
  return flow.leaving === null
    ? weight
    : weight * valueAt(flow.leaving, pairs.leavingMs[pair] ?? 0) * (pairs.stayRatio[pair] ?? 1);
}

function countsOf(all: Map<number, Float64Array>, key: number, { density }: Histogram): Float64Array {
  const counts = all.get(key) ?? new Float64Array(density.length);
  all.set(key, counts);
  return counts;
}

/** Density of what was counted, smoothed, beside what is expected with the weight of a few vehicles. @returns the count. */
function settle({ density, prior, binMs }: Histogram, counts: Float64Array | undefined): number {
  const total = counts === undefined ? 0 : counts.reduce((a, b) => a + b, 0);
  for (let bin = 0; bin < density.length; bin += 1) {
    let smooth = 0;
    if (counts !== undefined) {
      for (let k = 0; k < kernel.length; k += 1) smooth += (kernel[k] ?? 0) * (counts[bin + k - 3] ?? 0);
    }
    density[bin] = (smooth / binMs + densityWeight * (prior[bin] ?? 0)) / (total + densityWeight);
  }
  return total;
}

const seenAgain = 0.85;
/** Fewer vehicles than this go there next: it is left out. */
const leastShare = 1e-4;
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
