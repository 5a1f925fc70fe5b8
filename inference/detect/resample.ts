/** Which source samples make each target sample along one axis, and how much of each. */
interface Taps {
  /** Where the first of `count` neighbouring source samples lies, for each target sample. */
  readonly first: Int32Array;
  readonly count: number;
  /** `count` weights for each target sample, adding up to 1. */
  readonly weights: Float64Array;
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
  const widest = Math.max(...spans.map(({ from, to }) => to - from + 1));
  // Two, three and four are written out below; an axis too short for them has fewer.
  const count = widest === 1 ? Math.min(2, sourceLength) : widest;
  const first = new Int32Array(targetLength);
  const weights = new Float64Array(targetLength * count);
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

// Up to four taps are written out: without the inner loops it takes a third of the time. Sums are kept as float64,
// which spares two conversions for each of them.

function joinRows(
  { data, offset, rowStride }: PlaneView,
  { first, count, weights }: Taps,
  y: number,
  line: Float64Array,
): void {
  const from = offset + (first[y] ?? 0) * rowStride;
  const at = y * count;
  const [w0, w1, w2, w3] = [
    weights[at] ?? 0,
    weights[at + 1] ?? 0,
    weights[at + 2] ?? 0,
    weights[at + 3] ?? 0,
  ];
  const [row1, row2, row3] = [from + rowStride, from + 2 * rowStride, from + 3 * rowStride];
  const length = line.length;
  if (count === 2) {
    for (let x = 0; x < length; x++) line[x] = w0 * data[from + x]! + w1 * data[row1 + x]!;
  } else if (count === 3 || (count === 4 && w3 === 0)) {
    for (let x = 0; x < length; x++)
      line[x] = w0 * data[from + x]! + w1 * data[row1 + x]! + w2 * data[row2 + x]!;
  } else if (count === 4) {
    for (let x = 0; x < length; x++)
      line[x] = w0 * data[from + x]! + w1 * data[row1 + x]! + w2 * data[row2 + x]! + w3 * data[row3 + x]!;
  } else {
    line.fill(0);
    for (let tap = 0; tap < count; tap++) {
      const weight = weights[at + tap]!;
      const row = from + tap * rowStride;
      if (weight !== 0) for (let x = 0; x < length; x++) line[x]! += data[row + x]! * weight;
    }
  }
}

function joinColumns(line: Float64Array, { first, count, weights }: Taps, out: Float64Array): void {
  const length = first.length;
  if (count === 2) {
    for (let x = 0, at = 0; x < length; x++, at += 2) {
      const from = first[x]!;
      out[x] = line[from]! * weights[at]! + line[from + 1]! * weights[at + 1]!;
    }
  } else if (count === 4) {
    for (let x = 0, at = 0; x < length; x++, at += 4) {
      const from = first[x]!;
      out[x] =
        line[from]! * weights[at]! +
        line[from + 1]! * weights[at + 1]! +
        line[from + 2]! * weights[at + 2]! +
        line[from + 3]! * weights[at + 3]!;
    }
  } else {
    for (let x = 0; x < length; x++) {
      const from = first[x]!;
      let sum = 0;
      for (let tap = 0; tap < count; tap++) sum += line[from + tap]! * weights[x * count + tap]!;
      out[x] = sum;
    }
  }
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Writes row `y` of the target, `target.widthPx` values. */
export type ResampleRow = (source: PlaneView, y: number, row: Float64Array) => void;

/** Prepare the scaling of planes of one size to another, row by row; every call reuses the same buffers. */
export function openRowResampler(source: Size, target: Size): ResampleRow {
  const across = tapsOf(source.widthPx, target.widthPx);
  const down = tapsOf(source.heightPx, target.heightPx);
  const line = new Float64Array(source.widthPx);
  // Rows are joined first, then columns: the longer loops then run over neighbours in memory.
  return (plane, y, row) => {
    joinRows(plane, down, y, line);
    joinColumns(line, across, row);
  };
}

/**
 * Prepare the scaling of whole planes of one size to another.
 * @returns writes `targetWidth * targetHeight` values, row by row, into the target.
 */
export function openResampler(source: Size, target: Size): (plane: PlaneView, out: Float32Array) => void {
  const joinRow = openRowResampler(source, target);
  const row = new Float64Array(target.widthPx);
  return (plane, out) => {
    for (let y = 0; y < target.heightPx; y++) {
      joinRow(plane, y, row);
      out.set(row, y * target.widthPx);
    }
  };
}
