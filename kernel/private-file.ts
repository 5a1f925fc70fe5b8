import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { messageOf, PipelineError, systemCodeOf } from './errors.ts';

/** Write a file only its owner may read; a reader sees the old or the new one, never half. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const half = `${path}.${randomUUID()}.part`;
  const file = await open(half, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  // An older file with wider rights, left over by a copy, must not pass its rights on.
  await chmod(half, 0o600);
  await rename(half, path);
}

/** The text of a file, or null when there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return null;
    throw new PipelineError('DATA_DIR_UNUSABLE', `${path} cannot be read: ${messageOf(cause)}`, {
      hint: 'Give the user that runs Sharp Eyes the right to read and write its data folder.',
      cause,
    });
  }
}

/** A JSON file by its schema, or null when there is none. @throws PipelineError DATA_DIR_UNUSABLE when it is damaged. */
export async function readJson<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S> | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new PipelineError('DATA_DIR_UNUSABLE', `${path} is damaged: ${messageOf(cause)}`, {
      hint: 'Put it back from a backup, or remove it: what it held is then set anew (users: by a new one-time link).',
      cause,
    });
  }
}
