import { openPixels, type PixelLoops } from '../../kernel/index.ts';

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Which source samples make each target sample along one axis, and how much of each. */
interface Taps {
  /** Where the first of `count` neighbouring source samples lies, for each target sample. */
  readonly first: Int32Array;
  readonly count: number;
  /** `count` weights for each target sample, adding up to 1. */
  readonly weights: Float32Array;
}

/**
 * Triangle filter: bilinear when enlarging, widened to the covered area when shrinking, so that nothing aliases.
 * @param multiple the count of taps is two, or made a multiple of this by weights of nothing.
 */
function tapsOf(sourceLength: number, targetLength: number, multiple: number): Taps {
  const scale = sourceLength / targetLength;
  const radius = Math.max(1, scale);
  const spans = Array.from({ length: targetLength }, (_, target) => {
    const centre = (target + 0.5) * scale - 0.5;
    // Samples right at the rim of the filter weigh nothing: left out, a plane of equal size is one tap each.
    const from = Math.max(0, Math.floor(centre - radius) + 1);
    const to = Math.min(sourceLength - 1, Math.ceil(centre + radius) - 1);
    return { centre, from, to };
  });
  const widest = Math.max(...spans.map(({ from, to }) => to - from + 1));
  // As many for all, so that the inner loops are alike.
  const count = widest <= 2 && multiple > 1 ? 2 : multiple * Math.ceil(widest / multiple);
  const first = new Int32Array(targetLength);
  const weights = new Float32Array(targetLength * count);
  for (const [target, { centre, from, to }] of spans.entries()) {
    const start = Math.max(0, Math.min(from, sourceLength - count));
    let sum = 0;
    for (let source = from; source <= to; source += 1) sum += radius - Math.abs(source - centre);
    for (let source = from; source <= to; source += 1) {
      weights[target * count + source - start] = (radius - Math.abs(source - centre)) / sum;
    }
    first[target] = start;
  }
  return { first, count, weights };
}

/** Columns are joined so many at a time. */
const columnsAtOnce = 4;

/** The scaling of planes of one size to another: its arrays are to be moved to `Pixels`. */
export interface Resampling {
  readonly widthPx: number;
  readonly targetWidthPx: number;
  /** Per target row. */
  readonly down: Taps;
  /** Per target column, up to a multiple of four; `first` in bytes of a line of floats. */
  readonly across: Taps;
}

export function planResampling(source: Size, target: Size): Resampling {
  const { first, count, weights } = tapsOf(source.widthPx, target.widthPx, columnsAtOnce);
  const columns = columnsAtOnce * Math.ceil(target.widthPx / columnsAtOnce);
  const across = { first: new Int32Array(columns), count, weights: new Float32Array(columns * count) };
  across.first.set(first.map((sample) => sample * Float32Array.BYTES_PER_ELEMENT));
  across.weights.set(weights);
  return {
    widthPx: source.widthPx,
    targetWidthPx: target.widthPx,
    down: tapsOf(source.heightPx, target.heightPx, 1),
    across,
  };
}

/**
 * Write row `y` of the target. Rows are joined first, then columns: the longer loops then run over neighbours in memory.
 * @param plane where it begins, and the distance between its rows.
 * @param line room for a row of the source; `out` for one of the target, both with 16 more.
 */
export function resampleRow(
  loops: PixelLoops,
  { widthPx, targetWidthPx, down, across }: Resampling,
  plane: { readonly at: number; readonly rowStride: number },
  y: number,
  { line, out }: { readonly line: Float32Array; readonly out: Float32Array },
): void {
  const from = plane.at + (down.first[y] ?? 0) * plane.rowStride;
  const weights = down.weights.byteOffset + 4 * y * down.count;
  loops.joinRows(from, plane.rowStride, widthPx, weights, down.count, line.byteOffset);
  const { first, weights: share, count } = across;
  loops.joinColumns(
    line.byteOffset,
    first.byteOffset,
    share.byteOffset,
    count,
    targetWidthPx,
    out.byteOffset,
  );
}

/** Part of a plane of bytes: its first sample and the distance between rows. */
export interface PlaneView {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly rowStride: number;
}

/**
 * Scale a whole plane of one size to another.
 * @returns `target.widthPx × target.heightPx` values, row by row.
 */
export function resamplePlane(plane: PlaneView, source: Size, target: Size): Float32Array {
  const { widthPx, heightPx } = source;
  const { loops, moved } = openPixels({
    bytes: new Uint8Array(widthPx * heightPx),
    plan: planResampling(source, target),
    rows: { line: new Float32Array(widthPx + 16), out: new Float32Array(target.widthPx + 16) },
  });
  const { bytes, plan, rows } = moved;
  for (let y = 0; y < heightPx; y++) {
    const from = plane.offset + y * plane.rowStride;
    bytes.set(plane.data.subarray(from, from + widthPx), y * widthPx);
  }
  const scaled = new Float32Array(target.widthPx * target.heightPx);
  for (let y = 0; y < target.heightPx; y++) {
    resampleRow(loops, plan, { at: bytes.byteOffset, rowStride: widthPx }, y, rows);
    scaled.set(rows.out.subarray(0, target.widthPx), y * target.widthPx);
  }
  return scaled;
}
