import { detourRatios } from './detour.ts';
import { likelihoodRatio } from './look.ts';
import type { Neighbourhood } from './neighbourhood.ts';

/** What people have decided about the vehicle that is looked for. */
export interface Decisions {
  /** Passages that are the vehicle's, in any order. */
  readonly confirmed: readonly string[];
  readonly struck: readonly string[];
}

/** How likely each link is, every passage of the neighbourhood competing: one next and one previous each. */
export interface Association {
  readonly neighbourhood: Neighbourhood;
  /** By link. */
  readonly probability: Float64Array;
  /** By link: likelihood ratio of the two looks, with what the passages before and after look like. */
  readonly lookRatio: Float64Array;
}

const outerRounds = 4;
const innerRounds = 6;
/** A neighbour less likely than this has no say in how a vehicle looks or drives. */
const minShare = 0.03;
const impossible = 1e-6;
/** A link that neither end takes for this likely is not worth a closer look. */
const idleShare = 1e-4;

/** Class or colour. */
interface Attribute {
  /** How common each value is. */
  readonly shares: Float64Array;
  /** By passage: what is known of its value. That of a known vehicle is what all its passages say. */
  readonly lifts: readonly Float64Array[];
  /** By link: likelihood ratio of the two, 0 where the link is ruled out. */
  readonly ratio: Float64Array;
}

interface Working {
  readonly area: Neighbourhood;
  /** Confirmed passages in order of time. They look alike: as all of them together do. */
  readonly known: readonly number[];
  readonly endShare: Float64Array;
  /** Weight of a passage being the first of its vehicle: 1, or next to nothing where an earlier one is confirmed. */
  readonly freshWeight: Float64Array;
  readonly attributes: readonly Attribute[];
  /** By link: of all attributes together. */
  readonly lookRatio: Float64Array;
  /** By link: 1 between confirmed passages and those between them: looks that are known and not to be sharpened. */
  readonly isSettled: Uint8Array;
  readonly wayRatio: Float64Array;
  readonly weight: Float64Array;
  /** Messages of belief propagation, by link: from the earlier passage to the later, and back. */
  readonly onward: Float64Array;
  readonly back: Float64Array;
}

/**
 * Belief propagation for data association (Williams and Lau 2014): alternate between which passages follow which,
 * what the vehicles then look like, and how directly they then drive.
 */
export function associate(area: Neighbourhood, decisions: Decisions): Association {
  const work = prepare(area, decisions);
  for (let round = 0; round < outerRounds; round += 1) {
    for (let inner = 0; inner < innerRounds; inner += 1) passMessages(work);
    if (round + 1 === outerRounds) break;
    sharpenLooks(work);
    sharpenWays(work);
    weigh(work);
  }
  return { neighbourhood: area, probability: onwardShares(work), lookRatio: work.lookRatio };
}

function prepare(area: Neighbourhood, { confirmed, struck }: Decisions): Working {
  const { passages, traffic } = area;
  const linkCount = area.from.length;
  const known = confirmed
    .flatMap((id) => area.indexOf.get(id) ?? [])
    .toSorted((a, b) => (passages[a]?.enteredAtMs ?? 0) - (passages[b]?.enteredAtMs ?? 0));
  const nodes = new Set(known);
  const gone = new Set(struck.flatMap((id) => area.indexOf.get(id) ?? []));
  const { classes, colors } = traffic.looks;
  const attributeOf = (shares: Float64Array, own: readonly Float64Array[]): Attribute => {
    const pooled = product(
      known.flatMap((node) => own[node] ?? []),
      shares,
    );
    return {
      shares,
      lifts: own.map((lift, node) => (nodes.has(node) ? pooled : lift)),
      ratio: new Float64Array(linkCount),
    };
  };
  const work: Working = {
    area,
    known,
    endShare: Float64Array.from(passages, ({ view }) => traffic.endShare[view] ?? 1),
    freshWeight: new Float64Array(passages.length).fill(1),
    attributes: [
      attributeOf(
        classes.shares,
        passages.map(({ classLift }) => classLift),
      ),
      attributeOf(
        colors.shares,
        passages.map(({ colorLift }) => colorLift),
      ),
    ],
    lookRatio: new Float64Array(linkCount),
    isSettled: new Uint8Array(linkCount),
    wayRatio: new Float64Array(linkCount).fill(1),
    weight: new Float64Array(linkCount),
    onward: new Float64Array(linkCount),
    back: new Float64Array(linkCount).fill(1),
  };
  const times = known.map((node) => passages[node]?.enteredAtMs ?? 0);
  /** How many confirmed passages begin before this moment: a link of the vehicle must not jump over one. */
  const rank = (atMs: number): number => times.filter((time) => time < atMs).length;
  for (let link = 0; link < linkCount; link += 1) {
    const from = area.from[link] ?? 0;
    const to = area.to[link] ?? 0;
    if (gone.has(from) || gone.has(to) || jumpsOver(from, to)) continue;
    const weight = settledWeight(from, to, link);
    for (const { shares, lifts, ratio } of work.attributes)
      ratio[link] = ratioOf(lifts, lifts, from, to, shares) ** weight;
  }
  for (const node of nodes) {
    // A passage that is followed by another confirmed one is not the last.
    const after = rank((passages[node]?.enteredAtMs ?? 0) + 1);
    if (after < times.length) work.endShare[node] = impossible;
    if (after > 1) work.freshWeight[node] = impossible;
  }
  multiplyLooks(work);
  weigh(work);
  return work;

  /**
   * How much a look counts. A passage's look counts once for the vehicle that is known: that of another confirmed one
   * says nothing new, and of one between two confirmed ones each link says half.
   */
  function settledWeight(from: number, to: number, link: number): number {
    const isFrom = nodes.has(from);
    const isTo = nodes.has(to);
    if (!isFrom && !isTo) return 1;
    const before = rank(passages[isFrom ? to : from]?.enteredAtMs ?? 0);
    const isBetween = before > 0 && before < times.length;
    if (!isBetween && !(isFrom && isTo)) return 1;
    work.isSettled[link] = 1;
    return isFrom && isTo ? 0 : 0.5;
  }

  function jumpsOver(from: number, to: number): boolean {
    if (!nodes.has(from) && !nodes.has(to)) return false;
    const one = rank((passages[from]?.enteredAtMs ?? 0) + 1);
    const other = rank(passages[to]?.enteredAtMs ?? 0);
    return other > one;
  }
}

