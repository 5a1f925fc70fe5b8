/**
 * Remember what a pure function of two things that are never changed in place gave, for as long as both are in use.
 */
export function remembered<A extends object, B extends object, T>(
  of: (one: A, other: B) => T,
): (one: A, other: B) => T {
  const known = new WeakMap<A, WeakMap<B, { readonly value: T }>>();
  return (one, other) => {
    let row = known.get(one);
    if (row === undefined) {
      row = new WeakMap();
      known.set(one, row);
    }
    const found = row.get(other);
    if (found !== undefined) return found.value;
    const value = of(one, other);
    row.set(other, { value });
    return value;
  };
}
