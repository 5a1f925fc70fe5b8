/** Gains outside of this are not a camera's exposure. */
const [least, most] = [0.4, 2.5];
const bins = 96;
const step = 17;
const span = Math.log(most / least);
const logarithms = Float64Array.from({ length: 256 }, (_, value) => Math.log(value));
const logLeast = Math.log(least);

/**
 * How much brighter the whole picture is than the learnt background (exposure, clouds): the median of the cells' ratios,
 * so that whatever covers less than half of the picture does not matter.
 * @param luma now, `background` learnt, in whole steps; cells darker than 16 say nothing (letterbox bars).
 * @returns 1 when the picture has too few bright cells to tell.
 */
export function findGain(luma: Uint8Array, background: Uint8Array): number {
  const counts = new Uint32Array(bins);
  let looked = 0;
  for (let cell = 0; cell < luma.length; cell += step) {
    const was = background[cell] ?? 0;
    const is = luma[cell] ?? 0;
    // A clipped highlight does not show by how much it was exceeded.
    if (was < 16 || is < 8 || is > 250) continue;
    const ratio = (logarithms[is] ?? 0) - (logarithms[was] ?? 0);
    const bin = Math.floor(((ratio - logLeast) / span) * bins);
    if (bin < 0 || bin >= bins) continue;
    counts[bin] = (counts[bin] ?? 0) + 1;
    looked++;
  }
  if (looked < 50) return 1;
  let seen = 0;
  for (let bin = 0; bin < bins; bin++) {
    const count = counts[bin] ?? 0;
    if (seen + count >= looked / 2) {
      const share = count === 0 ? 0.5 : (looked / 2 - seen) / count;
      const gain = least * Math.exp((span * (bin + share)) / bins);
      return Math.abs(gain - 1) < 0.015 ? 1 : gain;
    }
    seen += count;
  }
  return 1;
}
