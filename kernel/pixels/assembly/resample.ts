/** Four unsigned 16-bit values, the lower half of eight, as floats. */
function lowFloats(shorts: v128): v128 {
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(shorts));
}

function highFloats(shorts: v128): v128 {
  return f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(shorts));
}

/**
 * One line out of neighbouring rows of bytes: `line[x] = Σ weights[tap] × row[tap][x]`. Reads up to 15 bytes beyond a
 * row's end and writes up to 15 floats beyond the line's.
 */
export function joinRows(
  from: usize,
  rowStride: usize,
  width: i32,
  weights: usize,
  taps: i32,
  line: usize,
): void {
  for (let x = 0; x < width; x += 16) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let at = from + <usize>x;
    for (let tap = 0; tap < taps; tap++) {
      const weight = v128.load32_splat(weights + ((<usize>tap) << 2));
      const bytes = v128.load(at);
      const low = i16x8.extend_low_i8x16_u(bytes);
      const high = i16x8.extend_high_i8x16_u(bytes);
      a = f32x4.add(a, f32x4.mul(lowFloats(low), weight));
      b = f32x4.add(b, f32x4.mul(highFloats(low), weight));
      c = f32x4.add(c, f32x4.mul(lowFloats(high), weight));
      d = f32x4.add(d, f32x4.mul(highFloats(high), weight));
      at += rowStride;
    }
    const to = line + ((<usize>x) << 2);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
}

/** Sums of neighbours: of a's first and second pair, then of b's. */
function pairSums(a: v128, b: v128): v128 {
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
}

function twoTaps(line: usize, first: usize, weights: usize): v128 {
  const left = v128.load64_zero(line + <usize>load<i32>(first));
  const both = v128.load64_lane(line + <usize>load<i32>(first, 4), left, 1);
  return f32x4.mul(both, v128.load(weights));
}

function manyTaps(line: usize, first: usize, weights: usize, taps: i32): v128 {
  const from = line + <usize>load<i32>(first);
  let sum = f32x4.mul(v128.load(from), v128.load(weights));
  for (let tap: usize = 4; tap < <usize>taps; tap += 4)
    sum = f32x4.add(sum, f32x4.mul(v128.load(from + (tap << 2)), v128.load(weights + (tap << 2))));
  return sum;
}

/**
 * One row out of neighbouring values of a line: `out[x] = Σ weights[x × taps + tap] × line[first[x] + tap]`. Goes on to
 * the next multiple of four.
 * @param first in bytes of the line, int32.
 * @param taps two, or a multiple of four.
 */
export function joinColumns(
  line: usize,
  first: usize,
  weights: usize,
  taps: i32,
  width: i32,
  out: usize,
): void {
  const step = (<usize>taps) << 2;
  for (let x = 0; x < width; x += 4) {
    if (taps == 2) {
      const left = twoTaps(line, first, weights);
      const right = twoTaps(line, first + 8, weights + 16);
      v128.store(out, pairSums(left, right));
    } else {
      const a = manyTaps(line, first, weights, taps);
      const b = manyTaps(line, first + 4, weights + step, taps);
      const c = manyTaps(line, first + 8, weights + 2 * step, taps);
      const d = manyTaps(line, first + 12, weights + 3 * step, taps);
      v128.store(out, pairSums(pairSums(a, b), pairSums(c, d)));
    }
    first += 16;
    weights += 4 * step;
    out += 16;
  }
}
