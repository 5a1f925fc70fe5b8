/** Which source samples make each target sample along one axis, and how much of each. */
interface Taps {
  /** Where the first of `count` neighbouring source samples lies, for each target sample. */
  readonly first: Int32Array;
  readonly count: number;
  /** `count` weights for each target sample, adding up to 1. */
  readonly weights: Float32Array;
}

/** Triangle filter: bilinear when enlarging, widened to the covered area when shrinking, so that nothing aliases. */
function tapsOf(sourceLength: number, targetLength: number): Taps {
  const scale = sourceLength / targetLength;
  const radius = Math.max(1, scale);
  const spans = Array.from({ length: targetLength }, (_, target) => {
    const centre = (target + 0.5) * scale - 0.5;
    // Samples right at the rim of the filter weigh nothing: left out, a plane of equal size is one tap each.
    const from = Math.max(0, Math.floor(centre - radius) + 1);
    const to = Math.min(sourceLength - 1, Math.ceil(centre + radius) - 1);
    return { centre, from, to };
  });
  // As many for all, so that the inner loops are alike; those beyond a sample's own span weigh nothing.
  const count = Math.max(...spans.map(({ from, to }) => to - from + 1));
  const first = new Int32Array(targetLength);
  const weights = new Float32Array(targetLength * count);
  for (const [target, { centre, from, to }] of spans.entries()) {
    const start = Math.min(from, sourceLength - count);
    let sum = 0;
    for (let source = from; source <= to; source += 1) sum += radius - Math.abs(source - centre);
    for (let source = from; source <= to; source += 1) {
      weights[target * count + source - start] = (radius - Math.abs(source - centre)) / sum;
    }
    first[target] = start;
  }
  return { first, count, weights };
}

/** Part of a plane of bytes: its first sample and the distance between rows. */
export interface PlaneView {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly rowStride: number;
}

function joinAcross(
  line: Float32Array,
  { first, count, weights }: Taps,
  out: Float32Array,
  at: number,
): void {
  for (let x = 0; x < first.length; x += 1) {
    const from = first[x]!;
    let sum = 0;
    for (let tap = 0; tap < count; tap += 1) sum += line[from + tap]! * weights[x * count + tap]!;
    out[at + x] = sum;
  }
}

/** The same for two taps, which is all enlarging: without the inner loop it takes half the time. */
function joinPairs(line: Float32Array, { first, weights }: Taps, out: Float32Array, at: number): void {
  for (let x = 0; x < first.length; x += 1) {
    const from = first[x]!;
    out[at + x] = line[from]! * weights[2 * x]! + line[from + 1]! * weights[2 * x + 1]!;
  }
}

export type Resample = (source: PlaneView, target: Float32Array) => void;

/**
 * Prepare the scaling of planes of one size to another; every call reuses the same buffers.
 * @returns writes `targetWidth * targetHeight` values, row by row, into the target.
 */
export function openResampler(
  source: { readonly widthPx: number; readonly heightPx: number },
  target: { readonly widthPx: number; readonly heightPx: number },
): Resample {
  const across = tapsOf(source.widthPx, target.widthPx);
  const down = tapsOf(source.heightPx, target.heightPx);
  const { count } = across;
  const line = new Float32Array(source.widthPx);
  // Rows are joined first, then columns: the longer loops then run over neighbours in memory.
  return ({ data, offset, rowStride }, out) => {
    for (let y = 0; y < target.heightPx; y += 1) {
      line.fill(0);
      for (let tap = 0; tap < down.count; tap += 1) {
        const weight = down.weights[y * down.count + tap]!;
        if (weight === 0) continue;
        const row = offset + (down.first[y]! + tap) * rowStride;
        for (let x = 0; x < line.length; x += 1) line[x]! += data[row + x]! * weight;
      }
      const outRow = y * target.widthPx;
      if (count === 2) joinPairs(line, across, out, outRow);
      else joinAcross(line, across, out, outRow);
    }
  };
}
