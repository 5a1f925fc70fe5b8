import { beforeAll, expect, test } from 'vitest';
import { associate } from './association.ts';
import { likelihoodRatio, liftOf } from './look.ts';
import { neighbourhoodOf } from './neighbourhood.ts';
import { expectedMs } from './road-graph.ts';
import { surveySources } from './sources.ts';
import { type Survey, survey } from './survey.ts';
import { cameraCount, corridor, drive } from './testing/corridor.ts';
import { type Passage, sameLook } from './traffic.ts';

const { edges, views } = corridor();
let known: Survey;
beforeAll(() => {
  const clocks = views.map(({ cameraId }) => ({ cameraId, offsetMs: 0, errorMs: 500 }));
  const { sightings } = drive(Array.from({ length: cameraCount }, () => 0));
  known = survey(surveySources(edges, views, clocks), sightings);
});

/** A vehicle that passes the views one after the other as the traffic does, each time seen as one of the classes. */
function passing(
  seenAs: readonly (readonly [view: number, classScores: Record<string, number>])[],
): Passage[] {
  const { looks, flows, network, pace } = known.traffic;
  let timeMs = 2_000_000;
  return seenAs.map(([view, classScores], at) => {
    const before = seenAs[at - 1]?.[0];
    const flow = before === undefined ? undefined : flows[before * network.views.length + view];
    if (flow !== undefined) timeMs += expectedMs(flow.connection.unseen, pace);
    const enteredAtMs = timeMs;
    timeMs += 4_000;
    return {
      passageId: `p${view}`,
      view,
      enteredAtMs,
      leftAtMs: timeMs,
      classLift: liftOf(classScores, looks.classes),
      colorLift: liftOf({ white: 0.9, black: 0.05, red: 0.05 }, looks.colors),
    };
  });
}

const ratherVan = { van: 0.55, truck: 0.35, car: 0.1 };
const van = { van: 0.96, truck: 0.02, car: 0.02 };
const truck = { van: 0.02, truck: 0.96, car: 0.02 };

test('what several looks at one vehicle say is counted once, not again from each to the next', () => {
  const passages = passing([
    [0, ratherVan],
    [1, ratherVan],
    [2, ratherVan],
    [3, truck],
  ]);
  const area = neighbourhoodOf(passages, known.traffic);
  const { lookRatio } = associate(area, { confirmed: ['p0', 'p1', 'p2'], struck: [] });
  const link = area.from.findIndex((from, at) => from === 2 && area.to[at] === 3);
  const { classes, colors } = known.traffic.looks;
  const pooled = (lift: (passage: Passage) => Float64Array, shares: Float64Array): number => {
    const product = Float64Array.from(shares, (_, k) =>
      passages.slice(0, 3).reduce((all, passage) => all * (lift(passage)[k] ?? 0), 1),
    );
    const mean = product.reduce((sum, value, k) => sum + value * (shares[k] ?? 0), 0);
    const [, , , last] = passages;
    if (last === undefined) throw new Error('no last');
    return likelihoodRatio(product, lift(last), shares) / mean;
  };
  const expected =
    pooled(({ classLift }) => classLift, classes.shares) *
    pooled(({ colorLift }) => colorLift, colors.shares);
  expect(lookRatio[link]).toBeCloseTo(expected, 3);
});

test('two passages that may both be the vehicle of the incident are linked, however rare the way and unlike they are', () => {
  const [about, one, onTime] = passing([
    [0, ratherVan],
    [1, van],
    [4, truck],
  ]);
  if (about === undefined || one === undefined || onTime === undefined) throw new Error('no passages');
  const lateMs = 60_000;
  const other = {
    ...onTime,
    enteredAtMs: onTime.enteredAtMs + lateMs,
    leftAtMs: onTime.leftAtMs + lateMs,
  };
  const passages = [about, one, other];
  expect(sameLook(one, other, known.traffic.looks)).toBeLessThan(1);
  const isLinked = (incident: Passage | null): boolean => {
    const { from, to } = neighbourhoodOf(passages, known.traffic, incident);
    return from.some((node, link) => node === 1 && to[link] === 2);
  };
  expect(isLinked(null)).toBe(false);
  expect(isLinked(about)).toBe(true);
});
