import { beforeAll, expect, test } from 'vitest';
import { type Neighbourhood, neighbourhoodOf } from './neighbourhood.ts';
import { neighbourhoodAbout, planRoute } from './plan.ts';
import { surveySources } from './sources.ts';
import { type Survey, survey } from './survey.ts';
import { cameraCount, corridor, drive } from './testing/corridor.ts';

const { edges, views } = corridor();
const offsets = Array.from({ length: cameraCount }, () => 0);
const measured = (unknown: readonly number[] = []) =>
  offsets.map((_, at) => ({
    cameraId: `camera${at}`,
    offsetMs: unknown.includes(at) ? null : 0,
    errorMs: 500,
  }));
const { sightings, drives } = drive(offsets);
let known: Survey;
beforeAll(() => {
  known = survey(surveySources(edges, views, measured()), sightings);
});

/** Vehicles that three or more cameras saw. */
const long = drives.filter(({ ids }) => ids.length >= 3);

function areaOf(id: string): Neighbourhood {
  const passage = known.passages.find(({ passageId }) => passageId === id);
  if (passage === undefined) throw new Error(`no ${id}`);
  return neighbourhoodAbout(known, passage, { beforeMs: 600_000, afterMs: 600_000 });
}

test('the traffic of the road is found: most go on to the next camera, and none goes back', () => {
  const share = (from: number, to: number): number =>
    known.traffic.flows[from * views.length + to]?.share ?? 0;
  expect(share(2, 3)).toBeGreaterThan(0.5);
  expect(share(2, 3)).toBeGreaterThan(4 * share(2, 4));
  expect(share(3, 2)).toBe(0);
});

test('routes from the middle of a drive are mostly the true ones, forward and back', () => {
  let right = 0;
  let wrong = 0;
  let seen = 0;
  for (const { ids } of long.slice(0, 40)) {
    const actor = ids[1] ?? '';
    const [best] = planRoute(areaOf(actor), { confirmed: [actor], struck: [] }).routes;
    for (const { toId, fromId } of best?.hops ?? []) {
      if (ids.includes(toId) && ids.includes(fromId)) right += 1;
      else wrong += 1;
    }
    seen += ids.length - 1;
  }
  expect(right / seen).toBeGreaterThan(0.5);
  expect(wrong / (right + wrong)).toBeLessThan(0.2);
});

test('what is struck is never proposed again, and what is confirmed is always in the route', () => {
  for (const { ids } of long.slice(0, 10)) {
    const [actor = '', next = ''] = ids;
    const area = areaOf(actor);
    const struck = planRoute(area, { confirmed: [actor], struck: [next] });
    expect(JSON.stringify(struck)).not.toContain(`"${next}"`);
    const confirmed = planRoute(area, { confirmed: [actor, next], struck: [] });
    expect(confirmed.question?.passageId).not.toBe(next);
    for (const { hops } of confirmed.routes) expect(hops.map(({ toId }) => toId)).toContain(next);
  }
});

test('a passage between two that are confirmed is asked about, not taken for passed unseen', () => {
  let askedFirst = 0;
  const drivesOfThree = long.slice(0, 20);
  for (const { ids } of drivesOfThree) {
    const [first = '', between = '', third = ''] = ids;
    const { question } = planRoute(areaOf(first), { confirmed: [first, third], struck: [] });
    // Or something beyond, where the drive goes on: never a stranger that stands between.
    if (question?.passageId === between || ids.includes(question?.passageId ?? '')) askedFirst += 1;
  }
  expect(askedFirst / drivesOfThree.length).toBeGreaterThan(0.8);
});

