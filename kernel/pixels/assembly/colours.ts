/** A factor or an offset of the conversion, by its place in the list, for four values at once. */
function constant(list: usize, place: usize): v128 {
  return v128.load32_splat(list + (place << 2));
}

function clamped(value: v128): v128 {
  return f32x4.min(f32x4.max(value, f32x4.splat(0)), f32x4.splat(255));
}

function normalised(value: v128, constants: usize, place: usize): v128 {
  return f32x4.add(f32x4.mul(clamped(value), constant(constants, place)), constant(constants, place + 1));
}

/** The first `count` of four values. */
function storeFirst(to: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(to, value);
  else {
    store<f32>(to, f32x4.extract_lane(value, 0));
    if (count > 1) store<f32>(to, f32x4.extract_lane(value, 1), 4);
    if (count > 2) store<f32>(to, f32x4.extract_lane(value, 2), 8);
  }
}

/**
 * A row of luma and colour differences, floats in limited range, as three rows of normalised red, green and blue.
 * @param constants luma’s factor and offset; red of v, green of u, green of v, blue of u; factor
 *   and offset by which red, green and blue are normalised.
 */
export function writeColours(
  y: usize,
  u: usize,
  v: usize,
  width: i32,
  red: usize,
  green: usize,
  blue: usize,
  constants: usize,
): void {
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 2;
    const luma = f32x4.add(f32x4.mul(v128.load(y + at), constant(constants, 0)), constant(constants, 1));
    const cb = f32x4.sub(v128.load(u + at), f32x4.splat(128));
    const cr = f32x4.sub(v128.load(v + at), f32x4.splat(128));
    const r = f32x4.add(luma, f32x4.mul(cr, constant(constants, 2)));
    const g = f32x4.add(
      luma,
      f32x4.add(f32x4.mul(cb, constant(constants, 3)), f32x4.mul(cr, constant(constants, 4))),
    );
    const b = f32x4.add(luma, f32x4.mul(cb, constant(constants, 5)));
    const count = width - x;
    storeFirst(red + at, normalised(r, constants, 6), count);
    storeFirst(green + at, normalised(g, constants, 8), count);
    storeFirst(blue + at, normalised(b, constants, 10), count);
  }
}
