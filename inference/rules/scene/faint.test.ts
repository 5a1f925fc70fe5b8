import { expect, test } from 'vitest';
import { openPixels } from '../../../kernel/index.ts';
import { makeGrid } from './analysis-grid.ts';
import { makeFaintLayer, stepFaint } from './faint.ts';
import { makeLayers, resetLayers, stepLayers } from './layers.ts';
import { sceneParameters } from './parameters.ts';

const [columns, rows] = [64, 48];
const isThing = (cell: number): boolean => {
  const [x, y] = [cell % columns, Math.floor(cell / columns)];
  return x >= 20 && x < 30 && y >= 20 && y < 30;
};

/** Normal values from a fixed start, by Box and Muller. */
function grain(): () => number {
  let state = 12_345;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

/** Dark, noisy ground on which something lies from `fromS` to `toS`. @returns shares of it and of the ground at rest. */
function watch(
  ground: number,
  step: number,
  sigma: number,
  seconds: number,
  toS = Infinity,
): [number, number] {
  const { loops, moved } = openPixels({
    grid: makeGrid(columns, rows, columns),
    layers: makeLayers(columns, rows),
  });
  const { grid, layers } = moved;
  const faint = makeFaintLayer(columns * rows);
  const noise = grain();
  for (let ms = 0; ms <= seconds * 1_000; ms += 200) {
    const isThere = ms >= 12_000 && ms < toS * 1_000;
    for (let cell = 0; cell < grid.luma.length; cell++) {
      grid.luma[cell] = Math.round(ground + (isThere && isThing(cell) ? step : 0) + sigma * noise());
    }
    if (ms === 0) resetLayers(layers, grid);
    const at = { nowMs: ms, dtMs: ms === 0 ? 0 : 200, gain: 1, isLearning: true };
    stepLayers(loops, layers, grid, { ...at, isFrozen: false, occupied: null }, sceneParameters.layers);
    stepFaint(faint, layers, grid, at);
  }
  const share = (is: (cell: number) => boolean): number => {
    const cells = [...grid.luma.keys()].filter(is);
    return cells.filter((cell) => (layers.restSinceMs[cell] ?? -1) >= 0).length / cells.length;
  };
  return [share(isThing), share((cell) => !isThing(cell))];
}

test('a thing that differs by no more than the noise of a picture comes to rest, and its ground does not', () => {
  const [thing, ground] = watch(45, 7, 2.4, 20);
  expect(thing).toBeGreaterThan(0.8);
  expect(ground).toBeLessThan(0.01);
});

test('more noise asks for more, bright ground is not looked at, and what has gone rests no more', () => {
  expect(watch(45, 3, 6, 20)[0]).toBeLessThan(0.2);
  expect(watch(120, 7, 2.4, 20)[0]).toBe(0);
  expect(watch(45, 7, 2.4, 38, 24)[0]).toBeLessThan(0.1);
});
