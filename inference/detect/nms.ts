import type { Candidate } from './detection.ts';

/** Intersection over union of two boxes in the same px. */
export function iou(a: Candidate, b: Candidate): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  const areas = (a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1);
  return shared / (areas - shared);
}

/**
 * Greedy non-maximum suppression.
 * @param keyOf candidates suppress each other only within one key; null: never suppressed.
 * @returns what stays, best first; ties keep their order, so that equal input gives equal output.
 */
function suppress(
  candidates: readonly Candidate[],
  maxIou: number,
  keyOf: (candidate: Candidate) => number | null,
): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    const key = keyOf(candidate);
    const isDouble =
      key !== null && kept.some((other) => keyOf(other) === key && iou(other, candidate) > maxIou);
    if (!isDouble) kept.push(candidate);
  }
  return kept;
}

/** Suppression as a manifest asks for it, with class names resolved to indexes. */
export interface Suppression {
  readonly perClassIou: number | null;
  readonly groups: readonly { readonly classIndexes: ReadonlySet<number>; readonly iou: number }[];
}

/** Per class first, then without regard to class among the classes of each group. */
export function suppressDoubles(candidates: readonly Candidate[], rule: Suppression): Candidate[] {
  let kept =
    rule.perClassIou === null
      ? [...candidates]
      : suppress(candidates, rule.perClassIou, ({ classIndex }) => classIndex);
  for (const { classIndexes, iou: maxIou } of rule.groups) {
    kept = suppress(kept, maxIou, ({ classIndex }) => (classIndexes.has(classIndex) ? 0 : null));
  }
  return kept;
}
