/** How alike two maps of cells are. */
export interface MapSize {
  readonly columns: number;
  readonly rows: number;
}

/** Cells by which the picture may have crept without being another one. */
const creepCells = 2;

/**
 * Correlation −1…1 of two maps of relief where one may have crept by up to two cells in either direction: the best of all.
 * A map without any relief is like nothing: 0.
 */
export function likenessWithCreep(now: Float32Array, reference: Float32Array, size: MapSize): number {
  const still = likeness(now, reference, size, 0, 0, noRelief);
  // Nearly all pictures stand still; the other 24 places are only looked at when this one fits badly.
  if (still > 0.6) return still;
  let best = still;
  for (let dy = -creepCells; dy <= creepCells; dy++) {
    for (let dx = -creepCells; dx <= creepCells; dx++) {
      best = Math.max(best, likeness(now, reference, size, dx, dy, noRelief));
    }
  }
  return best;
}

/** Less relief than this is none: borders without a picture, burnt-out sky. */
const noRelief = Math.log(0.5 + 0.15);
const enoughShare = 0.05;

/**
 * Correlation of `now` moved by (−dx, −dy) with `reference`, over the cells that both have.
 * @param ignoredBelow cells that are below it in both maps say nothing; when nearly all are, the maps are alike.
 */
export function likeness(
  now: Float32Array,
  reference: Float32Array,
  { columns, rows }: MapSize,
  dx = 0,
  dy = 0,
  ignoredBelow = Number.NEGATIVE_INFINITY,
): number {
  let [count, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0];
  for (let y = Math.max(0, -dy); y < Math.min(rows, rows - dy); y++) {
    let b = y * columns + Math.max(0, -dx);
    let a = b + dy * columns + dx;
    for (let x = Math.max(0, -dx); x < Math.min(columns, columns - dx); x++, a++, b++) {
      const valueA = now[a] ?? 0;
      const valueB = reference[b] ?? 0;
      if (valueA < ignoredBelow && valueB < ignoredBelow) continue;
      count++;
      sumA += valueA;
      sumB += valueB;
      sumAA += valueA * valueA;
      sumBB += valueB * valueB;
      sumAB += valueA * valueB;
    }
  }
  if (count < enoughShare * now.length) return 1;
  const varianceA = sumAA - (sumA * sumA) / Math.max(1, count);
  const varianceB = sumBB - (sumB * sumB) / Math.max(1, count);
  const isFlat = varianceA <= 1e-6 * count || varianceB <= 1e-6 * count;
  return isFlat ? 0 : (sumAB - (sumA * sumB) / count) / Math.sqrt(varianceA * varianceB);
}
