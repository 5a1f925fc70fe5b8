import { expect, test } from 'vitest';
import { makeLayers, Shows } from './layers.ts';
import { createMoverMemory } from './movers.ts';

const [columns, rows] = [80, 60];

/** A block of 20 × 20 cells that moves to the right by `step` cells a picture, from column 0 on. */
function passing(pictures: number, step: number) {
  const memory = createMoverMemory(columns, rows, 20_000);
  const layers = makeLayers(columns, rows);
  for (let picture = 0; picture < pictures; picture++) {
    layers.shows.fill(Shows.background);
    const left = step * picture;
    for (let row = 20; row < 40; row++) {
      for (let column = left; column < Math.min(columns, left + 20); column++)
        layers.shows[row * columns + column] = Shows.moving;
    }
    memory.note(layers, 200 * picture);
  }
  return memory;
}

test('what lay over a place is told from what only touched it', () => {
  const memory = passing(10, 6);
  const under = { left: 40, right: 47, top: 30, bottom: 37 };
  const beside = { left: 40, right: 47, top: 39, bottom: 50 };
  expect(memory.largestOver(under, 0, 2_000)).toMatchObject({ area: 400 });
  expect(memory.largestAt(beside, 0, 2_000)).toBe(400);
  expect(memory.largestOver(beside, 0, 2_000)).toBeNull();
  expect(memory.largestOver(under, 0, 400)).toBeNull();
});

test('what moved is followed back to where it came from', () => {
  const memory = passing(8, 6);
  const end = { left: 42, right: 61, top: 20, bottom: 39 };
  expect(memory.originOf(end, 1_400, 2)).toMatchObject({ left: 0, top: 20 });
  // What it came out of is as far as it goes.
  expect(memory.originOf({ left: 44, right: 53, top: 25, bottom: 34 }, 1_400, 2)).toMatchObject({ left: 42 });
  expect(memory.originOf(end, 9_000, 2)).toBeNull();
});

test('how much of the time something as large passes a place', () => {
  const memory = passing(10, 6);
  const place = { left: 40, right: 47, top: 30, bottom: 37 };
  // Pictures 4 to 8 of ten: the block begins at column 24 to 48, and two cells around the place count.
  expect(memory.shareOfTime(place, 0, 2_000, 100)).toBe(0.5);
  expect(memory.shareOfTime(place, 0, 2_000, 500)).toBe(0);
  expect(memory.shareOfTime(place, 90_000, 95_000, 100)).toBe(0);
});