/** Several looks at one vehicle are one better look. */
const product = (lifts: readonly Float64Array[], shares: Float64Array): Float64Array =>
  normalised(
    Float64Array.from(shares, (_, k) => lifts.reduce((all, lift) => all * (lift[k] ?? 1), 1)),
    shares,
  );

function normalised(lift: Float64Array, shares: Float64Array): Float64Array {
  let mean = 0;
  for (let k = 0; k < lift.length; k += 1) mean += (lift[k] ?? 0) * (shares[k] ?? 0);
  return mean > 0 ? lift.map((value) => value / mean) : lift.fill(1);
}

function ratioOf(
  before: readonly Float64Array[],
  after: readonly Float64Array[],
  from: number,
  to: number,
  shares: Float64Array,
): number {
  const [a, b] = [before[from], after[to]];
  return a === undefined || b === undefined ? 1 : likelihoodRatio(a, b, shares);
}

function multiplyLooks({ attributes, lookRatio }: Working): void {
  for (let link = 0; link < lookRatio.length; link += 1) {
    let ratio = 1;
    for (const attribute of attributes) ratio *= attribute.ratio[link] ?? 1;
    lookRatio[link] = ratio;
  }
}

function weigh({ area, weight, lookRatio, wayRatio }: Working): void {
  for (let link = 0; link < weight.length; link += 1) {
    weight[link] = (area.timeRatio[link] ?? 0) * (lookRatio[link] ?? 0) * (wayRatio[link] ?? 1);
  }
}

function passMessages({ area, endShare, freshWeight, weight, onward, back }: Working): void {
  const { outStart, into, passages } = area;
  for (let node = 0; node < passages.length; node += 1) {
    const end = outStart[node + 1] ?? 0;
    let sum = endShare[node] ?? 1;
    for (let link = outStart[node] ?? 0; link < end; link += 1)
      sum += (weight[link] ?? 0) * (back[link] ?? 0);
    for (let link = outStart[node] ?? 0; link < end; link += 1) {
      const own = weight[link] ?? 0;
      onward[link] = own / Math.max(1e-12, sum - own * (back[link] ?? 0));
    }
  }
  for (const [node, links] of into.entries()) {
    let sum = freshWeight[node] ?? 1;
    for (const link of links) sum += onward[link] ?? 0;
    for (const link of links) back[link] = 1 / Math.max(1e-12, sum - (onward[link] ?? 0));
  }
}

/** By link: probability that it is taken, seen from the earlier passage. */
function onwardShares({ area, endShare, weight, back }: Working): Float64Array {
  const result = new Float64Array(weight.length);
  for (let node = 0; node < area.passages.length; node += 1) {
    const end = area.outStart[node + 1] ?? 0;
    let sum = endShare[node] ?? 1;
    for (let link = area.outStart[node] ?? 0; link < end; link += 1) {
      sum += (weight[link] ?? 0) * (back[link] ?? 0);
    }
    for (let link = area.outStart[node] ?? 0; link < end; link += 1) {
      result[link] = ((weight[link] ?? 0) * (back[link] ?? 0)) / sum;
    }
  }
  return result;
}

/** By link: probability that it is taken, seen from the later passage. */
function backwardShares({ area, freshWeight, onward }: Working): Float64Array {
  const result = new Float64Array(onward.length);
  for (const [node, links] of area.into.entries()) {
    let sum = freshWeight[node] ?? 1;
    for (const link of links) sum += onward[link] ?? 0;
    for (const link of links) result[link] = (onward[link] ?? 0) / sum;
  }
  return result;
}

/**
 * Let each passage look like the track it probably belongs to: what came before it, and what comes after. Sum-product
 * along the tracks: how well a neighbour fits is told by its look itself, and not once more by the share of its link.
 */
