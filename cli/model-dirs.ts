import { join } from 'node:path';
import type { Config } from '../kernel/index.ts';

/** Where models are looked for: those that came with the product, and those that were added to the data folder. */
export const modelDirs = (config: Config): { readonly modelsDir: string; readonly extraDir: string } => ({
  modelsDir: join(import.meta.dirname, '..', 'models'),
  extraDir: join(config.dataDir, 'models'),
});
