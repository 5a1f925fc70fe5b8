import { difference } from './grid';

/** Luma differences below this are never a change; above the second one always are, however noisy the cell. */
const quiet: f32 = 12;
const loud: f32 = 45;
/** Where the ground is darker than this luma, differences are as much smaller, down to half. */
const darkBelow: f32 = 80;
const darkSlope: f32 = 0.075;
const noiseFactor: f32 = 2.8;
/** |ΔU| + |ΔV| of another colour. */
const colourDiffers: f32 = 18;
/** A background seen for so long has settled: from then on it learns in turn. */
const settledMs: f32 = 3_000;

/**
 * Differences up to these, in whole steps, are none by any measure: two steps of luma are left for rounding, also in
 * another light; black ground may differ by 6, dim ground by 9, bright ground by 12, and two colours of 8 are within
 * what one or the other may differ by.
 */
const darkStep: i8 = 4;
const moreFrom: u8 = 40;
const mostFrom: u8 = 80;
const moreStep: i8 = 3;
const colourStep: i8 = 8;

/** Blocks of 64 cells learn in turn, four turns. */
const blockBits: i32 = 6;
const lastTurn: i32 = 3;

/** Arrays of the cells, by their place in the list of pointers. */
const Luma: usize = 0;
const U: usize = 4;
const V: usize = 8;
const ExpectedLuma: usize = 12;
const ExpectedU: usize = 16;
const ExpectedV: usize = 20;
const IsPending: usize = 24;
const Shows: usize = 28;
const BackLuma: usize = 32;
const BackU: usize = 36;
const BackV: usize = 40;
const Noise: usize = 44;
const Support: usize = 48;
const Close: usize = 52;

/** Four bytes as floats. */
function floatsAt(bytes: usize): v128 {
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(bytes))));
}

/** Four floats of 0 … 255 as bytes, cut off. */
function storeBytes(to: usize, floats: v128): void {
  const words = i32x4.trunc_sat_f32x4_u(floats);
  const shorts = i16x8.narrow_i32x4_u(words, words);
  v128.store32_lane(to, i8x16.narrow_i16x8_u(shorts, shorts), 0);
}

function lit(bytes: v128, gain: v128): v128 {
  const low = i16x8.extend_low_i8x16_u(bytes);
  const high = i16x8.extend_high_i8x16_u(bytes);
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_s(
      litFour(i32x4.extend_low_i16x8_u(low), gain),
      litFour(i32x4.extend_high_i16x8_u(low), gain),
    ),
    i16x8.narrow_i32x4_s(
      litFour(i32x4.extend_low_i16x8_u(high), gain),
      litFour(i32x4.extend_high_i16x8_u(high), gain),
    ),
  );
}

function litFour(values: v128, gain: v128): v128 {
  return i32x4.trunc_sat_f32x4_u(f32x4.nearest(f32x4.mul(f32x4.convert_i32x4_u(values), gain)));
}

/** Follow the background where it is seen. @returns which of the four cells do not show it. */
function stepFour(cell: usize, arrays: usize, rates: usize, turn: usize): i32 {
  const at = cell << 2;
  const backLuma = load<usize>(arrays, BackLuma) + at;
  const backU = load<usize>(arrays, BackU) + at;
  const backV = load<usize>(arrays, BackV) + at;
  const noise = load<usize>(arrays, Noise) + at;
  const luma = floatsAt(load<usize>(arrays, Luma) + cell);
  const u = floatsAt(load<usize>(arrays, U) + cell);
  const v = floatsAt(load<usize>(arrays, V) + cell);
  const learnt = v128.load(backLuma);
  const spread = v128.load(noise);
  // A clipped highlight shows no more than that it is one.
  const lightNow = f32x4.min(f32x4.splat(255), f32x4.mul(v128.load32_splat(rates), learnt));
  const away = f32x4.abs(f32x4.sub(luma, lightNow));
  const dark = f32x4.mul(
    f32x4.max(f32x4.splat(0), f32x4.sub(f32x4.splat(darkBelow), learnt)),
    f32x4.splat(darkSlope),
  );
  const tolerance = f32x4.min(
    f32x4.splat(loud),
    f32x4.add(f32x4.sub(f32x4.splat(quiet), dark), f32x4.mul(spread, f32x4.splat(noiseFactor))),
  );
  const du = f32x4.sub(u, v128.load(backU));
  const dv = f32x4.sub(v, v128.load(backV));
  const colour = f32x4.add(f32x4.abs(du), f32x4.abs(dv));
  const isBackground = v128.and(f32x4.le(away, tolerance), f32x4.le(colour, f32x4.splat(colourDiffers)));
  const isLearning = load<f32>(rates, 20) != 0;
  if (isLearning && v128.any_true(isBackground)) {
    const supportAt = load<usize>(arrays, Support) + at;
    const support = v128.load(supportAt);
    const isSettled = f32x4.ge(support, f32x4.splat(settledMs));
    const sinceMs = v128.bitselect(v128.load32_splat(turn), v128.load32_splat(rates, 4), isSettled);
    const on = v128.and(isBackground, f32x4.gt(sinceMs, f32x4.splat(0)));
    if (v128.any_true(on)) {
      const slowly = v128.bitselect(v128.load32_splat(turn, 4), v128.load32_splat(rates, 8), isSettled);
      const noiseRate = v128.bitselect(v128.load32_splat(turn, 8), v128.load32_splat(rates, 12), isSettled);
      // Seen for the first seconds: a plain mean. Later: a slow follower.
      const isFollower = f32x4.ge(support, v128.load32_splat(rates, 16));
      const longer = f32x4.add(support, sinceMs);
      const mean = f32x4.max(slowly, f32x4.div(sinceMs, longer));
      const rate = v128.and(v128.bitselect(slowly, mean, isFollower), on);
      v128.store(supportAt, v128.bitselect(longer, support, v128.andnot(on, isFollower)));
      const lumaThen = f32x4.add(learnt, f32x4.mul(rate, f32x4.sub(luma, learnt)));
      const uThen = f32x4.add(v128.load(backU), f32x4.mul(rate, du));
      const vThen = f32x4.add(v128.load(backV), f32x4.mul(rate, dv));
      v128.store(backLuma, lumaThen);
      v128.store(backU, uThen);
      v128.store(backV, vThen);
      v128.store(noise, f32x4.add(spread, f32x4.mul(v128.and(noiseRate, on), f32x4.sub(away, spread))));
      const half = f32x4.splat(0.5);
      storeBytes(load<usize>(arrays, ExpectedLuma) + cell, f32x4.add(lumaThen, half));
      storeBytes(load<usize>(arrays, ExpectedU) + cell, f32x4.add(uThen, half));
      storeBytes(load<usize>(arrays, ExpectedV) + cell, f32x4.add(vThen, half));
    }
  }
  return ~i32x4.bitmask(isBackground) & 15;
}

