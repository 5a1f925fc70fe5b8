import type { AnalysisGrid } from './analysis-grid.ts';
import { type Layers, resetLayers, Shows } from './layers.ts';

/** Light is compared around a cell over so many cells to each side, every second one. */
const reach = 12;
/** Fewer cells than this say nothing. */
const leastCells = 30;
/** In another light the ground of a place is brighter or darker by one factor; in another view it is anything. */
const furthestSpread = 0.15;
/** Steps by which what rests must still differ from its ground; in less light by as much less, down to a share. */
const [stillDiffers, leastLight] = [14, 0.45];

/**
 * Begin again in another light, as when lamps are switched: what the grid shows is the background, but for what rested
 * there before. Its ground is what was learnt, in the light that its surroundings show.
 */
export function relightLayers(layers: Layers, grid: AnalysisGrid): void {
  const { background, rest, restSinceMs, columns } = layers;
  const kept: { cell: number; sinceMs: number; ground: number; u: number; v: number }[] = [];
  // Neighbours share their light: one look for every eight by eight cells.
  const lights = new Map<number, number | null>();
  for (let cell = 0; cell < restSinceMs.length; cell++) {
    const sinceMs = restSinceMs[cell] ?? -1;
    if (sinceMs < 0) continue;
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const place = (row >> 3) * columns + (column >> 3);
    let light = lights.get(place);
    if (light === undefined) lights.set(place, (light = lightAt(layers, grid, row, column)));
    if (light === null) continue;
    const ground = Math.min(255, light * (background.luma[cell] ?? 0));
    const differs = stillDiffers * Math.max(leastLight, Math.min(1, light));
    if (Math.abs((grid.luma[cell] ?? 0) - ground) < differs) continue;
    kept.push({ cell, sinceMs, ground, u: background.u[cell] ?? 128, v: background.v[cell] ?? 128 });
  }
  resetLayers(layers, grid);
  for (const { cell, sinceMs, ground, u, v } of kept) {
    background.luma[cell] = ground;
    background.u[cell] = u;
    background.v[cell] = v;
    layers.expected.luma[cell] = ground + 0.5;
    layers.expected.u[cell] = u + 0.5;
    layers.expected.v[cell] = v + 0.5;
    rest.luma[cell] = grid.luma[cell] ?? 0;
    rest.u[cell] = grid.u[cell] ?? 128;
    rest.v[cell] = grid.v[cell] ?? 128;
    restSinceMs[cell] = sinceMs;
    layers.shows[cell] = Shows.rest;
  }
}

/** How much brighter the ground around a place is than it was learnt; null where it is not the same ground. */
function lightAt(
  { background, restSinceMs, columns, rows }: Layers,
  { luma }: AnalysisGrid,
  row: number,
  column: number,
): number | null {
  const ratios: number[] = [];
  for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y += 2) {
    for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x += 2) {
      const cell = y * columns + x;
      const was = background.luma[cell] ?? 0;
      if ((restSinceMs[cell] ?? -1) < 0 && was >= 16) ratios.push((luma[cell] ?? 0) / was);
    }
  }
  if (ratios.length < leastCells) return null;
  const sorted = Float64Array.from(ratios).toSorted();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 1;
  const middle = at(0.5);
  return (at(0.75) - at(0.25)) / 2 > furthestSpread * middle ? null : middle;
}
