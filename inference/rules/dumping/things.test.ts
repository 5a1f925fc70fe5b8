import { expect, test } from 'vitest';
import { type Canvas, makeCanvas } from '../scene/canvas.ts';
import type { RestingThing } from './resting-thing.ts';
import { findThings, relitThings } from './things.ts';

const [widthPx, heightPx] = [320, 180];

/** Something dark of 20 × 20 cells that has rested for 20 s. */
function darkThing(): { canvas: Canvas; thing: RestingThing } {
  const data = new Uint8Array((widthPx * heightPx * 3) / 2).fill(128);
  const canvas = makeCanvas({ capturedAtMs: 0, widthPx, heightPx, data });
  canvas.layers.background.luma.fill(128);
  for (let cell = 0; cell < widthPx * heightPx; cell++) {
    const [x, y] = [cell % widthPx, Math.floor(cell / widthPx)];
    if (x < 100 || x >= 120 || y < 60 || y >= 80) continue;
    canvas.layers.restSinceMs[cell] = 10_000;
    canvas.layers.isPending[cell] = 1;
    canvas.layers.rest.luma[cell] = 40;
  }
  const [thing] = find(canvas, [], 30_000);
  if (thing === undefined) throw new Error('nothing was found at rest');
  return { canvas, thing };
}

const find = (canvas: Canvas, known: readonly RestingThing[], nowMs: number): RestingThing[] =>
  findThings(canvas, known, nowMs, -Infinity, () => undefined);

/** The light is switched: this share of it still differs from its ground, and looks nearly like it. */
function switchLight({ layers }: Canvas, { cells }: RestingThing, keptShare: number): void {
  for (const [index, cell] of cells.entries()) {
    if (index >= keptShare * cells.length) layers.restSinceMs[cell] = -1;
    layers.rest.luma[cell] = 126;
  }
}

test('after the light was switched a thing is what it looked like before', () => {
  const { canvas, thing } = darkThing();
  const before = thing.appearance.leftScore;
  expect(before).toBeGreaterThan(0.9);
  switchLight(canvas, thing, 0.5);
  const kept = relitThings(canvas, [thing]);
  expect(kept).toEqual([thing]);
  expect(find(canvas, kept, 31_000)[0]?.appearance.leftScore).toBe(before);
});

test('what hardly differs from its ground in the new light is not kept', () => {
  const { canvas, thing } = darkThing();
  switchLight(canvas, thing, 0.2);
  expect(relitThings(canvas, [thing])).toEqual([]);
});

test('what is too large for a thing is told before it is learnt, and swallows what lay in it', () => {
  const { canvas, thing } = darkThing();
  const { layers } = canvas;
  for (let cell = 0; cell < widthPx * 50; cell++) {
    const at = cell + 50 * widthPx;
    layers.restSinceMs[at] = 12_000;
    layers.isPending[at] = 1;
  }
  const told: number[] = [];
  const left = findThings(
    canvas,
    [{ ...thing, appearance: { ...thing.appearance, leftScore: 0.5 } }],
    31_000,
    -Infinity,
    ({ cells }) => told.push(layers.restSinceMs[cells[0] ?? 0] ?? -1),
  );
  expect(told).toEqual([12_000]);
  expect(left).toEqual([]);
});
