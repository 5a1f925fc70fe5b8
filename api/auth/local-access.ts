import { readIfThere, writePrivate } from '../../kernel/index.ts';
import { join } from 'node:path';
import { newSecret } from './secret.ts';

const tokenPath = (dataDir: string): string => join(dataDir, 'api', 'local-token');

/**
 * The token of programs that may read the data folder anyway (command line, Prometheus' `credentials_file`).
 * @returns null when no API has run on this folder yet, or the file was cut short.
 */
export async function localTokenOf(dataDir: string): Promise<string | null> {
  const token = (await readIfThere(tokenPath(dataDir)))?.trim() ?? '';
  return token.length >= 43 ? token : null;
}

/** The token, made at the first start. It stays over restarts; deleting the file makes a new one at the next. */
export async function openLocalToken(dataDir: string): Promise<string> {
  const kept = await localTokenOf(dataDir);
  if (kept !== null) return kept;
  const token = newSecret();
  await writePrivate(tokenPath(dataDir), token);
  return token;
}
