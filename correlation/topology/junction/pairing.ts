import { bell, type Glimpse, type Movements } from './glimpse.ts';

/** What is known of two cameras before any traffic was looked at. */
export interface CameraPair {
  readonly one: number;
  readonly other: number;
  /** What the way between their views takes; 0: both see the same place. */
  readonly wayMs: number;
}

/** Glimpses at two cameras that may be of one vehicle, as columns. */
export interface Pairing extends CameraPair {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** How much likelier the times and movements make them one vehicle's than two strangers'. */
  readonly odds: Float64Array;
  /** Probability that they are, every glimpse having at most one partner at the other camera. */
  readonly share: Float64Array;
}

/**
 * The four times between two glimpses, by link. Each kind of way leaves another two of them steady: the second
 * glimpse's entering follows the first's entering or leaving, and so does its leaving.
 */
interface Times {
  readonly enteringEntering: Float64Array;
  readonly leavingLeaving: Float64Array;
  readonly leavingEntering: Float64Array;
  readonly enteringLeaving: Float64Array;
  /** Density of the second glimpse given the first, per ms², before any traffic was looked at. */
  readonly prior: Float64Array;
}

export interface Working extends Pairing {
  readonly times: Times;
  /** How often each of the two is steady: entering by entering or by leaving, leaving by leaving or by entering. */
  readonly anchorShares: Float64Array;
  readonly byFrom: readonly Int32Array[];
  readonly byTo: readonly Int32Array[];
}

/** Within this, in time, the ends of stays in views of one place lie apart. */
const placeMs = 4_000;
/** Between leaving the one view and entering the other, beyond what the way takes. */
const waitMs = 15_000;
const relativeSpread = 0.15;
/** Weight of what is expected beside what was counted, in vehicles. */
const priorWeight = 2;
/** Pairs less likely than this are no examples; more of the likelier ones teach nothing new. */
const leastShare = 0.03;
const mostExamples = 200;

const laplace = (x: number, scale: number): number => Math.exp(-Math.abs(x) / scale) / (2 * scale);

/** All glimpses at the two cameras that are near enough in time to be one vehicle's. */
export function pairUp(pair: CameraPair, glimpses: readonly Glimpse[], movements: Movements): Working {
  const from: number[] = [];
  const to: number[] = [];
  const prior: number[] = [];
  const reachMs = waitMs + 3 * pair.wayMs;
  for (const x of movements.atCamera[pair.one] ?? []) {
    for (const y of movements.atCamera[pair.other] ?? []) {
      const a = glimpses[x];
      const b = glimpses[y];
      if (a === undefined || b === undefined) continue;
      if (Math.max(a.enteredAtMs, b.enteredAtMs) - Math.min(a.leftAtMs, b.leftAtMs) > reachMs) continue;
      from.push(x);
      to.push(y);
      prior.push(expected(pair, a, b, movements.stayDensity[y] ?? 0));
    }
  }
  const columns = [Int32Array.from(from), Int32Array.from(to)] as const;
  return {
    ...pair,
    from: columns[0],
    to: columns[1],
    odds: new Float64Array(from.length),
    share: new Float64Array(from.length),
    times: timesOf(columns, glimpses, prior),
    anchorShares: new Float64Array(4).fill(1 / 4),
    byFrom: grouped(columns[0]),
    byTo: grouped(columns[1]),
  };
}

function timesOf(
  [from, to]: readonly [Int32Array, Int32Array],
  glimpses: readonly Glimpse[],
  prior: readonly number[],
): Times {
  const between = (timeOf: (earlier: Glimpse, later: Glimpse) => number): Float64Array =>
    Float64Array.from(from, (x, link) => {
      const [a, b] = [glimpses[x], glimpses[to[link] ?? -1]];
      return a === undefined || b === undefined ? 0 : timeOf(a, b);
    });
  return {
    enteringEntering: between((a, b) => b.enteredAtMs - a.enteredAtMs),
    leavingLeaving: between((a, b) => b.leftAtMs - a.leftAtMs),
    leavingEntering: between((a, b) => b.enteredAtMs - a.leftAtMs),
    enteringLeaving: between((a, b) => b.leftAtMs - a.enteredAtMs),
    prior: Float64Array.from(prior),
  };
}

