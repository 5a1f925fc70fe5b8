import type { RestingThing } from './resting-thing.ts';

/** Between two points of a straight line, outside of them the nearer one. */
const ramp = (value: number, from: readonly [number, number], to: readonly [number, number]): number => {
  const share = Math.min(1, Math.max(0, (value - from[0]) / (to[0] - from[0])));
  return from[1] + share * (to[1] - from[1]);
};

/**
 * 0..1: the share of alerts like this one that are right, as far as the generated cases can tell: each doubt takes its
 * part away. Never 1, because real scenes hold what no case shows.
 */
export function confidenceOf(thing: RestingThing): number {
  const { appearance, bringer, whereabouts: where, selfArrival } = thing;
  const share = (ms: number): number => ms / Math.max(1, thing.lookedMs);
  const sure =
    ramp(appearance.leftScore, [0.5, 0.72], [0.72, 0.97]) *
    ramp(selfArrival ?? 0.5, [0.3, 1], [0.7, 0.75]) *
    ramp(thing.calmMs / Math.max(1, thing.calmMs + thing.restlessMs), [0.6, 0.85], [0.95, 1]) *
    ramp(share(thing.coveredMs), [0.2, 1], [0.8, 0.88]) *
    ramp(bringer?.distanceWidths ?? 0, [0, 1], [0.9, 0.88]) *
    (bringer === null ? 0.7 : bringer.className === 'person' ? 1 : 0.95) *
    (bringer !== null && where?.kind !== 'away' ? 0.85 : 1) *
    (thing.isUncertainGround ? 0.88 : 1) *
    (thing.cutBy === null ? 1 : 0.85) *
    (thing.cameraMovedPx >= 2 ? 0.92 : 1);
  return Math.round(1_000 * sure) / 1_000;
}
