import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign, forbidden, pairMost } from './assignment.ts';

/** Every assignment, tried one by one: most pairs first, then the smallest sum. */
function bruteForce(cost: Float64Array, rows: number, columns: number): { pairs: number; sum: number } {
  const walk = (row: number, used: number): { pairs: number; sum: number } => {
    if (row === rows) return { pairs: 0, sum: 0 };
    let best = walk(row + 1, used);
    for (let column = 0; column < columns; column++) {
      const value = cost[row * columns + column] ?? forbidden;
      if ((used >> column) & 1 || value >= forbidden) continue;
      const rest = walk(row + 1, used | (1 << column));
      const candidate = { pairs: rest.pairs + 1, sum: rest.sum + value };
      const isBetter =
        candidate.pairs > best.pairs || (candidate.pairs === best.pairs && candidate.sum < best.sum);
      if (isBetter) best = candidate;
    }
    return best;
  };
  return walk(0, 0);
}

const matrix = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      values: fc.array(fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant(forbidden)), {
        minLength: rows * columns,
        maxLength: rows * columns,
      }),
    }),
  );

test('is as good as trying every assignment, and never pairs what is forbidden', () => {
  fc.assert(
    fc.property(matrix, ({ rows, columns, values }) => {
      const cost = Float64Array.from(values);
      const chosen = [...assign(cost, rows, columns)].flatMap((column, row) =>
        column < 0 ? [] : [{ row, column }],
      );
      const paid = chosen.map(({ row, column }) => cost[row * columns + column] ?? forbidden);
      expect(paid.every((value) => value < forbidden)).toBe(true);
      expect(new Set(chosen.map((one) => one.column)).size).toBe(chosen.length);
      const best = bruteForce(cost, rows, columns);
      expect({ pairs: chosen.length, sum: paid.reduce((a, b) => a + b, 0) }).toEqual(best);
    }),
    { numRuns: 400 },
  );
});

test('nothing to assign is no error', () => {
  expect(assign(new Float64Array(0), 0, 3)).toHaveLength(0);
  expect([...assign(new Float64Array(0), 2, 0)]).toEqual([-1, -1]);
});

test('the largest sum of gains is found, with single choices paired off first or not', () => {
  fc.assert(
    fc.property(matrix, ({ rows, columns, values }) => {
      const gain = Float64Array.from(values, (value) => (value === forbidden ? 0 : value));
      const most = Math.max(...gain, 1);
      // Leaving somebody alone costs as much as a pair without gain.
      const { sum } = bruteForce(
        gain.map((value) => most - value),
        rows,
        columns,
      );
      const columnOf = [...pairMost(gain, rows, columns)];
      const taken = columnOf.filter((column) => column >= 0);
      expect(new Set(taken).size).toBe(taken.length);
      const gains = columnOf.flatMap((column, row) =>
        column < 0 ? [] : [gain[row * columns + column] ?? 0],
      );
      expect(gains.every((value) => value > 0)).toBe(true);
      const total = gains.reduce((a, b) => a + b, 0);
      expect(total).toBeCloseTo(most * Math.min(rows, columns) - sum, 6);
    }),
    { numRuns: 400 },
  );
});
