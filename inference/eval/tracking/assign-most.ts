import { assign } from '../../track/assignment.ts';

/**
 * One-to-one pairs with the largest sum of scores.
 * @param score `rows × columns`, row-major, ≥ 0; pairs with 0 are left out.
 */
export function assignMost(score: Float64Array, rows: number, columns: number): [number, number][] {
  let most = 0;
  for (const value of score) most = Math.max(most, value);
  if (most === 0) return [];
  // The assignment minimises and pairs off as many as it can; a pair with score 0 costs as much as none.
  const cost = score.map((value) => (most - value) / most);
  return [...assign(cost, rows, columns)].flatMap((column, row): [number, number][] =>
    column >= 0 && (score[row * columns + column] ?? 0) > 0 ? [[row, column]] : [],
  );
}