test('two that are known and follow each other on the road are one hop, however long the vehicle stood', () => {
  const pair = drives.map(({ ids }) => ids).find(([one, two]) => one?.at(-1) === '0' && two?.at(-1) === '1');
  const [from = '', to = ''] = pair ?? [];
  const stoodMs = 10 * 60_000;
  const later = sightings.map((sighting) =>
    sighting.sightingId === to
      ? { ...sighting, enteredAtMs: sighting.enteredAtMs + stoodMs, leftAtMs: sighting.leftAtMs + stoodMs }
      : sighting,
  );
  const found = survey(surveySources(edges, views, measured()), later);
  const actor = found.passages.find(({ passageId }) => passageId === from);
  if (actor === undefined) throw new Error('no pair');
  const area = neighbourhoodAbout(found, actor, { beforeMs: 1_200_000, afterMs: 1_200_000 });
  const [best] = planRoute(area, { confirmed: [from, to], struck: [] }).routes;
  const hop = best?.hops.find(({ isConfirmed }) => isConfirmed);
  expect(hop).toMatchObject({ fromId: from, toId: to, probability: 1 });
  expect(Math.abs((hop?.stoodMs ?? 0) - stoodMs)).toBeLessThan(60_000);
  expect(best?.gaps).toHaveLength(2);
});

test('what cannot have been driven stays a gap between two that are known', () => {
  // Nothing leads from the fourth camera back to the first.
  const at = (view: number) => known.passages.filter((passage) => passage.view === view);
  const [from] = at(4);
  const to = at(1).find(({ enteredAtMs }) => enteredAtMs > (from?.leftAtMs ?? 0) + 300_000);
  if (from === undefined || to === undefined) throw new Error('no pair');
  const both = { confirmed: [from.passageId, to.passageId], struck: [] };
  const [best] = planRoute(neighbourhoodOf(known.passages, known.traffic), both).routes;
  expect(best?.gaps.map(({ afterId, beforeId }) => [afterId, beforeId])).toContainEqual(both.confirmed);
});

test('every hop says what speaks for it, and every route where it ends', () => {
  const [actor = ''] = long[0]?.ids ?? [];
  const { routes } = planRoute(areaOf(actor), { confirmed: [actor], struck: [] });
  expect(routes.length).toBeGreaterThan(0);
  expect(routes.length).toBeLessThanOrEqual(3);
  for (const { hops, gaps } of routes) {
    expect(gaps.some(({ afterId }) => afterId === null)).toBe(true);
    expect(gaps.some(({ beforeId }) => beforeId === null)).toBe(true);
    for (const hop of hops) {
      expect(hop.probability).toBeGreaterThan(0);
      expect(hop.expectedMs).toBeGreaterThan(0);
      expect(Math.abs(hop.tookMs - hop.expectedMs)).toBeLessThan(120_000);
    }
  }
});

test('a clock that nobody measured is found from the traffic, with an error that holds', () => {
  const off = offsets.map((_, at) => (at === 2 ? 40_000 : 0));
  const found = survey(surveySources(edges, views, measured([2])), drive(off).sightings);
  const clock = found.clocks.find(({ cameraId }) => cameraId === 'camera2');
  expect(clock?.basis).toBe('traffic');
  expect(Math.abs((clock?.offsetMs ?? 0) - 40_000)).toBeLessThan(4_000);
  expect(clock?.errorMs).toBeLessThan(4_000);
});

test('a clock that was measured and then set otherwise is told; those that are right are left alone', () => {
  const off = offsets.map((_, at) => (at === 3 ? -35_000 : 0));
  const found = survey(surveySources(edges, views, measured()), drive(off).sightings);
  expect(found.clocks.filter(({ basis }) => basis !== 'measured')).toMatchObject([
    { cameraId: 'camera3', basis: 'shifted' },
  ]);
  expect(known.clocks.every(({ basis }) => basis === 'measured')).toBe(true);
});

test('nothing seen, nothing said', () => {
  const empty = survey(surveySources(edges, views, measured()), []);
  expect(empty.passages).toEqual([]);
  expect(empty.clocks.every(({ basis }) => basis === 'measured')).toBe(true);
});
