import { openPixels } from '../../../kernel/index.ts';
import type { AnalysisGrid } from './analysis-grid.ts';

/** Furthest shift that is looked for, in cells. */
const reach = 8;
const bands = 4;
/** A shift must explain this much of the difference, in most bands, before it is believed. */
const mustExplain = 0.25;

/** Brightness summed along rows and columns in four bands each: enough to see where a picture has moved to. */
export interface Projections {
  readonly across: readonly Float32Array[];
  readonly down: readonly Float32Array[];
  /** Measure a picture anew. @param luma `columns × rows`. */
  readonly take: (luma: Uint8Array) => void;
}

export function makeProjections({ columns, rows }: Pick<AnalysisGrid, 'columns' | 'rows'>): Projections {
  const { loops, moved } = openPixels({
    luma: new Uint8Array(columns * rows),
    across: new Float32Array(bands * columns),
    down: new Float32Array(bands * rows),
    line: new Uint8Array(2 * columns),
  });
  const partsOf = (sums: Float32Array, length: number): Float32Array[] =>
    Array.from({ length: bands }, (_, band) => sums.subarray(band * length, (band + 1) * length));
  const { luma, across, down, line } = moved;
  return {
    across: partsOf(across, columns),
    down: partsOf(down, rows),
    take: (shown) => {
      luma.set(shown);
      const places = [luma, across, down, line].map(({ byteOffset }) => byteOffset);
      const [from = 0, toAcross = 0, toDown = 0, room = 0] = places;
      loops.sumBands(from, columns, rows, bands, toAcross, toDown, room);
    },
  };
}

type Sums = Pick<Projections, 'across' | 'down'>;

/**
 * How far the picture has moved against the reference, in cells (fractions allowed); null when there is no clear
 * answer. Brightness may have changed between the two, moving objects may fill a band: three of four must agree.
 */
export function findShift(now: Sums, reference: Sums): { dx: number; dy: number } | null {
  const dx = agreed(now.across, reference.across);
  const dy = agreed(now.down, reference.down);
  return dx === null || dy === null ? null : { dx, dy };
}

function agreed(now: readonly Float32Array[], reference: readonly Float32Array[]): number | null {
  const shifts = now.map((one, band) => shiftOf(one, reference[band] ?? one)).toSorted((a, b) => a - b);
  const middle = ((shifts[1] ?? 0) + (shifts[2] ?? 0)) / 2;
  const near = shifts.filter((shift) => Math.abs(shift - middle) <= 1).length;
  return near >= 3 ? middle : null;
}

/** Shift of one line of sums; 0 when no shift explains enough. */
function shiftOf(now: Float32Array, reference: Float32Array): number {
  const length = now.length;
  if (length < 4 * reach) return 0;
  // Differences between neighbours, scaled to the same strength: a change of light must not look like a movement.
  const strength = (line: Float32Array): number => {
    let sum = 0;
    for (let i = 1; i < length; i++) sum += Math.abs((line[i] ?? 0) - (line[i - 1] ?? 0));
    return sum;
  };
  const referenceStrength = strength(reference);
  const gain = referenceStrength / Math.max(strength(now), 1);
  const cost = (shift: number): number => {
    let sum = 0;
    for (let i = reach + 1; i < length - reach; i++) {
      const a = gain * ((now[i + shift] ?? 0) - (now[i + shift - 1] ?? 0));
      const b = (reference[i] ?? 0) - (reference[i - 1] ?? 0);
      sum += Math.abs(a - b);
    }
    return sum;
  };
  const atRest = cost(0);
  if (atRest < 0.15 * referenceStrength) return 0;
  let best = 0;
  let least = atRest;
  for (let shift = -reach; shift <= reach; shift++) {
    const value = cost(shift);
    if (value < least) [best, least] = [shift, value];
  }
  if (best === 0 || least > (1 - mustExplain) * atRest) return 0;
  if (Math.abs(best) === reach) return best;
  const [left, right] = [cost(best - 1), cost(best + 1)];
  const bend = left + right - 2 * least;
  return bend <= 0 ? best : best + Math.max(-0.5, Math.min(0.5, (left - right) / (2 * bend)));
}
