/** How far two rows of bytes are apart, byte by byte. */
export function difference(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}

/** 1 where at least two of 2×2 cells are 1, else 0. Writes up to seven bytes beyond the end. */
export function coarseMask(
  cells: usize,
  columns: i32,
  coarseColumns: i32,
  coarseRows: i32,
  mask: usize,
): void {
  const one = i8x16.splat(1);
  for (let row = 0; row < coarseRows; row++) {
    const upper = cells + <usize>(2 * row * columns);
    const lower = upper + <usize>columns;
    const to = mask + <usize>(row * coarseColumns);
    for (let x: usize = 0; x < <usize>coarseColumns; x += 8) {
      const sums = i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(v128.and(i8x16.eq(v128.load(upper + 2 * x), one), one)),
        i16x8.extadd_pairwise_i8x16_u(v128.and(i8x16.eq(v128.load(lower + 2 * x), one), one)),
      );
      const enough = v128.and(i16x8.gt_s(sums, i16x8.splat(1)), i16x8.splat(1));
      v128.store64_lane(to + x, i8x16.narrow_i16x8_u(enough, enough), 0);
    }
  }
}

/** Sum of bytes. */
function sumOf(bytes: usize, length: i32): i32 {
  let sums = i32x4.splat(0);
  let at = 0;
  for (; at + 16 <= length; at += 16) {
    sums = i32x4.add(
      sums,
      i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v128.load(bytes + <usize>at))),
    );
  }
  let sum =
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3);
  for (; at < length; at++) sum += <i32>load<u8>(bytes + <usize>at);
  return sum;
}

/**
 * Sums of bytes in bands: of every column in each band of rows, and of every row in each band of columns.
 * @param across floats, one line of `columns` for each band; `down` one of `rows`.
 * @param line room for a row of 16-bit sums: a band has at most 257 rows.
 */
export function sumBands(
  bytes: usize,
  columns: i32,
  rows: i32,
  bands: i32,
  across: usize,
  down: usize,
  line: usize,
): void {
  for (let band = 0; band < bands; band++) {
    const fromRow = (band * rows + bands - 1) / bands;
    const toRow = ((band + 1) * rows + bands - 1) / bands;
    memory.fill(line, 0, 2 * (<usize>columns + 16));
    for (let row = fromRow; row < toRow; row++) {
      const from = bytes + <usize>(row * columns);
      for (let x: usize = 0; x < <usize>columns; x += 16) {
        const values = v128.load(from + x);
        const to = line + 2 * x;
        v128.store(to, i16x8.add(v128.load(to), i16x8.extend_low_i8x16_u(values)));
        v128.store(to, i16x8.add(v128.load(to, 16), i16x8.extend_high_i8x16_u(values)), 16);
      }
    }
    for (let x = 0; x < columns; x++) {
      store<f32>(across + ((<usize>(band * columns + x)) << 2), <f32>load<u16>(line + 2 * <usize>x));
    }
    const from = (band * columns) / bands;
    const length = ((band + 1) * columns) / bands - from;
    for (let row = 0; row < rows; row++) {
      const sum = sumOf(bytes + <usize>(row * columns + from), length);
      store<f32>(down + ((<usize>(band * rows + row)) << 2), <f32>sum);
    }
  }
}

/**
 * Every second row, from `reach` on, in which eight cells side by side are equal to those one row and `reach` rows above.
 * @param found int32, receives the rows. @returns how many.
 */
export function repeatedRows(bytes: usize, columns: i32, rows: i32, reach: i32, found: usize): i32 {
  let count = 0;
  for (let row = reach; row < rows; row += 2) {
    const here = bytes + <usize>(row * columns);
    const above = here - <usize>columns;
    const further = here - <usize>(reach * columns);
    let before: u32 = 0;
    for (let x = 0; x < columns; x += 16) {
      const values = v128.load(here + <usize>x);
      let same: u32 = i8x16.bitmask(
        v128.and(
          i8x16.eq(values, v128.load(above + <usize>x)),
          i8x16.eq(values, v128.load(further + <usize>x)),
        ),
      );
      if (columns - x < 16) same &= (1 << (columns - x)) - 1;
      let runs: u32 = before | (same << 16);
      runs &= runs >> 1;
      runs &= runs >> 2;
      runs &= runs >> 4;
      if (runs != 0) {
        store<i32>(found + ((<usize>count) << 2), row);
        count++;
        break;
      }
      before = same;
    }
  }
  return count;
}

/** Cells of every second row, from `first` on, that differ by more than `by` from the one above. */
export function countSteps(floats: usize, columns: i32, rows: i32, first: i32, by: f32): i32 {
  let counts = i32x4.splat(0);
  let count = 0;
  for (let row = first; row < rows; row += 2) {
    const here = floats + ((<usize>(row * columns)) << 2);
    const above = here - ((<usize>columns) << 2);
    let x = 0;
    for (; x + 4 <= columns; x += 4) {
      const at = (<usize>x) << 2;
      const step = f32x4.abs(f32x4.sub(v128.load(here + at), v128.load(above + at)));
      counts = i32x4.sub(counts, f32x4.gt(step, f32x4.splat(by)));
    }
    for (; x < columns; x++) {
      const at = (<usize>x) << 2;
      if (abs(load<f32>(here + at) - load<f32>(above + at)) > by) count++;
    }
  }
  return (
    count +
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3)
  );
}
