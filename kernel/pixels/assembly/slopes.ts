/** Cells above this luma are not dark. */
const brightLuma: u16 = 40;

function laneSum(values: v128): f64 {
  return (
    <f64>f32x4.extract_lane(values, 0) +
    <f64>f32x4.extract_lane(values, 1) +
    <f64>f32x4.extract_lane(values, 2) +
    <f64>f32x4.extract_lane(values, 3)
  );
}

function addTo(sums: usize, place: usize, value: f64): void {
  store<f64>(sums + (place << 3), load<f64>(sums + (place << 3)) + value);
}

/** How far the bytes at even places are apart, as 16 bits. */
function evenDifference(a: v128, b: v128): v128 {
  const apart = v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
  return v128.and(apart, i16x8.splat(0x00ff));
}

/**
 * Slopes of every second cell in both directions (from column and row 2 to the last but one), and how they compare with
 * others.
 * @param luma, `occupied` bytes; where occupied is 1, a cell is not compared.
 * @param was square roots of slopes, `roots` receives those of this picture, row by row; eight more are written.
 * @param sums float64: cells compared; sums of roots now and then, of both squares, and of the product; of all cells the
 *   luma, and how many are not dark.
 */
export function measureSlopes(
  luma: usize,
  occupied: usize,
  was: usize,
  columns: i32,
  rows: i32,
  roots: usize,
  sums: usize,
): void {
  memory.fill(sums, 0, 8 * 8);
  const across = columns / 2 - 1;
  const low = i16x8.splat(0x00ff);
  const places = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
  for (let row = 2; row < rows - 1; row += 2) {
    let compared = 0;
    let bright = 0;
    let level = i32x4.splat(0);
    let now = f32x4.splat(0);
    let then = f32x4.splat(0);
    let nowNow = f32x4.splat(0);
    let thenThen = f32x4.splat(0);
    let nowThen = f32x4.splat(0);
    for (let x = 0; x < across; x += 8) {
      const cell = luma + <usize>(row * columns + 2 + 2 * x);
      const isIn = i16x8.lt_s(places, i16x8.splat(<i16>(across - x)));
      const value = v128.and(v128.and(v128.load(cell), low), isIn);
      level = i32x4.add(level, i32x4.extadd_pairwise_i16x8_u(value));
      bright += popcnt(i16x8.bitmask(i16x8.gt_u(value, i16x8.splat(brightLuma))));
      const slope = i16x8.add(
        evenDifference(v128.load(cell + 1), v128.load(cell - 1)),
        evenDifference(v128.load(cell + <usize>columns), v128.load(cell - <usize>columns)),
      );
      const taken = v128.and(v128.load(occupied + <usize>(row * columns + 2 + 2 * x)), low);
      const isCompared = v128.andnot(isIn, i16x8.eq(taken, i16x8.splat(1)));
      compared += popcnt(i16x8.bitmask(isCompared));
      for (let part: usize = 0; part < 2; part++) {
        const words = part == 0 ? i32x4.extend_low_i16x8_u(slope) : i32x4.extend_high_i16x8_u(slope);
        const mask = part == 0 ? i32x4.extend_low_i16x8_s(isCompared) : i32x4.extend_high_i16x8_s(isCompared);
        const root = f32x4.sqrt(f32x4.convert_i32x4_u(words));
        const at = ((<usize>x) << 2) + (part << 4);
        const before = v128.and(v128.load(was + at), mask);
        v128.store(roots + at, root);
        const here = v128.and(root, mask);
        now = f32x4.add(now, here);
        then = f32x4.add(then, before);
        nowNow = f32x4.add(nowNow, f32x4.mul(here, here));
        thenThen = f32x4.add(thenThen, f32x4.mul(before, before));
        nowThen = f32x4.add(nowThen, f32x4.mul(here, before));
      }
    }
    addTo(sums, 0, compared);
    addTo(sums, 1, laneSum(now));
    addTo(sums, 2, laneSum(then));
    addTo(sums, 3, laneSum(nowNow));
    addTo(sums, 4, laneSum(thenThen));
    addTo(sums, 5, laneSum(nowThen));
    addTo(sums, 6, laneSum(f32x4.convert_i32x4_u(level)));
    addTo(sums, 7, bright);
    was += (<usize>across) << 2;
    roots += (<usize>across) << 2;
  }
}
