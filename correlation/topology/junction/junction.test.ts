import { expect, test } from 'vitest';
import { chance } from '../testing/corridor.ts';
import { cameraPairs } from './camera-pairs.ts';
import type { Glimpse } from './glimpse.ts';
import { nextCameras, surveyJunction } from './next-camera.ts';

/** Four cameras round one place; two ways across it that pass them in opposite order, and one that turns off. */
const cameras = ['a', 'b', 'c', 'd'].map((cameraId, at) => ({
  cameraId,
  lonDeg: 120 + at * 0.000_15,
  latDeg: 30,
}));
const ways = [
  [0, 1, 2, 3],
  [3, 2, 1, 0],
  [0, 1, 3],
] as const;

function traffic(seed: number, hasPaths: boolean): { glimpses: Glimpse[]; routes: number[][] } {
  const next = chance(seed);
  const seen: { vehicle: number; glimpse: Glimpse }[] = [];
  for (let vehicle = 0; vehicle < 80; vehicle += 1) {
    const way = Math.floor(next() * ways.length);
    const startMs = next() * 240_000;
    for (const [step, camera] of (ways[way] ?? []).entries()) {
      if (next() < 0.08) continue;
      const enteredAtMs = startMs + 1_300 * step + 300 * next();
      const jitter = (): number => 0.04 * (next() - 0.5);
      const at = 0.2 + 0.3 * way;
      seen.push({
        vehicle,
        glimpse: {
          camera,
          enteredAtMs,
          leftAtMs: enteredAtMs + 2_500 + 400 * next(),
          pathNorm: hasPaths ? [at + jitter(), 0.2 + jitter(), 1 - at + jitter(), 0.8 + jitter()] : null,
        },
      });
    }
  }
  const inOrder = seen.toSorted((a, b) => a.glimpse.enteredAtMs - b.glimpse.enteredAtMs);
  const routes = Map.groupBy(inOrder.keys(), (index) => inOrder[index]?.vehicle);
  return { glimpses: inOrder.map(({ glimpse }) => glimpse), routes: [...routes.values()] };
}

function firstRight(seed: number, hasPaths: boolean): { first: number; sameVisit: number } {
  const { glimpses, routes } = traffic(seed, hasPaths);
  const known = surveyJunction(glimpses, cameras.length, cameraPairs(cameras));
  const ranked = nextCameras(known);
  const hops = routes.flatMap((route) => route.slice(1).map((next, at) => [route[at] ?? -1, next] as const));
  const count = (isRight: (from: number, to: number) => boolean): number =>
    hops.filter(([from, to]) => isRight(from, to)).length / hops.length;
  return {
    first: count((from, to) => ranked[from]?.[0]?.camera === glimpses[to]?.camera),
    sameVisit: count((from, to) => known.visitOf[from] === known.visitOf[to]),
  };
}

test('cameras of one place learn from bare traffic which of their glimpses are one vehicle', () => {
  for (const seed of [3, 11]) {
    const { first, sameVisit } = firstRight(seed, true);
    expect(first).toBeGreaterThan(0.85);
    expect(sameVisit).toBeGreaterThan(0.8);
  }
});

test('without knowing where vehicles enter the picture, times alone still beat the commonest next camera', () => {
  // Of each camera's vehicles hardly more than half go on to the same next one.
  expect(firstRight(3, false).first).toBeGreaterThan(0.65);
});

test('a visit holds at most one glimpse per camera, and probabilities of next cameras sum to at most one', () => {
  const { glimpses } = traffic(5, true);
  const known = surveyJunction(glimpses, cameras.length, cameraPairs(cameras));
  for (const members of Map.groupBy(glimpses.keys(), (index) => known.visitOf[index]).values()) {
    const at = members.map((index) => glimpses[index]?.camera);
    expect(new Set(at).size).toBe(at.length);
  }
  for (const ranked of nextCameras(known)) {
    expect(new Set(ranked.map(({ camera }) => camera)).size).toBe(cameras.length - 1);
    expect(ranked.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(1 + 1e-9);
  }
});

test('nobody seen, nothing said', () => {
  expect(nextCameras(surveyJunction([], cameras.length, cameraPairs(cameras)))).toEqual([]);
});
