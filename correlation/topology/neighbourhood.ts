import {
  type Flow,
  lowerBound,
  type Passage,
  sameLook,
  timeDensity,
  tookOf,
  type Traffic,
} from './traffic.ts';

/**
 * Passages about an incident and every pair of them that may be one vehicle's passage and its next, as columns:
 * link `i` leads from passage `from[i]` to passage `to[i]`. Links of one passage stand together.
 */
export interface Neighbourhood {
  readonly traffic: Traffic;
  readonly passages: readonly Passage[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** How likely the traffic's flow and pace make the second passage the next, against fresh traffic coming into view. */
  readonly timeRatio: Float64Array;
  /** Links out of passage p: `outStart[p]` up to `outStart[p + 1]`. */
  readonly outStart: Int32Array;
  /** Links into each passage. */
  readonly into: readonly Int32Array[];
  /** Passages by the time they entered. */
  readonly inOrder: Int32Array;
}

const startOf = ({ connection }: Flow, { enteredAtMs, leftAtMs }: Passage): number =>
  connection.isOverlap === true ? enteredAtMs : leftAtMs;

/** A link this much less likely than fresh traffic changes nothing. */
const minRatio = 1e-2;
/**
 * Between two passages that may both be the vehicle's, what each looks like alone is not the last word: many confirmed
 * looks pooled make up for a way as rare as this, past two cameras that missed it.
 */
const minRatioOfAlike = 3e-5;
/** Product of the two likenesses to the passage at the incident: one that is clear makes up for one that was misread. */
const minBothAlike = 2;

/**
 * Link every passage to those that may follow it.
 * @param about the passage at the incident; what looks like it may be its vehicle's.
 */
export function neighbourhoodOf(
  passages: readonly Passage[],
  traffic: Traffic,
  about: Passage | null = null,
): Neighbourhood {
  const { network, flows, freshRate, looks, stays } = traffic;
  const viewCount = network.views.length;
  const indexOf = new Map(passages.map(({ passageId }, index) => [passageId, index]));
  const likeness = passages.map((passage) => (about === null ? 0 : sameLook(about, passage, looks)));
  const inOrder = Int32Array.from(passages.keys()).toSorted(
    (a, b) => (passages[a]?.enteredAtMs ?? 0) - (passages[b]?.enteredAtMs ?? 0),
  );
  const atView: Passage[][] = network.views.map(() => []);
  for (const index of inOrder) {
    const passage = passages[index];
    if (passage !== undefined) atView[passage.view]?.push(passage);
  }
  const from: number[] = [];
  const to: number[] = [];
  const timeRatio: number[] = [];
  const outStart = new Int32Array(passages.length + 1);
  for (const [index, earlier] of passages.entries()) {
    outStart[index] = from.length;
    for (const [view, there] of atView.entries()) {
      const flow = flows[earlier.view * viewCount + view];
      if (flow === undefined || there.length === 0) continue;
      const scale = flow.share / (freshRate[view] ?? 1);
      for (let at = lowerBound(there, startOf(flow, earlier) + flow.fromMs); at < there.length; at += 1) {
        const later = there[at];
        if (later === undefined) break;
        const tookMs = tookOf(flow, earlier, later);
        if (tookMs >= flow.toMs) break;
        if (later === earlier || tookMs < flow.fromMs) continue;
        const ratio = scale * timeDensity(flow, earlier, later, stays);
        const target = indexOf.get(later.passageId) ?? -1;
        const bothAlike = (likeness[index] ?? 0) * (likeness[target] ?? 0);
        const isOfVehicle = ratio > minRatioOfAlike && bothAlike > minBothAlike;
        if (!isOfVehicle && ratio * sameLook(earlier, later, looks) < minRatio) continue;
        from.push(index);
        to.push(target);
        timeRatio.push(ratio);
      }
    }
  }
  outStart[passages.length] = from.length;
  const into: number[][] = passages.map(() => []);
  for (const [link, target] of to.entries()) into[target]?.push(link);
  return {
    traffic,
    passages,
    indexOf,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    timeRatio: Float64Array.from(timeRatio),
    outStart,
    into: into.map((links) => Int32Array.from(links)),
    inOrder,
  };
}
