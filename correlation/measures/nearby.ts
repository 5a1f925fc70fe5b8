import Flatbush from 'flatbush';
import type { PointM } from './plane.ts';

/** An upright rectangle, in metres of the plane. */
export interface Box {
  readonly minX: number;
  readonly maxX: number;
  readonly minY: number;
  readonly maxY: number;
}

export const boxOf = (points: readonly PointM[]): Box =>
  points.reduce(
    (box, { xM, yM }) => ({
      minX: Math.min(box.minX, xM),
      maxX: Math.max(box.maxX, xM),
      minY: Math.min(box.minY, yM),
      maxY: Math.max(box.maxY, yM),
    }),
    { minX: Infinity, maxX: -Infinity, minY: Infinity, maxY: -Infinity },
  );

/** The square that holds everything within a distance of a point. */
export const boxAbout = ({ xM, yM }: PointM, withinM: number): Box => ({
  minX: xM - withinM,
  maxX: xM + withinM,
  minY: yM - withinM,
  maxY: yM + withinM,
});

export const doTouch = (a: Box, b: Box): boolean =>
  a.minX <= b.maxX && b.minX <= a.maxX && a.minY <= b.maxY && b.minY <= a.maxY;

/** Finds those of many things whose boxes touch a box, without asking each. */
export class Nearby<T> {
  readonly #items: readonly T[];
  readonly #index: Flatbush | null;

  constructor(items: readonly T[], boxOfItem: (item: T) => Box) {
    this.#items = items;
    this.#index = items.length === 0 ? null : new Flatbush(items.length);
    for (const item of items) {
      const { minX, minY, maxX, maxY } = boxOfItem(item);
      this.#index?.add(minX, minY, maxX, maxY);
    }
    this.#index?.finish();
  }

  /** In the order in which they were given. */
  touching({ minX, minY, maxX, maxY }: Box): T[] {
    const found = this.#index?.search(minX, minY, maxX, maxY) ?? [];
    return found.toSorted((a, b) => a - b).flatMap((index) => this.#items[index] ?? []);
  }
}
