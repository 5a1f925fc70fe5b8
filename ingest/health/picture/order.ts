/**
 * Values to be asked for by rank. Every question orders them a little more, as far as it needs, in place; that takes a
 * fifth of the time of sorting them.
 */
export interface Ranks {
  /** The value below which this share of all lies. */
  at(share: number): number;
  /** Mean of the values between two shares. */
  meanBetween(from: number, to: number): number;
}

/** Every third value of a map is plenty for a percentile. */
const stride = 3;

export function ranksOf(values: Float32Array): Ranks {
  const some = new Float32Array(Math.ceil(values.length / stride));
  for (let from = 0, to = 0; from < values.length; from += stride, to++) some[to] = values[from] ?? 0;
  const at = (share: number): number => {
    const rank = Math.min(some.length - 1, Math.floor(share * some.length));
    if (rank >= 0) bringToRank(some, rank);
    return some[rank] ?? 0;
  };
  return {
    at,
    meanBetween(from, to) {
      at(to);
      at(from);
      const [first, end] = [Math.floor(from * some.length), Math.floor(to * some.length)];
      let sum = 0;
      for (let rank = first; rank < end; rank++) sum += some[rank] ?? 0;
      return sum / Math.max(1, end - first);
    },
  };
}

/** Afterwards nothing before `rank` is greater and nothing behind it less than what lies there. @see Hoare 1961, FIND */
function bringToRank(values: Float32Array, rank: number): void {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[rank] ?? 0;
    let [left, right] = [low, high];
    do {
      while ((values[left] ?? 0) < pivot) left++;
      while (pivot < (values[right] ?? 0)) right--;
      if (left > right) break;
      const swapped = values[left] ?? 0;
      values[left] = values[right] ?? 0;
      values[right] = swapped;
      left++;
      right--;
    } while (left <= right);
    if (right < rank) low = left;
    if (rank < left) high = right;
  }
}
