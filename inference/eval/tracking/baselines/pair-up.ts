import { assign } from '../../../track/assignment.ts';

/** Pairs of indices, and what is left over on both sides, in order. */
export interface Pairing {
  readonly pairs: readonly (readonly [row: number, column: number])[];
  readonly leftRows: readonly number[];
  readonly leftColumns: readonly number[];
}

const dear = 1_000;

/** Pairs of which each partner has only this one that reaches `minOverlap`; null when somebody has a choice. */
function onlyChoices(
  overlaps: Float64Array,
  rows: number,
  columns: number,
  minOverlap: number,
): [number, number][] | null {
  const pairs: [number, number][] = [];
  const seenColumns = new Set<number>();
  for (let row = 0; row < rows; row++) {
    let choices = 0;
    for (let column = 0; column < columns; column++) {
      if ((overlaps[row * columns + column] ?? 0) <= minOverlap) continue;
      choices += 1;
      if (choices > 1 || seenColumns.has(column)) return null;
      seenColumns.add(column);
      pairs.push([row, column]);
    }
  }
  return pairs.length === 0 ? null : pairs;
}

/**
 * As SORT and its children do it: the full assignment with the largest sum of overlap and bonus, in which pairs that
 * overlap too little are then taken apart again.
 */
export function pairUp(
  rows: number,
  columns: number,
  minOverlap: number,
  overlap: (row: number, column: number) => number,
  bonus: (row: number, column: number) => number = () => 0,
): Pairing {
  const overlaps = new Float64Array(rows * columns);
  const costs = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const shared = overlap(row, column);
      overlaps[at] = shared;
      const gain = shared + bonus(row, column);
      costs[at] = Number.isFinite(gain) ? -gain : dear;
    }
  }
  const chosen =
    onlyChoices(overlaps, rows, columns, minOverlap) ??
    [...assign(costs, rows, columns)].flatMap((column, row): [number, number][] =>
      column < 0 ? [] : [[row, column]],
    );
  const pairs = chosen.filter(([row, column]) => (overlaps[row * columns + column] ?? 0) >= minOverlap);
  const left = (count: number, used: ReadonlySet<number>): number[] =>
    Array.from({ length: count }, (_, index) => index).filter((index) => !used.has(index));
  return {
    pairs,
    leftRows: left(rows, new Set(pairs.map(([row]) => row))),
    leftColumns: left(columns, new Set(pairs.map(([, column]) => column))),
  };
}
