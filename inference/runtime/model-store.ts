import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, PipelineError, systemCodeOf } from '../../kernel/index.ts';
import { ModelManifest } from '../detect/index.ts';

/** Where models are looked for. */
export interface ModelDirs {
  /** Manifests, and the weights that come with the product: `NAME/model.json`. */
  readonly modelsDir: string;
  /** Weights that were added here, and models of one's own. */
  readonly extraDir: string;
}

/** A model whose weights are there and whole. */
export interface LoadedModel {
  readonly manifest: ModelManifest;
  readonly filePath: string;
}

const manifestFile = 'model.json';

async function manifestIn(dir: string, name: string): Promise<ModelManifest | null> {
  const path = join(dir, name, manifestFile);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = systemCodeOf(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new PipelineError('MODEL_INVALID', `${path} cannot be read: ${messageOf(cause)}`, {
      hint: 'Make the file readable for the user that runs this.',
      cause,
    });
  }
  const hint = `Compare it with models/nanodet_g/${manifestFile}.`;
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new PipelineError('MODEL_INVALID', `${path} is not JSON: ${messageOf(cause)}`, { hint, cause });
  }
  const result = ModelManifest.safeParse(raw);
  if (!result.success) {
    throw new PipelineError('MODEL_INVALID', `${path} is no manifest:\n${z.prettifyError(result.error)}`, {
      hint,
    });
  }
  if (result.data.name !== name) {
    throw new PipelineError('MODEL_INVALID', `${path} calls itself "${result.data.name}".`, {
      hint: 'Folder and name in model.json must be the same.',
    });
  }
  return result.data;
}

/** Names of all models there is a manifest of, in order. */
export async function listModelNames({ modelsDir, extraDir }: ModelDirs): Promise<string[]> {
  const names = new Set<string>();
  for (const dir of [modelsDir, extraDir]) {
    for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
      if (!entry.isDirectory()) continue;
      const files = await readdir(join(dir, entry.name));
      if (files.includes(manifestFile)) names.add(entry.name);
    }
  }
  return [...names].toSorted();
}

/**
 * Manifest of a model.
 * @throws PipelineError MODEL_NOT_FOUND for an unknown name, MODEL_INVALID for a manifest with faults.
 */
export async function readManifest(name: string, dirs: ModelDirs): Promise<ModelManifest> {
  // The name becomes a path: nothing that could lead elsewhere.
  const isName = ModelManifest.shape.name.safeParse(name).success;
  const manifest = isName
    ? ((await manifestIn(dirs.modelsDir, name)) ?? (await manifestIn(dirs.extraDir, name)))
    : null;
  if (manifest !== null) return manifest;
  throw new PipelineError('MODEL_NOT_FOUND', `There is no model "${name}".`, {
    hint: `There are: ${(await listModelNames(dirs)).join(', ')}. Your own belongs into ${join(dirs.extraDir, 'NAME', manifestFile)}.`,
  });
}

/**
 * sha256 of a file in small letters, read as a stream; null when there is no such file.
 * @throws what the file system says when it cannot be read.
 */
export async function sha256OfFile(filePath: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(filePath)) hash.update(chunk as Buffer);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

/** Where the weights of a model belong that did not come with the product. */
export const extraFile = ({ extraDir }: ModelDirs, { name, file }: ModelManifest): string =>
  join(extraDir, name, file);

/**
 * Find a model and check its weights. What was added goes before what came along.
 * @throws PipelineError MODEL_NOT_FOUND when name or weights are missing, MODEL_CHECKSUM when the weights are not those
 *   of the manifest, MODEL_INVALID when the manifest has faults or the file cannot be read.
 */
export async function findModel(name: string, dirs: ModelDirs): Promise<LoadedModel> {
  const manifest = await readManifest(name, dirs);
  const bring = `sharp-eyes models add ${name}${manifest.source.url === null ? ' --from FILE' : ''}`;
  for (const filePath of [extraFile(dirs, manifest), join(dirs.modelsDir, name, manifest.file)]) {
    const sha256 = await sha256OfFile(filePath).catch((cause: unknown) => {
      throw new PipelineError('MODEL_INVALID', `${filePath} cannot be read: ${messageOf(cause)}`, {
        hint: 'It must be a file that the user who runs this may read.',
        cause,
      });
    });
    if (sha256 === manifest.sha256) return { manifest, filePath };
    if (sha256 !== null) {
      throw new PipelineError(
        'MODEL_CHECKSUM',
        `${filePath} is not the model ${name}: its sha256 is ${sha256}, expected ${manifest.sha256}.`,
        { hint: `The file is damaged or another one. Remove it, then: ${bring}` },
      );
    }
  }
  throw new PipelineError(
    'MODEL_NOT_FOUND',
    `The weights of the model ${name} (${manifest.file}) are not here.`,
    {
      hint: `Bring them with: ${bring}`,
    },
  );
}
