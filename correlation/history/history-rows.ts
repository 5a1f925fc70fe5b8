import type { CameraStateInterval } from '../../contracts/index.ts';
import { monthOf } from '../measures/index.ts';
import type { Listed } from './readers.ts';

/** Number rows with the same key in the order of the file, so that none of them replaces another. */
export function withOrdinals<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
): { readonly row: T; readonly ordinal: number }[] {
  const counts = new Map<string, number>();
  return rows.map((row) => {
    const key = keyOf(row);
    const ordinal = counts.get(key) ?? 0;
    counts.set(key, ordinal + 1);
    return { row, ordinal };
  });
}

/** One insert may touch at most 100 partitions. */
const mostMonths = 90;

/** Cut rows so that no batch holds more months than one insert may touch; a usual listing is one batch. */
export function batchesByMonth<T>(rows: readonly T[], atMs: (row: T) => number): T[][] {
  const months = Map.groupBy(rows, (row) => monthOf(atMs(row)).name);
  const names = [...months.keys()].toSorted();
  const batches: T[][] = [];
  for (let start = 0; start < names.length; start += mostMonths) {
    batches.push(names.slice(start, start + mostMonths).flatMap((name) => months.get(name) ?? []));
  }
  return batches;
}

/** How many rows the written rules had to decide between: overlapping ones, and those without an end. */
export function notesOfStates(rows: readonly Listed<CameraStateInterval>[]): Record<string, number> {
  let overlappingRows = 0;
  let openRows = 0;
  for (const list of Map.groupBy(rows, ({ cameraId }) => cameraId).values()) {
    let reachedMs = -Infinity;
    for (const { fromMs, toMs } of list.toSorted((a, b) => a.fromMs - b.fromMs)) {
      if (fromMs < reachedMs) overlappingRows++;
      if (toMs === null) openRows++;
      reachedMs = Math.max(reachedMs, toMs ?? Infinity);
    }
  }
  return {
    ...(overlappingRows > 0 ? { overlappingRows } : {}),
    ...(openRows > 0 ? { openRows } : {}),
  };
}
