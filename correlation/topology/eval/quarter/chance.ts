/** Draws that look like chance and are the same for the same seed. */
export interface Chance {
  /** From 0 up to, not with, 1. */
  readonly unit: () => number;
  readonly between: (low: number, high: number) => number;
  /** Standard normal. */
  readonly normal: () => number;
  readonly isIn: (share: number) => boolean;
  /** @throws RangeError when there is nothing to pick from. */
  readonly pick: <T>(items: readonly T[]) => T;
  /** One key, each as often as its weight says. */
  readonly weighted: <K extends string>(weights: Readonly<Record<K, number>>) => K;
  readonly shuffled: <T>(items: readonly T[]) => T[];
}

/** A Weyl sequence through two rounds of an integer mix. */
export function chanceOf(seed: number): Chance {
  let state = Math.imul(seed + 1, 0x9e_37_79_b1);
  const unit = (): number => {
    state = Math.trunc(state + 0x6d_2b_79_f5);
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(unit() * items.length)];
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  };
  return {
    unit,
    pick,
    between: (low, high) => low + (high - low) * unit(),
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    isIn: (share) => unit() < share,
    weighted: <K extends string>(weights: Readonly<Record<K, number>>): K => {
      const keys = Object.keys(weights) as K[];
      let left = unit() * keys.reduce((sum, key) => sum + weights[key], 0);
      const found = keys.find((key) => {
        left -= weights[key];
        return left < 0;
      });
      return found ?? pick(keys);
    },
    shuffled: (items) =>
      items
        .map((item) => ({ item, at: unit() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}
