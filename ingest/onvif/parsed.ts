/** One step into parsed XML: a child by its name, the first of several. */
function child(node: unknown, name: string): unknown {
  const one: unknown = Array.isArray(node) ? node[0] : node;
  return typeof one === 'object' && one !== null ? (one as Record<string, unknown>)[name] : undefined;
}

/** The element at a path. Numbers stay text: a serial number of twenty digits is none. */
export const nodeAt = (node: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(child, node);

/** Text of an element; null when it is not there or blank. */
export function textAt(node: unknown, ...path: readonly string[]): string | null {
  const found: unknown = nodeAt(node, ...path);
  const one: unknown = Array.isArray(found) ? found[0] : found;
  const text = typeof one === 'object' && one !== null ? (one as { _?: unknown })._ : one;
  // The package turns some texts into numbers, truth values and dates.
  const plain = text instanceof Date && Number.isFinite(text.getTime()) ? text.toISOString() : text;
  const trimmed = ['string', 'number', 'boolean'].includes(typeof plain) ? String(plain).trim() : '';
  return trimmed === '' ? null : trimmed.slice(0, 2_000);
}

/** Number of an element; null when it is none. */
export function numberAt(node: unknown, ...path: readonly string[]): number | null {
  const text = textAt(node, ...path);
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** All elements of a name. */
export function listAt(node: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = nodeAt(node, ...path);
  if (found === undefined || found === null) return [];
  return Array.isArray(found) ? found : [found];
}
