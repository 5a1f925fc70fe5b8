import { expect, test } from 'vitest';
import { type Canvas, makeCanvas } from '../scene/canvas.ts';
import type { CellBox } from '../scene/regions.ts';
import type { RestingThing } from './resting-thing.ts';
import {
  learnOver,
  liesInOpening,
  noteAbsorbed,
  type Stander,
  watchStanders,
  wholeOf,
  whoStoodAt,
} from './standers.ts';
import { absorbThing, findThings } from './things.ts';

const [widthPx, heightPx] = [320, 180];

/** Things that came to rest in these cells, each at its own time. */
function rest(...places: readonly (CellBox & { readonly atMs: number })[]): RestingThing[] {
  return restOn(canvasOf(), ...places);
}

const canvasOf = (): Canvas => {
  const data = new Uint8Array((widthPx * heightPx * 3) / 2).fill(128);
  return makeCanvas({ capturedAtMs: 0, widthPx, heightPx, data });
};

function restOn(canvas: Canvas, ...places: readonly (CellBox & { readonly atMs: number })[]): RestingThing[] {
  for (const { left, right, top, bottom, atMs } of places) {
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const cell = y * widthPx + x;
        canvas.layers.restSinceMs[cell] = atMs;
        canvas.layers.isPending[cell] = 1;
        canvas.layers.shows[cell] = 2;
        canvas.layers.rest.luma[cell] = 30;
      }
    }
  }
  return findThings(canvas, [], 30_000, -Infinity, () => undefined).toSorted(
    (a, b) => a.bounds.left - b.bounds.left,
  );
}

const thingAt = (things: readonly RestingThing[], index: number): RestingThing => {
  const thing = things[index];
  if (thing === undefined) throw new Error('nothing was found at rest');
  return thing;
};

const roof = { left: 100, right: 159, top: 40, bottom: 59, atMs: 12_000 };

test('parts that came to rest together and lie together are one whole', () => {
  const things = rest(roof, { left: 102, right: 150, top: 66, bottom: 90, atMs: 13_000 });
  expect(wholeOf(thingAt(things, 0), things, [])).toMatchObject({
    left: 100,
    right: 159,
    top: 40,
    bottom: 90,
  });
});

test('what came later, lies elsewhere, or is ground that was laid open is no part of it', () => {
  for (const other of [
    { left: 102, right: 150, top: 66, bottom: 90, atMs: 19_000 },
    { left: 102, right: 150, top: 110, bottom: 130, atMs: 12_000 },
  ]) {
    const things = rest(roof, other);
    expect(wholeOf(thingAt(things, 0), things, [])).toMatchObject({ bottom: 59, area: 1_200 });
  }
  const things = rest(roof, { left: 102, right: 150, top: 66, bottom: 90, atMs: 13_000 });
  const ground = thingAt(things, 1);
  ground.appearance = { ...ground.appearance, leftScore: 0.3 };
  expect(wholeOf(thingAt(things, 0), things, [])).toMatchObject({ bottom: 59 });
});

test('a part that was learnt is a part still', () => {
  const things = rest(roof, { left: 102, right: 150, top: 66, bottom: 90, atMs: 13_000 });
  const standers: Stander[] = [];
  noteAbsorbed(standers, canvasOf(), thingAt(things, 1), 30_000);
  expect(wholeOf(thingAt(things, 0), [thingAt(things, 0)], standers)).toMatchObject({ bottom: 90 });
});

test('what was small in a place that was laid open at the same time lies in it', () => {
  const inside = thingAt(rest({ left: 120, right: 131, top: 70, bottom: 80, atMs: 13_000 }), 0);
  const opening = { bounds: { left: 110, right: 150, top: 40, bottom: 120 }, area: 2_000, sinceMs: 12_000 };
  expect(liesInOpening([opening], inside)).toBe(true);
  expect(liesInOpening([{ ...opening, sinceMs: 5_000 }], inside)).toBe(false);
  expect(liesInOpening([{ ...opening, area: 150 }], inside)).toBe(false);
  expect(liesInOpening([{ ...opening, bounds: { ...opening.bounds, left: 126 } }], inside)).toBe(false);
});

test('what stays when something that was learnt leaves is found on the ground from before', () => {
  const canvas = canvasOf();
  const { layers } = canvas;
  const vehicle = thingAt(restOn(canvas, { left: 100, right: 159, top: 40, bottom: 99, atMs: 12_000 }), 0);
  const ground = layers.background.luma[50 * widthPx + 110] ?? 0;
  let standers: Stander[] = [];
  noteAbsorbed(standers, canvas, vehicle, 30_000);
  absorbThing(canvas, vehicle);
  // A raised thing was learnt over it: that one stays learnt.
  learnOver(standers, canvas, Int32Array.of(60 * widthPx + 120));
  const stays = new Set([50 * widthPx + 110, 50 * widthPx + 111, 60 * widthPx + 120]);
  for (const cell of vehicle.cells) {
    layers.shows[cell] = 0;
    if (!stays.has(cell)) layers.hasPrevious[cell] = 0;
  }
  standers = watchStanders(standers, canvas, 40_000);
  expect(layers.restSinceMs[50 * widthPx + 110]).toBe(-1);
  watchStanders(standers, canvas, 42_000);
  expect(layers.restSinceMs[50 * widthPx + 110]).toBe(12_000);
  expect(layers.rest.luma[50 * widthPx + 110]).toBe(30);
  expect(layers.background.luma[50 * widthPx + 110]).toBe(ground);
  expect(layers.restSinceMs[60 * widthPx + 120]).toBe(-1);
});

test('a vehicle leaves things as far away as it is large', () => {
  const thing = thingAt(rest({ left: 80, right: 89, top: 80, bottom: 89, atMs: 14_000 }), 0);
  const vehicle = (left: number): Stander => ({
    bounds: { left, right: left + 29, top: 60, bottom: 89 },
    cells: new Int32Array(900),
    sinceMs: null,
    arrivedAtMs: 10_000,
    leftAtMs: 20_000,
  });
  expect(whoStoodAt([vehicle(104)], thing)).not.toBeNull();
  expect(whoStoodAt([vehicle(112)], thing)).toBeNull();
});
