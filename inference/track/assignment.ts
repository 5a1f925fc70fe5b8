/** Costs at and above this mean "never together". */
export const forbidden = 1e6;

/**
 * Cheapest one-to-one assignment of rows to columns (shortest augmenting paths with potentials, O(n²m)).
 * @param cost `rows × columns`, row-major; entries ≥ `forbidden` are never chosen.
 * @returns for each row its column, or -1. As many pairs as possible that are not forbidden, and among those the
 *   smallest sum.
 * @see Jonker & Volgenant 1987; Crouse 2016, "On implementing 2D rectangular assignment algorithms"
 */
export function assign(cost: Float64Array, rows: number, columns: number): Int32Array {
  const columnOfRow = new Int32Array(rows).fill(-1);
  if (rows === 0 || columns === 0) return columnOfRow;
  const isTurned = rows > columns;
  const n = isTurned ? columns : rows;
  const m = isTurned ? rows : columns;
  const at = (row: number, column: number): number =>
    Math.min(cost[isTurned ? column * columns + row : row * columns + column] ?? forbidden, forbidden);
  const rowPotential = new Float64Array(n + 1);
  const columnPotential = new Float64Array(m + 1);
  // 1-based with a virtual column 0, so that "nobody" needs no branch.
  const rowOfColumn = new Int32Array(m + 1);
  const previous = new Int32Array(m + 1);
  const slack = new Float64Array(m + 1);
  const isUsed = new Uint8Array(m + 1);
  for (let row = 1; row <= n; row++) {
    rowOfColumn[0] = row;
    slack.fill(Infinity);
    isUsed.fill(0);
    let column = 0;
    do {
      isUsed[column] = 1;
      const from = rowOfColumn[column] ?? 0;
      let delta = Infinity;
      let next = 0;
      for (let j = 1; j <= m; j++) {
        if (isUsed[j] === 1) continue;
        const reduced = at(from - 1, j - 1) - (rowPotential[from] ?? 0) - (columnPotential[j] ?? 0);
        if (reduced < (slack[j] ?? 0)) {
          slack[j] = reduced;
          previous[j] = column;
        }
        if ((slack[j] ?? 0) < delta) {
          delta = slack[j] ?? 0;
          next = j;
        }
      }
      for (let j = 0; j <= m; j++) {
        if (isUsed[j] === 1) {
          const owner = rowOfColumn[j] ?? 0;
          rowPotential[owner] = (rowPotential[owner] ?? 0) + delta;
          columnPotential[j] = (columnPotential[j] ?? 0) - delta;
        } else {
          slack[j] = (slack[j] ?? 0) - delta;
        }
      }
      column = next;
    } while (rowOfColumn[column] !== 0);
    do {
      const before = previous[column] ?? 0;
      rowOfColumn[column] = rowOfColumn[before] ?? 0;
      column = before;
    } while (column !== 0);
  }
  for (let j = 1; j <= m; j++) {
    const i = rowOfColumn[j] ?? 0;
    if (i === 0 || at(i - 1, j - 1) >= forbidden) continue;
    if (isTurned) columnOfRow[j - 1] = i - 1;
    else columnOfRow[i - 1] = j - 1;
  }
  return columnOfRow;
}
