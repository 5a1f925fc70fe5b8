import { addModel, findModel, listModelNames } from '../../inference/index.ts';
import { messageOf } from '../../kernel/index.ts';
import { configure } from '../configure.ts';
import type { CommonOptions } from '../program/declare.ts';
import { modelDirs } from '../model-dirs.ts';
import { type Progress, startProgress } from '../progress.ts';

/** Every model there is a manifest of, and whether its weights are here and whole. */
export async function listModels(options: CommonOptions): Promise<void> {
  const dirs = modelDirs(await configure(options));
  for (const name of await listModelNames(dirs)) {
    const state = await findModel(name, dirs).then(
      () => 'here',
      (error: unknown) => messageOf(error),
    );
    process.stdout.write(`${name.padEnd(28)} ${state}\n`);
  }
}

/** Bring the weights of one model into the data folder. */
export async function addModelByName(
  name: string,
  options: CommonOptions & { readonly from?: string },
  interrupted: AbortSignal,
): Promise<void> {
  const dirs = modelDirs(await configure(options));
  let progress: Progress | undefined;
  const { filePath } = await addModel(name, {
    ...dirs,
    ...(options.from === undefined ? {} : { fromFile: options.from }),
    onProgress: (doneBytes: number, totalBytes: number) => {
      progress ??= startProgress(name, totalBytes);
      progress.update(doneBytes);
    },
    signal: interrupted,
  }).finally(() => progress?.stop());
  process.stdout.write(
    `${name} is at ${filePath}, checked by its sha256. Use it with inference.model: ${name}\n`,
  );
}
