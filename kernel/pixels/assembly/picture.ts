import { difference } from './grid';

/** Luma of cells of 8×8 px; of their half size 4×4. */
const cellPx: i32 = 8;
const halfPx: i32 = 4;

function laneSum(values: v128): i32 {
  return (
    i32x4.extract_lane(values, 0) +
    i32x4.extract_lane(values, 1) +
    i32x4.extract_lane(values, 2) +
    i32x4.extract_lane(values, 3)
  );
}

function shortsAt(bytes: usize): v128 {
  return v128.load8x8_u(bytes);
}

/** |a| + … of the eight, two by two. */
function absolutePairs(values: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_s(i16x8.abs(values));
}

/**
 * Edges and finest structure of every cell of 8×8 px, from two of its rows: |4v − left − right − above − below|, and
 * |4v − 2·(left + right + above + below) + corners|, over its six inner columns.
 * @param edges, `fine` int32, sums over the twelve.
 */
export function measureStructure(
  luma: usize,
  width: i32,
  columns: i32,
  rows: i32,
  edges: usize,
  fine: usize,
): void {
  const inner = i16x8(-1, -1, -1, -1, -1, -1, 0, 0);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let edge = i32x4.splat(0);
      let finest = i32x4.splat(0);
      for (let y = 2; y < cellPx; y += 3) {
        const at = luma + <usize>((row * cellPx + y) * width + column * cellPx + 1);
        const above = at - <usize>width;
        const below = at + <usize>width;
        const sides = i16x8.add(shortsAt(at - 1), shortsAt(at + 1));
        const cross = i16x8.add(sides, i16x8.add(shortsAt(above), shortsAt(below)));
        const corners = i16x8.add(
          i16x8.add(shortsAt(above - 1), shortsAt(above + 1)),
          i16x8.add(shortsAt(below - 1), shortsAt(below + 1)),
        );
        const centre = i16x8.shl(shortsAt(at), 2);
        const coarse = v128.and(i16x8.sub(centre, cross), inner);
        const least = v128.and(i16x8.add(i16x8.sub(centre, i16x8.shl(cross, 1)), corners), inner);
        edge = i32x4.add(edge, absolutePairs(coarse));
        finest = i32x4.add(finest, absolutePairs(least));
      }
      store<i32>(edges, laneSum(edge));
      store<i32>(fine, laneSum(finest));
      edges += 4;
      fine += 4;
    }
  }
}

/**
 * Brightness of every cell of 4×4 at half size, and how it differs from another picture.
 * @param sums, `squares`, `differences` int32, over the sixteen; @param changed int32, receives how many differ by more
 *   than 1.
 * @param histogram int32, 256: of all cells' pixels.
 */
export function measureBrightness(
  half: usize,
  was: usize,
  width: i32,
  columns: i32,
  rows: i32,
  sums: usize,
  squares: usize,
  differences: usize,
  histogram: usize,
): i32 {
  memory.fill(histogram, 0, 4 * 256);
  let changed = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = i32x4.splat(0);
      let square = i32x4.splat(0);
      let apart = i32x4.splat(0);
      // Two rows of four at once.
      for (let y = 0; y < halfPx; y += 2) {
        const at = <usize>((row * halfPx + y) * width + column * halfPx);
        const here = v128.load32_lane(half + at + <usize>width, v128.load32_zero(half + at), 1);
        const then = v128.load32_lane(was + at + <usize>width, v128.load32_zero(was + at), 1);
        const values = i16x8.extend_low_i8x16_u(here);
        sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(values));
        square = i32x4.add(square, i32x4.dot_i16x8_s(values, values));
        const other = difference(here, then);
        apart = i32x4.add(apart, i32x4.extadd_pairwise_i16x8_u(i16x8.extend_low_i8x16_u(other)));
        changed += popcnt(i8x16.bitmask(i8x16.gt_u(other, i8x16.splat(1))));
        const first = half + at;
        for (let x: usize = 0; x < <usize>halfPx; x++) {
          const upper = histogram + ((<usize>load<u8>(first + x)) << 2);
          store<i32>(upper, load<i32>(upper) + 1);
          const lower = histogram + ((<usize>load<u8>(first + <usize>width + x)) << 2);
          store<i32>(lower, load<i32>(lower) + 1);
        }
      }
      store<i32>(sums, laneSum(sum));
      store<i32>(squares, laneSum(square));
      store<i32>(differences, laneSum(apart));
      sums += 4;
      squares += 4;
      differences += 4;
    }
  }
  return changed;
}

/** Sums of a rectangle of bytes along its columns (`across`, 32 bits) and its rows (`down`). */
export function sumBlock(
  bytes: usize,
  stride: i32,
  columns: i32,
  rows: i32,
  across: usize,
  down: usize,
): void {
  memory.fill(across, 0, 4 * <usize>columns);
  for (let row = 0; row < rows; row++) {
    const from = bytes + <usize>(row * stride);
    let sum = 0;
    let x = 0;
    let sums = i32x4.splat(0);
    for (; x + 8 <= columns; x += 8) {
      const values = v128.load8x8_u(from + <usize>x);
      const low = i32x4.extend_low_i16x8_u(values);
      const high = i32x4.extend_high_i16x8_u(values);
      const to = across + ((<usize>x) << 2);
      v128.store(to, i32x4.add(v128.load(to), low));
      v128.store(to, i32x4.add(v128.load(to, 16), high), 16);
      sums = i32x4.add(sums, i32x4.add(low, high));
    }
    for (; x < columns; x++) {
      const value = <i32>load<u8>(from + <usize>x);
      const to = across + ((<usize>x) << 2);
      store<i32>(to, load<i32>(to) + value);
      sum += value;
    }
    store<i32>(down + ((<usize>row) << 2), sum + laneSum(sums));
  }
}
