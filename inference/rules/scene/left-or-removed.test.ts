import { expect, test } from 'vitest';
import { type Layers, makeLayers } from './layers.ts';
import { appearanceOf } from './left-or-removed.ts';

const [columns, rows] = [80, 60];
const bounds = { left: 30, right: 49, top: 20, bottom: 35 };

/** Bricks with light joints: an outline over them is mostly theirs. */
const bricks = (column: number, row: number): number =>
  row % 5 === 0 || (column + (Math.floor(row / 5) % 2) * 4) % 8 === 0
    ? 150
    : 95 + ((column * 13 + row * 7) % 9);

type Look = (column: number, row: number) => number;

/** @returns how a region looks whose background and rest are these. */
function lookOf(background: Look, rest: Look): ReturnType<typeof appearanceOf> {
  const layers: Layers = makeLayers(columns, rows);
  const cells: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      const isIn =
        column >= bounds.left && column <= bounds.right && row >= bounds.top && row <= bounds.bottom;
      layers.background.luma[cell] = isIn ? background(column, row) : bricks(column, row);
      layers.rest.luma[cell] = rest(column, row);
      if (!isIn) continue;
      cells.push(cell);
      layers.restSinceMs[cell] = 1_000;
    }
  }
  return appearanceOf(layers, Int32Array.from(cells), new Uint8Array(columns * rows), bounds);
}

const sack: Look = (column, row) => 118 + ((column * 5 + row * 3) % 11);

test('on bricks a sack of their mean brightness was left, and bricks where it lay show that it went', () => {
  const left = lookOf(bricks, sack);
  const removed = lookOf(sack, bricks);
  expect(left.leftScore).toBeGreaterThan(0.6);
  expect(removed.leftScore).toBeLessThan(0.4);
  expect(left.strangeScore).toBeGreaterThan(left.outlineScore - 0.2);
  expect(left.movedShare).toBeLessThan(0.6);
});

test('bricks a little beside are those of a camera that moved', () => {
  const moved = lookOf(bricks, (column, row) => bricks(column + 2, row + 1));
  expect(moved.movedShare).toBeGreaterThan(0.8);
  expect(moved.leftScore).toBeLessThan(0.57);
});
