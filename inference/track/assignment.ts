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

/**
 * One-to-one pairs with the largest sum of gains. Who has only one partner who has nobody else is paired off first,
 * which on most streets leaves nothing for the assignment.
 * @param gain `rows × columns`, row-major, ≥ 0; what has 0 is never paired.
 * @returns for each row its column, or -1.
 */
export function pairMost(gain: Float64Array, rows: number, columns: number): Int32Array {
  const columnOfRow = new Int32Array(rows).fill(-1);
  const choicesOfRow = new Int32Array(rows);
  const choicesOfColumn = new Int32Array(columns);
  let most = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      const value = gain[at] ?? 0;
      if (value <= 0) continue;
      choicesOfRow[row] = (choicesOfRow[row] ?? 0) + 1;
      choicesOfColumn[column] = (choicesOfColumn[column] ?? 0) + 1;
      columnOfRow[row] = column;
      if (value > most) most = value;
    }
  }
  const openRows: number[] = [];
  const isOpenColumn = new Uint8Array(columns);
  for (let row = 0; row < rows; row++) {
    if (choicesOfRow[row] === 0) continue;
    if (choicesOfRow[row] === 1 && choicesOfColumn[columnOfRow[row] ?? 0] === 1) continue;
    openRows.push(row);
    for (let column = 0; column < columns; column++) {
      if ((gain[row * columns + column] ?? 0) > 0) isOpenColumn[column] = 1;
    }
  }
  if (openRows.length === 0) return columnOfRow;
  const openColumns = [...isOpenColumn.keys()].filter((column) => isOpenColumn[column] === 1);
  // The assignment minimises and pairs off as many as it can; a pair with gain 0 costs as much as none.
  const cost = new Float64Array(openRows.length * openColumns.length);
  let at = 0;
  for (const row of openRows) {
    for (const column of openColumns) cost[at++] = (most - (gain[row * columns + column] ?? 0)) / most;
  }
  const chosen = assign(cost, openRows.length, openColumns.length);
  for (const [index, row] of openRows.entries()) {
    const column = openColumns[chosen[index] ?? -1] ?? -1;
    columnOfRow[row] = column >= 0 && (gain[row * columns + column] ?? 0) > 0 ? column : -1;
  }
  return columnOfRow;
}
