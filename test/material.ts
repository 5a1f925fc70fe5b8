import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * Larger test material (videos, data sets, alternative models) lies in a folder beside the checkout and is not
 * part of the repository. Tests that want it skip by name where it is absent.
 */
export const materialDir = join(root, '..', 'shared');

/** Path of one piece of that material, or null where it is absent. */
export function material(path: string): string | null {
  const full = join(materialDir, path);
  return existsSync(full) ? full : null;
}
