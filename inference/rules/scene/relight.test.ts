import { expect, test } from 'vitest';
import { makeGrid } from './analysis-grid.ts';
import { makeLayers, resetLayers, Shows } from './layers.ts';
import { relightLayers } from './relight.ts';

const [columns, rows] = [80, 60];
const at = (x: number, y: number): number => y * columns + x;

/** Ground with a pattern, and something dark that rests on it for five seconds. */
function scene(): { grid: ReturnType<typeof makeGrid>; layers: ReturnType<typeof makeLayers> } {
  const grid = makeGrid(columns, rows, columns);
  for (let cell = 0; cell < grid.luma.length; cell++) grid.luma[cell] = 110 + ((cell * 7) % 13);
  const layers = makeLayers(columns, rows);
  resetLayers(layers, grid);
  for (let y = 20; y < 30; y++) {
    for (let x = 30; x < 40; x++) {
      layers.restSinceMs[at(x, y)] = 5_000;
      layers.rest.luma[at(x, y)] = 40;
      grid.luma[at(x, y)] = 40;
    }
  }
  return { grid, layers };
}

test('what rests stays at rest in another light, and its ground gets that light', () => {
  const { grid, layers } = scene();
  for (let cell = 0; cell < grid.luma.length; cell++) grid.luma[cell] = 0.5 * (grid.luma[cell] ?? 0);
  relightLayers(layers, grid);
  expect(layers.restSinceMs[at(35, 25)]).toBe(5_000);
  expect([layers.shows[at(35, 25)], layers.shows[at(5, 5)]]).toEqual([Shows.rest, Shows.background]);
  expect(layers.background.luma[at(35, 25)]).toBeGreaterThan(50);
  expect(layers.background.luma[at(35, 25)]).toBeLessThan(62);
  expect(layers.rest.luma[at(35, 25)]).toBe(20);
  expect(layers.background.luma[at(5, 5)]).toBe(grid.luma[at(5, 5)]);
});

test('in another view, and where it has gone meanwhile, nothing rests', () => {
  const turned = scene();
  for (let cell = 0; cell < turned.grid.luma.length; cell++) turned.grid.luma[cell] = (cell * 37) % 200;
  relightLayers(turned.layers, turned.grid);
  expect(turned.layers.restSinceMs.every((since) => since < 0)).toBe(true);
  const gone = scene();
  for (let cell = 0; cell < gone.grid.luma.length; cell++) gone.grid.luma[cell] = 80 + ((cell * 7) % 13);
  relightLayers(gone.layers, gone.grid);
  expect(gone.layers.restSinceMs.every((since) => since < 0)).toBe(true);
});
