import { v5, v7 } from 'uuid';

/** Namespace of every deterministic id of this product; it must never change. */
const namespace = '6f2a1c53-3c0e-5b61-9f0a-5a1f6f1f7d20';

/**
 * The same parts always give the same id, so that a replay makes the same rows and nothing doubles.
 * @param kind what the id names; keeps ids of different nouns apart.
 */
export function deterministicId(kind: string, ...parts: readonly (string | number)[]): string {
  return v5(JSON.stringify([kind, ...parts]), namespace);
}

/** A fresh id, ordered by time: for what only happens once, such as a command or a chain. */
export const freshId = (): string => v7();
