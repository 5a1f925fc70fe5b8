import type { PixelLoops } from '../../../kernel/index.ts';

/** One of twelve parts of a picture: slopes of its mean luma from column to column and from row to row. */
export interface Profile {
  readonly columns: Float32Array;
  readonly rows: Float32Array;
}

const across = 4;
const down = 3;

/** Luma at half size where the loops reach it, and room for a line along and down. */
interface HalfPicture {
  readonly loops: Pick<PixelLoops, 'sumBlock'>;
  readonly half: Uint8Array;
  readonly across: Int32Array;
  readonly down: Int32Array;
}

export function profilesOf(
  { loops, half, across: along, down: below }: HalfPicture,
  width: number,
  height: number,
): Profile[] {
  const profiles: Profile[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const [fromX, toX] = [part(column, across, width), part(column + 1, across, width)];
      const [fromY, toY] = [part(row, down, height), part(row + 1, down, height)];
      const [columns, rows] = [toX - fromX, toY - fromY];
      const from = half.byteOffset + fromY * width + fromX;
      loops.sumBlock(from, width, columns, rows, along.byteOffset, below.byteOffset);
      profiles.push({
        columns: slopesOf(along.subarray(0, columns), rows),
        rows: slopesOf(below.subarray(0, rows), columns),
      });
    }
  }
  return profiles;
}

const part = (index: number, parts: number, length: number): number => Math.floor((index * length) / parts);

/** From sums of so many to the steps from one mean to the next. */
function slopesOf(sums: Int32Array, count: number): Float32Array {
  const slopes = new Float32Array(sums.length);
  for (let i = 1; i < sums.length; i++)
    slopes[i] = ((sums[i] ?? 0) - (sums[i - 1] ?? 0)) / Math.max(1, count);
  return slopes;
}
