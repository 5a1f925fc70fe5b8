import { PipelineError } from '../kernel/index.ts';
import { askInstance } from './ask-instance.ts';
import { configure } from './configure.ts';
import { findInstance } from './instance.ts';
import type { CommonOptions } from './program/declare.ts';

export type Ask = (path: string, body: object | null) => Promise<unknown>;

/** What belongs to the process that answers people is asked of it. @throws PipelineError USAGE when none runs. */
export async function runningInstance(options: CommonOptions): Promise<Ask> {
  const { dataDir } = await configure(options, { log: { level: 'warn' } });
  const instance = await findInstance(dataDir);
  if (instance === null) {
    throw new PipelineError('USAGE', `Nothing runs on the data folder ${dataDir}.`, {
      hint: 'Start sharp-eyes up (or api) first, then run this command beside it.',
    });
  }
  return async (path, body) => await askInstance(instance, dataDir, path, body);
}