function sharpenLooks(work: Working): void {
  const { area, known, attributes, isSettled } = work;
  const ahead = onwardShares(work);
  const behind = backwardShares(work);
  const [first, last] = [known[0] ?? -1, known.at(-1) ?? -1];
  const nodes = new Set(known);
  for (const { shares, lifts, ratio } of attributes) {
    const before = [...lifts];
    const after = [...lifts];
    const earlier: Beside = { share: behind, ratio, ends: area.from, lifts: before };
    const later: Beside = { share: ahead, ratio, ends: area.to, lifts: after };
    // One vehicle's looks are pooled already: they go in at the end of its known part, not again at each passage.
    const lookAt = (node: number, end: number, links: Iterable<number>, beside: Beside): Float64Array =>
      nodes.has(node) && node !== end
        ? (beside.lifts[end] ?? anyLift)
        : joined(lifts[node] ?? anyLift, shares, links, beside);
    for (const node of area.inOrder) before[node] = lookAt(node, first, area.into[node] ?? [], earlier);
    for (let at = area.inOrder.length - 1; at >= 0; at -= 1) {
      const node = area.inOrder[at] ?? 0;
      const links = range(area.outStart[node] ?? 0, area.outStart[node + 1] ?? 0);
      after[node] = lookAt(node, last, links, later);
    }
    for (let link = 0; link < ratio.length; link += 1) {
      if (ratio[link] === 0 || isSettled[link] === 1 || isIdle(ahead, behind, link)) continue;
      ratio[link] = ratioOf(before, after, area.from[link] ?? -1, area.to[link] ?? -1, shares);
    }
  }
  multiplyLooks(work);
}

const isIdle = (ahead: Float64Array, behind: Float64Array, link: number): boolean =>
  (ahead[link] ?? 0) < idleShare && (behind[link] ?? 0) < idleShare;

function* range(from: number, until: number): Generator<number> {
  for (let at = from; at < until; at += 1) yield at;
}

/** Links to the neighbours of a passage, as columns. */
interface Beside {
  readonly share: Float64Array;
  readonly ratio: Float64Array;
  readonly ends: Int32Array;
  readonly lifts: readonly Float64Array[];
}

function joined(
  own: Float64Array,
  shares: Float64Array,
  links: Iterable<number>,
  { share, ratio, ends, lifts }: Beside,
): Float64Array {
  const mixed = new Float64Array(own.length);
  let rest = 1;
  for (const link of links) {
    const taken = share[link] ?? 0;
    const lift = lifts[ends[link] ?? -1];
    if (taken < minShare || lift === undefined) continue;
    rest -= taken;
    const apartFromLook = taken / Math.max(ratio[link] ?? 1, leastRatio);
    for (let k = 0; k < mixed.length; k += 1) mixed[k] = (mixed[k] ?? 0) + apartFromLook * (lift[k] ?? 1);
  }
  for (let k = 0; k < mixed.length; k += 1) {
    mixed[k] = (own[k] ?? 1) * ((mixed[k] ?? 0) + Math.max(0, rest));
  }
  return normalised(mixed, shares);
}

const leastRatio = 1e-6;

/** Of a passage that is not there. */
const anyLift = new Float64Array(0);

/** Let each link be the likelier the more directly the vehicle drives that came from before it or goes on after it. */
function sharpenWays(work: Working): void {
  const { area, wayRatio } = work;
  const { passages, traffic, from, to } = area;
  const ahead = onwardShares(work);
  const behind = backwardShares(work);
  const viewOf = Int32Array.from(passages, ({ view }) => view);
  const viewAt = (node: number | undefined): number => viewOf[node ?? -1] ?? 0;
  const before = area.into.map((links, node) =>
    Array.from(links)
      .filter((link) => (behind[link] ?? 0) > minShare)
      .map((link) => ({
        share: behind[link] ?? 0,
        ratios: detourRatios(traffic, viewAt(from[link]), viewAt(node)),
      })),
  );
  const after = passages.map((_, node) => {
    const found: { readonly share: number; readonly view: number }[] = [];
    for (let link = area.outStart[node] ?? 0; link < (area.outStart[node + 1] ?? 0); link += 1) {
      const share = ahead[link] ?? 0;
      if (share > minShare) found.push({ share, view: viewAt(to[link]) });
    }
    return found;
  });
  for (let link = 0; link < wayRatio.length; link += 1) {
    if (isIdle(ahead, behind, link)) continue;
    const there = to[link] ?? 0;
    const toView = viewOf[there] ?? 0;
    let came = 1;
    for (const { share, ratios } of before[from[link] ?? 0] ?? [])
      came += share * ((ratios[toView] ?? 1) - 1);
    let goes = 1;
    const onward = after[there] ?? [];
    if (onward.length > 0) {
      const ratios = detourRatios(traffic, viewAt(from[link]), toView);
      for (const { share, view } of onward) goes += share * ((ratios[view] ?? 1) - 1);
    }
    wayRatio[link] = Math.max(0, came) * Math.max(0, goes);
  }
}
