import { expectedMs } from './road-graph.ts';
import type { Traffic } from './traffic.ts';

/** A way about that takes this much longer than the direct one is taken e times less often. */
const aboutMs = 40_000;
/** Some drivers go about for reasons of their own. */
const anyWay = 0.05;

/**
 * Of the vehicles that came from view a to view b, how much likelier than the average of b's traffic each view is next:
 * drivers go somewhere, so that a → b → c is seldom much longer than a → c.
 */
export function detourRatios(traffic: Traffic, a: number, b: number): Float64Array {
  const key = a * traffic.network.views.length + b;
  let row = traffic.detourRatios.get(key);
  if (row === undefined) {
    row = ratiosOf(traffic, a, b);
    traffic.detourRatios.set(key, row);
  }
  return row;
}

function ratiosOf({ network, flows, pace }: Traffic, a: number, b: number): Float64Array {
  const viewCount = network.views.length;
  const directness = new Float64Array(viewCount);
  const came = flows[a * viewCount + b];
  if (came === undefined) return directness.fill(1);
  let weighted = 0;
  let mass = 0;
  for (let c = 0; c < viewCount; c += 1) {
    const goes = flows[b * viewCount + c];
    if (goes === undefined) continue;
    const viaMs = expectedMs(came.connection.shortest, pace) + expectedMs(goes.connection.shortest, pace);
    const direct = flows[a * viewCount + c];
    const directMs = direct === undefined ? viaMs : expectedMs(direct.connection.shortest, pace);
    const about = a === c ? viaMs : Math.max(0, viaMs - directMs);
    directness[c] = anyWay + Math.exp(-about / aboutMs);
    weighted += (directness[c] ?? 0) * goes.share;
    mass += goes.share;
  }
  return weighted > 0 ? directness.map((value) => (value * mass) / weighted) : directness.fill(1);
}
