import { difference } from './grid';

/** The colour of flames in YUV: bright, reddish, not bluish. */
const leastLuma: u8 = 100;
const leastV: u8 = 146;
const mostU: u8 = 120;
const leastRedness: u8 = 30;
/** Below this a cell has forgotten that it ever had the colour of fire. */
const warmShare: f32 = 0.01;
/** A cell burns when it had this colour in so much of the time, and its luma changed by so much per picture. */
const hotShare: f32 = 0.25;
const flickerSteps: f32 = 7;

/** Four bytes of all bits or none, as four masks of 32 bits. */
function masksOf(bytes: v128): v128 {
  return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes));
}

/** Which bytes have the colour of fire. */
function flamesIn(luma: v128, u: v128, v: v128): v128 {
  const isRed = v128.and(
    i8x16.ge_u(v, i8x16.splat(leastV)),
    i8x16.ge_u(i8x16.sub_sat_u(v, u), i8x16.splat(leastRedness)),
  );
  return v128.and(
    v128.and(isRed, i8x16.le_u(u, i8x16.splat(mostU))),
    i8x16.ge_u(luma, i8x16.splat(leastLuma)),
  );
}

/** @returns how many of the four cells are hot. */
function followFour(
  luma: usize,
  u: usize,
  v: usize,
  before: usize,
  isWarm: usize,
  hot: usize,
  flicker: usize,
  rate: v128,
): i32 {
  const value = v128.load32_zero(luma);
  const flames = flamesIn(value, v128.load32_zero(u), v128.load32_zero(v));
  const isFlame = masksOf(flames);
  const isWanted = masksOf(v128.or(flames, v128.load32_zero(isWarm)));
  const wasHot = v128.load(hot);
  const flame = v128.and(isFlame, f32x4.splat(1));
  const hotNow = f32x4.add(wasHot, f32x4.mul(v128.and(rate, isWanted), f32x4.sub(flame, wasHot)));
  v128.store(hot, hotNow);
  const warm = i16x8.narrow_i32x4_s(
    f32x4.ge(hotNow, f32x4.splat(warmShare)),
    f32x4.ge(hotNow, f32x4.splat(warmShare)),
  );
  v128.store32_lane(isWarm, i8x16.narrow_i16x8_s(warm, warm), 0);
  const change = difference(value, v128.load32_zero(before));
  const changed = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(change)));
  const flickered = v128.load(flicker);
  const follow = v128.and(rate, isWanted);
  v128.store(flicker, f32x4.add(flickered, f32x4.mul(follow, f32x4.sub(changed, flickered))));
  return popcnt(i32x4.bitmask(f32x4.gt(hotNow, f32x4.splat(hotShare))));
}

/**
 * How much of the time every cell has the colour of fire (`hot`), and how much its luma changes (`flicker`).
 * @param luma now, `before` in the picture before; these, `u`, `v` and `isWarm` are bytes, `hot` and `flicker` floats.
 * @param isWarm all bits where `hot` says anything.
 * @param rate share of the way that both follow.
 * @returns how many cells are hot.
 */
export function stepFlames(
  cells: i32,
  luma: usize,
  u: usize,
  v: usize,
  before: usize,
  isWarm: usize,
  hot: usize,
  flicker: usize,
  rate: f32,
): i32 {
  let count = 0;
  const share = f32x4.splat(rate);
  for (let first: usize = 0; first < <usize>cells; first += 16) {
    const isFlame = flamesIn(v128.load(luma + first), v128.load(u + first), v128.load(v + first));
    const wanted = v128.or(isFlame, v128.load(isWarm + first));
    // Most of a street never has the colour of fire.
    if (!v128.any_true(wanted)) continue;
    for (let four: usize = 0; four < 16; four += 4) {
      const cell = first + four;
      count += followFour(
        luma + cell,
        u + cell,
        v + cell,
        before + cell,
        isWarm + cell,
        hot + (cell << 2),
        flicker + (cell << 2),
        share,
      );
    }
  }
  return count;
}

/** 1 where a cell burns, else 0. */
export function markFlames(cells: i32, hot: usize, flicker: usize, mask: usize): void {
  for (let cell: usize = 0; cell < <usize>cells; cell += 4) {
    const at = cell << 2;
    const burns = v128.and(
      f32x4.gt(v128.load(hot + at), f32x4.splat(hotShare)),
      f32x4.gt(v128.load(flicker + at), f32x4.splat(flickerSteps)),
    );
    const words = v128.and(burns, i32x4.splat(1));
    const shorts = i16x8.narrow_i32x4_u(words, words);
    v128.store32_lane(mask + cell, i8x16.narrow_i16x8_u(shorts, shorts), 0);
  }
}
