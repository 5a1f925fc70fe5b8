import type { BoxPx } from '../../truth.ts';
import { type Axis, predictAxis, updateAxis } from './axis-filter.ts';

/** Centre, area and width by height of a box; the last has no velocity. */
export interface SortState {
  readonly x: Axis;
  readonly y: Axis;
  readonly area: Axis;
  readonly ratio: Axis;
}

const start = (position: number): Axis => ({ position, velocity: 0, pp: 10, pv: 0, vv: 10_000 });

function measure([left, top, width, height]: BoxPx): [number, number, number, number] {
  return [left + width / 2, top + height / 2, width * height, width / height];
}

export function startSort(box: BoxPx): SortState {
  const [x, y, area, ratio] = measure(box);
  return { x: start(x), y: start(y), area: start(area), ratio: { ...start(ratio), vv: 0 } };
}

export function predictSort({ x, y, area, ratio }: SortState): SortState {
  const isShrinkingAway = area.position + area.velocity <= 0;
  return {
    x: predictAxis(x, 1, 0.01),
    y: predictAxis(y, 1, 0.01),
    area: predictAxis(isShrinkingAway ? { ...area, velocity: 0 } : area, 1, 0.0001),
    ratio: predictAxis(ratio, 1, 0),
  };
}

export function updateSort(state: SortState, box: BoxPx): SortState {
  const [x, y, area, ratio] = measure(box);
  return {
    x: updateAxis(state.x, x, 1),
    y: updateAxis(state.y, y, 1),
    area: updateAxis(state.area, area, 10),
    ratio: updateAxis(state.ratio, ratio, 10),
  };
}

/** Not finite when area or ratio have fallen below zero. */
export function boxOfSort({ x, y, area, ratio }: SortState): BoxPx {
  const width = Math.sqrt(area.position * ratio.position);
  const height = area.position / width;
  return [x.position - width / 2, y.position - height / 2, width, height];
}
