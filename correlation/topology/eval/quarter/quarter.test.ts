import { expect, test } from 'vitest';
import { chanceOf } from './chance.ts';
import { generateQuarter } from './quarter.ts';
import { makeStreets, patterns } from './streets.ts';

test.each(patterns)(
  'every stretch of a %s quarter leads on, and only to stretches that begin where it ends',
  (pattern) => {
    const { edges } = makeStreets(pattern, chanceOf(5));
    const byId = new Map(edges.map((edge) => [edge.edgeId, edge]));
    expect(edges.length).toBeGreaterThan(300);
    expect(edges.some(({ endsAtSignal }) => endsAtSignal)).toBe(true);
    const broken = edges.flatMap(({ toJunction, turns }) =>
      [...turns.keys()].filter((next) => byId.get(next)?.fromJunction !== toJunction),
    );
    expect(broken).toEqual([]);
    expect(edges.filter(({ turns }) => turns.size === 0).length).toBeLessThan(0.02 * edges.length);
    for (const { lengthM } of edges) expect(lengthM).toBeGreaterThan(50);
  },
);

test('a seed gives one quarter, whose truth is what its cameras saw', { timeout: 120_000 }, () => {
  const one = generateQuarter(11);
  expect(generateQuarter(11)).toEqual(one);
  const seen = new Map(one.sightings.map((sighting) => [sighting.sightingId, sighting]));
  expect(seen.size).toBe(one.sightings.length);
  expect(one.truth.length).toBeGreaterThan(30);
  for (const { incidentId, incidentPassage, passages } of one.truth) {
    expect(passages[incidentPassage]).toContain(one.actors.get(incidentId));
    expect(passages.flat().every((id) => seen.has(id))).toBe(true);
    // Whoever is seen broken in two is seen twice by the same view.
    for (const parts of passages) {
      expect(new Set(parts.map((id) => seen.get(id)?.view)).size).toBeLessThanOrEqual(1);
    }
  }
  const all = one.truth.flatMap(({ passages }) => passages);
  const missed = all.filter((parts) => parts.length === 0).length / all.length;
  expect(missed).toBeGreaterThan(0.05);
  expect(missed).toBeLessThan(0.35);
  // The order of names says nothing of the vehicle: it is that of the cameras' own clocks.
  const times = one.sightings.map(({ enteredAtMs }) => enteredAtMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(one.clocks.some(({ offsetMs }) => offsetMs === null)).toBe(true);
});
