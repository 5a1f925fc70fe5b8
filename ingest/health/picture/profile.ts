/** One of twelve parts of a picture: slopes of its mean luma from column to column and from row to row. */
export interface Profile {
  readonly columns: Float32Array;
  readonly rows: Float32Array;
}

const across = 4;
const down = 3;

/** @param half luma at half size. */
export function profilesOf(half: Uint8Array, width: number): Profile[] {
  const height = Math.floor(half.length / Math.max(1, width));
  const profiles: Profile[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const [fromX, toX] = [part(column, across, width), part(column + 1, across, width)];
      const [fromY, toY] = [part(row, down, height), part(row + 1, down, height)];
      const columns = new Float32Array(toX - fromX);
      const rows = new Float32Array(toY - fromY);
      for (let y = fromY; y < toY; y++) {
        let sum = 0;
        for (let x = 0, at = y * width + fromX; x < columns.length; x++, at++) {
          const value = half[at] ?? 0;
          sum += value;
          columns[x] = (columns[x] ?? 0) + value;
        }
        rows[y - fromY] = sum;
      }
      toSlopes(columns, rows.length);
      toSlopes(rows, columns.length);
      profiles.push({ columns, rows });
    }
  }
  return profiles;
}

const part = (index: number, parts: number, length: number): number => Math.floor((index * length) / parts);

/** Turns sums of so many into the steps from one mean to the next. */
function toSlopes(sums: Float32Array, count: number): void {
  for (let i = sums.length - 1; i > 0; i--)
    sums[i] = ((sums[i] ?? 0) - (sums[i - 1] ?? 0)) / Math.max(1, count);
  sums[0] = 0;
}
