/**
 * Make rows of bytes half as wide and high: means of 2×2, halves rounded up. Reads and writes up to 15 bytes beyond
 * the last row's end.
 * @param width of the source, even or not: a last odd column is left out.
 */
export function halveRows(from: usize, width: i32, rows: i32, to: usize): void {
  const across = width >> 1;
  const two = i16x8.splat(2);
  for (let row = 0; row < rows; row++) {
    const upper = from + <usize>(2 * row * width);
    const lower = upper + <usize>width;
    const out = to + <usize>(row * across);
    for (let x = 0; x < across; x += 8) {
      const sums = i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(v128.load(upper + <usize>(2 * x))),
        i16x8.extadd_pairwise_i8x16_u(v128.load(lower + <usize>(2 * x))),
      );
      const means = i16x8.shr_u(i16x8.add(sums, two), 2);
      v128.store64_lane(out + <usize>x, i8x16.narrow_i16x8_u(means, means), 0);
    }
  }
}