/** What stands out among sixteen cells, or is pending: every bit of its byte. */
function closeOf(cell: usize, arrays: usize, gain: f32): v128 {
  const ground = v128.load(load<usize>(arrays, ExpectedLuma) + cell);
  const more = v128.and(i8x16.ge_u(ground, i8x16.splat(moreFrom)), i8x16.splat(moreStep));
  const most = v128.and(i8x16.ge_u(ground, i8x16.splat(mostFrom)), i8x16.splat(moreStep));
  const step = i8x16.add(i8x16.splat(darkStep), i8x16.add(more, most));
  const expected = gain == 1 ? ground : lit(ground, f32x4.splat(gain));
  const luma = difference(v128.load(load<usize>(arrays, Luma) + cell), expected);
  const u = difference(
    v128.load(load<usize>(arrays, U) + cell),
    v128.load(load<usize>(arrays, ExpectedU) + cell),
  );
  const v = difference(
    v128.load(load<usize>(arrays, V) + cell),
    v128.load(load<usize>(arrays, ExpectedV) + cell),
  );
  const isPending = i8x16.ne(v128.load(load<usize>(arrays, IsPending) + cell), i8x16.splat(0));
  const isOther = v128.or(i8x16.gt_u(luma, step), i8x16.gt_u(i8x16.max_u(u, v), i8x16.splat(colourStep)));
  return v128.or(isOther, isPending);
}

/**
 * Follow the background of cells where it is seen, and say what they show: 0 the background, 1 something else.
 *
 * Most cells show what is expected of them: sixteen are compared at once, by limits narrower than the exact ones, so
 * that what passes is background by the exact measure.
 * @param arrays pointers, in this order: luma, u, v of the picture (bytes); luma, u, v expected, what is pending, what is
 *   shown (bytes); luma, u, v of the background, its noise, how long it was seen in ms (floats); and room for the result
 *   (int32).
 * @param rates floats: brightness of the picture against the background; ms since the last; share of the way that
 *   background and noise go in that time; from how many ms on it only follows; whether it learns at all.
 * @param turns floats, for each of the four: ms it stands for (0: not now), and the two shares of the way for that time.
 * @returns how many cells are to be looked at closely: not background, or pending. Their indices are the result.
 */
export function stepBackground(cells: i32, arrays: usize, rates: usize, turns: usize): i32 {
  const shows = load<usize>(arrays, Shows);
  const isPending = load<usize>(arrays, IsPending);
  const close = load<usize>(arrays, Close);
  const gain = load<f32>(rates);
  let count = 0;
  for (let first = 0; first < cells; first += 16) {
    const turn = turns + 12 * <usize>((first >> blockBits) & lastTurn);
    const isTurn = load<f32>(turn) != 0;
    const found = closeOf(first, arrays, gain);
    if (!isTurn && !v128.any_true(found)) {
      v128.store(shows + first, i8x16.splat(0));
      continue;
    }
    v128.store(shows + first, found);
    for (let cell = first; cell < first + 16; cell += 4) {
      if (!isTurn && load<u32>(shows + cell) == 0) continue;
      const other = stepFour(cell, arrays, rates, turn);
      store<u32>(shows + cell, (other & 1) | ((other & 2) << 7) | ((other & 4) << 14) | ((other & 8) << 21));
      if (other == 0 && load<u32>(isPending + cell) == 0) continue;
      for (let one = 0; one < 4; one++) {
        if (cell + one >= cells) break;
        if (((other >> one) & 1) == 0 && load<u8>(isPending + cell + one) == 0) continue;
        store<i32>(close + ((<usize>count) << 2), cell + one);
        count++;
      }
    }
  }
  return count;
}
