import { expectedMs } from './road-graph.ts';
import { densityOf, type Flow, lowerBound, type Passage, sameLook, type Traffic } from './traffic.ts';

/** What the traffic says of one camera's clock, on top of what was taken off its times already. */
export interface ClockEstimate {
  readonly offsetMs: number;
  /** Standard deviation. */
  readonly errorMs: number;
  /** Logarithm of how much likelier the traffic is with this offset than with none. */
  readonly gain: number;
}

const gridMs = 2_000;
const reachMs = 120_000;
const steps = 2 * (reachMs / gridMs) + 1;
/** Nearest views on either side: what is farther says less of when a vehicle must have come. */
const nearestCount = 6;
/** Pairs that look less alike than the traffic at large tell clocks nothing. */
const minLook = 1.5;

const offsetAt = (step: number): number => step * gridMs - reachMs;

/** Clocks are mostly right; how far off the others are is anybody's guess: a heavy-tailed prior. */
const priorLog = (offsetMs: number): number => -Math.log(1 + (offsetMs / 2_000) ** 2);

interface Neighbour {
  readonly flow: Flow;
  readonly passages: readonly Passage[];
  readonly rate: number;
  readonly isBefore: boolean;
}

/**
 * How far off the clock of one camera is, by the times at which vehicles reach it from its neighbours and the
 * neighbours from it. A shift makes one of the two shorter and the other longer, so that slow traffic does not
 * look like a wrong clock.
 * @param atView passages of each view in the order they entered.
 * @param isTrusted cameras whose clocks may be leant on.
 */
export function estimateClock(
  cameraId: string,
  atView: readonly (readonly Passage[])[],
  traffic: Traffic,
  isTrusted: (cameraId: string) => boolean,
): ClockEstimate {
  const logs = new Float64Array(steps);
  for (const [view, { cameraId: own }] of traffic.network.views.entries()) {
    if (own !== cameraId) continue;
    for (const isBefore of [true, false]) {
      const neighbours = nearest(view, atView, traffic, isTrusted, isBefore);
      for (const passage of atView[view] ?? []) {
        const sums = new Float64Array(steps);
        for (const neighbour of neighbours) add(passage, neighbour, traffic, sums);
        // Half: each pair of neighbours is looked at from both of its ends.
        for (let step = 0; step < steps; step += 1)
          logs[step] = (logs[step] ?? 0) + 0.5 * Math.log1p(sums[step] ?? 0);
      }
    }
  }
  return summed(logs);
}

function nearest(
  view: number,
  atView: readonly (readonly Passage[])[],
  { network, flows, freshRate, pace }: Traffic,
  isTrusted: (cameraId: string) => boolean,
  isBefore: boolean,
): Neighbour[] {
  const { views } = network;
  const own = views[view]?.cameraId;
  return views
    .flatMap(({ cameraId }, other): Neighbour[] => {
      if (cameraId === own || !isTrusted(cameraId)) return [];
      const flow = flows[isBefore ? other * views.length + view : view * views.length + other];
      const rate = freshRate[isBefore ? view : other] ?? 0;
      // Where views overlap, a vehicle that stops in one of them says nothing of clocks.
      return flow === undefined || flow.leaving !== null || rate <= 0
        ? []
        : [{ flow, passages: atView[other] ?? [], rate, isBefore }];
    })
    .toSorted(
      (a, b) => expectedMs(a.flow.connection.unseen, pace) - expectedMs(b.flow.connection.unseen, pace),
    )
    .slice(0, nearestCount);
}

/** For each offset, how many partners of this look would have been on the way as long as vehicles are. */
function add(
  passage: Passage,
  { flow, passages, rate, isBefore }: Neighbour,
  { looks }: Traffic,
  sums: Float64Array,
): void {
  const fromMs = isBefore
    ? passage.enteredAtMs - flow.toMs - reachMs
    : passage.leftAtMs + flow.fromMs - reachMs;
  const untilMs = isBefore
    ? passage.enteredAtMs - flow.fromMs + reachMs
    : passage.leftAtMs + flow.toMs + reachMs;
  for (let at = lowerBound(passages, fromMs); at < passages.length; at += 1) {
    const other = passages[at];
    if (other === undefined || other.enteredAtMs > untilMs) break;
    const look = sameLook(passage, other, looks);
    if (look < minLook) continue;
    const tookMs = isBefore ? passage.enteredAtMs - other.leftAtMs : other.enteredAtMs - passage.leftAtMs;
    const scale = (flow.priorShare * look) / rate;
    // Taking an offset off this camera's clock makes ways to it shorter and ways from it longer.
    const low = isBefore ? tookMs - flow.toMs : flow.fromMs - tookMs;
    const high = isBefore ? tookMs - flow.fromMs : flow.toMs - tookMs;
    const first = Math.max(0, Math.floor((low + reachMs) / gridMs));
    const last = Math.min(steps - 1, Math.ceil((high + reachMs) / gridMs));
    for (let step = first; step <= last; step += 1) {
      const offset = isBefore ? -offsetAt(step) : offsetAt(step);
      sums[step] = (sums[step] ?? 0) + scale * densityOf(flow, tookMs + offset);
    }
  }
}

function summed(logs: Float64Array): ClockEstimate {
  const posterior = logs.map((log, step) => log + priorLog(offsetAt(step)));
  const best = posterior.indexOf(Math.max(...posterior));
  let mass = 0;
  let mean = 0;
  let square = 0;
  for (let step = 0; step < steps; step += 1) {
    const share = Math.exp((posterior[step] ?? 0) - (posterior[best] ?? 0));
    mass += share;
    mean += share * offsetAt(step);
    square += share * offsetAt(step) ** 2;
  }
  mean /= mass;
  return {
    offsetMs: mean,
    errorMs: Math.hypot(Math.sqrt(Math.max(0, square / mass - mean ** 2)), gridMs / 2),
    gain: (logs[best] ?? 0) - (logs[reachMs / gridMs] ?? 0),
  };
}