function expected({ wayMs }: CameraPair, a: Glimpse, b: Glimpse, stayDensity: number): number {
  const scale = Math.max(placeMs, 0.4 * wayMs);
  const after = laplace(b.enteredAtMs - a.leftAtMs - wayMs, scale) * stayDensity;
  if (wayMs > 0) return 0.5 * (after + laplace(a.enteredAtMs - b.leftAtMs - wayMs, scale) * stayDensity);
  const together =
    laplace(b.enteredAtMs - a.enteredAtMs, placeMs) * laplace(b.leftAtMs - a.leftAtMs, placeMs);
  return 0.5 * (together + after);
}

const grouped = (ends: Int32Array): Int32Array[] =>
  [...Map.groupBy(ends.keys(), (link) => ends[link] ?? 0).values()].map((links) => Int32Array.from(links));

/** Of the vehicles of one camera, this many are thought to pass the other before anything is known. */
const usualShare = { samePlace: 0.85, apart: 0.5 };

export const meetingCount = ({ one, other, wayMs }: CameraPair, { atCamera }: Movements): number =>
  (wayMs > 0 ? usualShare.apart : usualShare.samePlace) *
  Math.min(atCamera[one]?.length ?? 0, atCamera[other]?.length ?? 0);

/** Belief propagation: every glimpse has one partner at the other camera, or none. */
export function compete({ odds, share, byFrom, byTo }: Working, factor = 1): number {
  const onward = new Float64Array(odds.length);
  const back = new Float64Array(odds.length).fill(1);
  for (let round = 0; round < 20; round += 1) {
    for (const links of byFrom) {
      let sum = 1;
      for (const link of links) sum += factor * (odds[link] ?? 0) * (back[link] ?? 0);
      for (const link of links) {
        const own = factor * (odds[link] ?? 0);
        onward[link] = own / Math.max(1e-12, sum - own * (back[link] ?? 0));
      }
    }
    for (const links of byTo) {
      let sum = 1;
      for (const link of links) sum += onward[link] ?? 0;
      for (const link of links) back[link] = 1 / Math.max(1e-12, sum - (onward[link] ?? 0));
    }
  }
  let total = 0;
  for (const links of byFrom) {
    let sum = 1;
    for (const link of links) sum += factor * (odds[link] ?? 0) * (back[link] ?? 0);
    for (const link of links) {
      share[link] = (factor * (odds[link] ?? 0) * (back[link] ?? 0)) / sum;
      total += share[link] ?? 0;
    }
  }
  return total;
}

/**
 * Learn from the shares how long vehicles of each movement take, and weigh every pair anew. No pair speaks for
 * itself, nor does another pair of the same glimpses.
 * @param kernelMs times that differ by less are alike.
 */
export function weigh(
  work: Working,
  movements: Movements,
  scene: { readonly glimpseCount: number; readonly spanMs: number; readonly kernelMs: number },
): void {
  const { companyOf, stayDensity, atCamera } = movements;
  const { from, to, odds, share, times, anchorShares } = work;
  const oneCount = atCamera[work.one]?.length ?? 0;
  const otherCount = Math.max(1, atCamera[work.other]?.length ?? 0);
  const meetShare = (share.reduce((a, b) => a + b, 0) + 1) / (oneCount + 2);
  const missShare = Math.max(0.05, 1 - meetShare);
  const examples = examplesOf(work, Math.max(mostExamples, 2 * oneCount), scene.kernelMs);
  const counts = new Float64Array(4).fill(1);
  const densities = new Float64Array(4);
  for (let link = 0; link < from.length; link += 1) {
    const weight = sumExamples(work, movements, scene.glimpseCount, examples, link, densities);
    const prior = priorWeight * (times.prior[link] ?? 0);
    let density = 0;
    for (let anchor = 0; anchor < 4; anchor += 1) {
      densities[anchor] =
        ((anchorShares[anchor] ?? 0) * ((densities[anchor] ?? 0) + prior)) / (weight + priorWeight);
      density += densities[anchor] ?? 0;
    }
    for (let anchor = 0; anchor < 4; anchor += 1) {
      counts[anchor] = (counts[anchor] ?? 0) + ((share[link] ?? 0) * (densities[anchor] ?? 0)) / density;
    }
    const x = from[link] ?? 0;
    const y = to[link] ?? 0;
    const company = (companyOf[y] ?? 0) + 1;
    const goes =
      (weight + (priorWeight * meetShare * company) / otherCount) / ((companyOf[x] ?? 0) + priorWeight);
    const strangers = (company / scene.spanMs) * (stayDensity[y] ?? 1);
    odds[link] = (goes * density) / (strangers * missShare ** 2);
  }
  const total = counts.reduce((a, b) => a + b, 0);
  for (let anchor = 0; anchor < 4; anchor += 1) anchorShares[anchor] = (counts[anchor] ?? 0) / total;
}

