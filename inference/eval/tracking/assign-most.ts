import { pairMost } from '../../track/assignment.ts';

/**
 * One-to-one pairs with the largest sum of scores.
 * @param score `rows × columns`, row-major, ≥ 0; pairs with 0 are left out.
 */
export const assignMost = (score: Float64Array, rows: number, columns: number): [number, number][] =>
  [...pairMost(score, rows, columns)].flatMap((column, row): [number, number][] =>
    column < 0 ? [] : [[row, column]],
  );
