/** Which source samples make each target sample along one axis, and how much of each. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `width` weights for each target sample, adding up to 1. */
  readonly weights: Float32Array;
  readonly width: number;
}

/** Triangle filter: bilinear when enlarging, widened to the covered area when shrinking, so that nothing aliases. */
function tapsOf(sourceLength: number, targetLength: number): Taps {
  const scale = sourceLength / targetLength;
  const radius = Math.max(1, scale);
  const width = Math.ceil(2 * radius) + 1;
  const first = new Int32Array(targetLength);
  const count = new Int32Array(targetLength);
  const weights = new Float32Array(targetLength * width);
  for (let target = 0; target < targetLength; target += 1) {
    const centre = (target + 0.5) * scale - 0.5;
    // Samples right at the rim of the filter weigh nothing: left out, a plane of equal size is one tap each.
    const from = Math.max(0, Math.floor(centre - radius) + 1);
    const to = Math.min(sourceLength - 1, Math.ceil(centre + radius) - 1);
    let sum = 0;
    for (let source = from; source <= to; source += 1) sum += radius - Math.abs(source - centre);
    for (let source = from; source <= to; source += 1) {
      weights[target * width + source - from] = (radius - Math.abs(source - centre)) / sum;
    }
    first[target] = from;
    count[target] = to - from + 1;
  }
  return { first, count, weights, width };
}

/** Part of a plane of bytes: its first sample and the distance between rows. */
export interface PlaneView {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly rowStride: number;
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
  const targetWidth = target.widthPx;
  const narrowed = new Float32Array(targetWidth * source.heightPx);
  return ({ data, offset, rowStride }, out) => {
    for (let row = 0; row < source.heightPx; row += 1) {
      const rowStart = offset + row * rowStride;
      const outStart = row * targetWidth;
      for (let x = 0; x < targetWidth; x += 1) {
        const from = rowStart + across.first[x]!;
        const weightStart = x * across.width;
        const count = across.count[x]!;
        let sum = 0;
        for (let tap = 0; tap < count; tap += 1)
          sum += data[from + tap]! * across.weights[weightStart + tap]!;
        narrowed[outStart + x] = sum;
      }
    }
    out.fill(0, 0, targetWidth * target.heightPx);
    for (let y = 0; y < target.heightPx; y += 1) {
      const outStart = y * targetWidth;
      for (let tap = 0; tap < down.count[y]!; tap += 1) {
        const weight = down.weights[y * down.width + tap]!;
        const from = (down.first[y]! + tap) * targetWidth;
        for (let x = 0; x < targetWidth; x += 1) out[outStart + x]! += narrowed[from + x]! * weight;
      }
    }
  };
}