/** The likeliest pairs, with how far other pairs' times may lie from theirs. */
interface Examples {
  readonly links: Int32Array;
  /** Four per example, in the order of `Times`. */
  readonly spreadMs: Float64Array;
}

function examplesOf({ share, times }: Working, most: number, kernelMs: number): Examples {
  const links = Int32Array.from(
    [...share.keys()]
      .filter((link) => (share[link] ?? 0) > leastShare)
      .toSorted((a, b) => (share[b] ?? 0) - (share[a] ?? 0))
      .slice(0, most),
  );
  const { enteringEntering, leavingLeaving, leavingEntering, enteringLeaving } = times;
  const all = [enteringEntering, leavingLeaving, leavingEntering, enteringLeaving];
  const spreadMs = new Float64Array(links.length * all.length);
  for (const [at, link] of links.entries()) {
    for (const [kind, tookMs] of all.entries()) {
      spreadMs[at * all.length + kind] = Math.max(kernelMs, relativeSpread * Math.abs(tookMs[link] ?? 0));
    }
  }
  return { links, spreadMs };
}

/** Sums, into `densities`, what the examples of the same movements say of one link. @returns their weight. */
function sumExamples(
  { from, to, share, times }: Working,
  { likeness }: Movements,
  count: number,
  { links, spreadMs }: Examples,
  link: number,
  densities: Float64Array,
): number {
  const x = from[link] ?? 0;
  const y = to[link] ?? 0;
  const { enteringEntering, leavingLeaving, leavingEntering, enteringLeaving } = times;
  const ee = enteringEntering[link] ?? 0;
  const ll = leavingLeaving[link] ?? 0;
  const le = leavingEntering[link] ?? 0;
  const el = enteringLeaving[link] ?? 0;
  let weight = 0;
  densities.fill(0);
  for (let at = 0; at < links.length; at += 1) {
    const other = links[at] ?? 0;
    const otherX = from[other] ?? 0;
    const otherY = to[other] ?? 0;
    if (otherX === x || otherY === y) continue;
    const part =
      (likeness[x * count + otherX] ?? 0) * (likeness[y * count + otherY] ?? 0) * (share[other] ?? 0);
    if (part < leastPart) continue;
    weight += part;
    const entersLikeEntering = bell(ee - (enteringEntering[other] ?? 0), spreadMs[4 * at] ?? 1);
    const leavesLikeLeaving = bell(ll - (leavingLeaving[other] ?? 0), spreadMs[4 * at + 1] ?? 1);
    const entersLikeLeaving = bell(le - (leavingEntering[other] ?? 0), spreadMs[4 * at + 2] ?? 1);
    const leavesLikeEntering = bell(el - (enteringLeaving[other] ?? 0), spreadMs[4 * at + 3] ?? 1);
    densities[0] = (densities[0] ?? 0) + part * entersLikeEntering * leavesLikeLeaving;
    densities[1] = (densities[1] ?? 0) + part * entersLikeLeaving * leavesLikeLeaving;
    densities[2] = (densities[2] ?? 0) + part * entersLikeEntering * leavesLikeEntering;
    densities[3] = (densities[3] ?? 0) + part * entersLikeLeaving * leavesLikeEntering;
  }
  return weight;
}

const leastPart = 0.002;
