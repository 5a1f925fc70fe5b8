import { detourRatios } from './detour.ts';
import { likelihoodRatio } from './look.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import type { Passage } from './traffic.ts';

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

type PassageLook = Pick<Passage, 'classLift' | 'colorLift'>;

interface Working {
  readonly area: Neighbourhood;
  /** Confirmed passages in order of time. They look alike: as all of them together do. */
  readonly known: readonly number[];
  readonly endShare: Float64Array;
  /** Weight of a passage being the first of its vehicle: 1, or next to nothing where an earlier one is confirmed. */
  readonly freshWeight: Float64Array;
  readonly lifts: readonly PassageLook[];
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
  const pooled = pool(
    known.map((node) => passages[node]).filter((one) => one !== undefined),
    area,
  );
  const work: Working = {
    area,
    known,
    endShare: Float64Array.from(passages, ({ view }) => traffic.endShare[view] ?? 1),
    freshWeight: new Float64Array(passages.length).fill(1),
    lifts: passages.map((passage, node) => (nodes.has(node) ? pooled : passage)),
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
    if (gone.has(from) || gone.has(to) || jumpsOver(from, to)) work.lookRatio[link] = 0;
    else work.lookRatio[link] = settledLook(from, to, link) ?? lookOf(work, from, to);
  }
  for (const node of nodes) {
    // A passage that is followed by another confirmed one is not the last.
    const after = rank((passages[node]?.enteredAtMs ?? 0) + 1);
    if (after < times.length) work.endShare[node] = impossible;
    if (after > 1) work.freshWeight[node] = impossible;
  }
  weigh(work);
  return work;

  /**
   * A passage's look counts once for the vehicle that is known: that of another confirmed one says nothing new, and
   * of one between two confirmed ones each link says half.
   */
  function settledLook(from: number, to: number, link: number): number | null {
    const isFrom = nodes.has(from);
    const isTo = nodes.has(to);
    if (!isFrom && !isTo) return null;
    const before = rank(passages[isFrom ? to : from]?.enteredAtMs ?? 0);
    const isBetween = before > 0 && before < times.length;
    if (!isBetween && !(isFrom && isTo)) return null;
    work.isSettled[link] = 1;
    return isFrom && isTo ? 1 : Math.sqrt(lookOf(work, from, to));
  }

  function jumpsOver(from: number, to: number): boolean {
    if (!nodes.has(from) && !nodes.has(to)) return false;
    const one = rank((passages[from]?.enteredAtMs ?? 0) + 1);
    const other = rank(passages[to]?.enteredAtMs ?? 0);
    return other > one;
  }
}

/** Several looks at one vehicle are one better look. */
function pool(all: readonly Passage[], { traffic }: Neighbourhood): PassageLook {
  const multiply = (lifts: readonly Float64Array[], shares: Float64Array): Float64Array => {
    const product = Float64Array.from(shares, (_, k) => lifts.reduce((sum, lift) => sum * (lift[k] ?? 1), 1));
    return normalised(product, shares);
  };
  return {
    classLift: multiply(
      all.map(({ classLift }) => classLift),
      traffic.looks.classes.shares,
    ),
    colorLift: multiply(
      all.map(({ colorLift }) => colorLift),
      traffic.looks.colors.shares,
    ),
  };
}

function normalised(lift: Float64Array, shares: Float64Array): Float64Array {
  let mean = 0;
  for (let k = 0; k < lift.length; k += 1) mean += (lift[k] ?? 0) * (shares[k] ?? 0);
  return mean > 0 ? lift.map((value) => value / mean) : lift.fill(1);
}

function lookOf({ lifts, area }: Working, from: number, to: number): number {
  const a = lifts[from];
  const b = lifts[to];
  const { classes, colors } = area.traffic.looks;
  if (a === undefined || b === undefined) return 1;
  return (
    likelihoodRatio(a.classLift, b.classLift, classes.shares) *
    likelihoodRatio(a.colorLift, b.colorLift, colors.shares)
  );
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

/** Let each passage look like the track it probably belongs to: what came before it, and what comes after. */
function sharpenLooks(work: Working): void {
  const { area, known, lifts, lookRatio, isSettled } = work;
  const [first, last] = [known[0], known.at(-1)];
  const later = new Set(known.slice(1));
  const earlier = new Set(known.slice(0, -1));
  const { classes, colors } = area.traffic.looks;
  const ahead = onwardShares(work);
  const behind = backwardShares(work);
  const parts = [
    { shares: classes.shares, own: lifts.map(({ classLift }) => classLift) },
    { shares: colors.shares, own: lifts.map(({ colorLift }) => colorLift) },
  ];
  const sharpened = parts.map(({ shares, own }) => {
    const before = [...own];
    const after = [...own];
    for (const node of area.inOrder) {
      // One vehicle's looks are pooled once: not again from each of its passages to the next.
      const same = later.has(node) ? before[first ?? -1] : undefined;
      before[node] =
        same ??
        joined(own[node], shares, area.into[node] ?? [], (link) => [
          behind[link] ?? 0,
          before[area.from[link] ?? 0],
        ]);
    }
    for (let at = area.inOrder.length - 1; at >= 0; at -= 1) {
      const node = area.inOrder[at] ?? 0;
      const same = earlier.has(node) ? after[last ?? -1] : undefined;
      const links = range(area.outStart[node] ?? 0, area.outStart[node + 1] ?? 0);
      after[node] =
        same ?? joined(own[node], shares, links, (link) => [ahead[link] ?? 0, after[area.to[link] ?? 0]]);
    }
    return { shares, before, after };
  });
  for (let link = 0; link < lookRatio.length; link += 1) {
    if (lookRatio[link] === 0 || isSettled[link] === 1 || isIdle(ahead, behind, link)) continue;
    let ratio = 1;
    for (const { shares, before, after } of sharpened) {
      const a = before[area.from[link] ?? 0];
      const b = after[area.to[link] ?? 0];
      if (a !== undefined && b !== undefined) ratio *= likelihoodRatio(a, b, shares);
    }
    lookRatio[link] = ratio;
  }
}

const isIdle = (ahead: Float64Array, behind: Float64Array, link: number): boolean =>
  (ahead[link] ?? 0) < idleShare && (behind[link] ?? 0) < idleShare;

function* range(from: number, until: number): Generator<number> {
  for (let at = from; at < until; at += 1) yield at;
}

function joined(
  own: Float64Array | undefined,
  shares: Float64Array,
  links: Iterable<number>,
  neighbour: (link: number) => readonly [number, Float64Array | undefined],
): Float64Array {
  if (own === undefined) return new Float64Array(shares.length).fill(1);
  const mixed = new Float64Array(own.length);
  let rest = 1;
  for (const link of links) {
    const [share, lift] = neighbour(link);
    if (share < minShare || lift === undefined) continue;
    rest -= share;
    for (let k = 0; k < mixed.length; k += 1) mixed[k] = (mixed[k] ?? 0) + share * (lift[k] ?? 1);
  }
  for (let k = 0; k < mixed.length; k += 1) {
    mixed[k] = (own[k] ?? 1) * ((mixed[k] ?? 0) + Math.max(0, rest));
  }
  return normalised(mixed, shares);
}

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
