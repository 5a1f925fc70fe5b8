import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Incident, PersonAction } from '../../contracts/index.ts';
import { type CaseName, taken } from './people.ts';
import type { CaseScene } from './scene.ts';

export const caseDir = join(import.meta.dirname, '..', '..', 'sample', 'case');
export const at = (text: string): number => Date.parse(`${text}+08:00`);

export const caseStartMs = at('2026-05-11T07:15:00');
/** Where the first bag is put down. */
export const firstCameraId = '33020300001320000201';
/** Where the second one is, three minutes later on the same way. */
export const secondCameraId = '33020300001320000202';
export interface CaseStep {
  /** Time of the case, +08:00, at which it is done. */
  readonly at: string;
  readonly what: string;
  play(scene: CaseScene): Promise<unknown>;
}

export interface CaseChapter {
  readonly name: 'seen' | 'registered' | 'followed' | 'handled' | 'decided' | 'closed';
  readonly steps: readonly CaseStep[];
}

/** The time of a step, in milliseconds. */
export const stepAtMs = (step: CaseStep): number => at(step.at);

const read = async (name: string): Promise<Uint8Array> => await readFile(join(caseDir, name));

export const imported = async (
  { administrator }: CaseScene,
  path: string,
  file: string,
): Promise<unknown> => {
  const sign = path.includes('?') ? '&' : '?';
  return taken(await administrator.post(`${path}${sign}fileName=${file}`, await read(file)), file);
};

/** The case's own incident. */
export const matter = async (scene: CaseScene): Promise<Incident> =>
  await scene.until('the incident of the case', async () => await scene.incidentOf(firstCameraId));

export const asks =
  (name: CaseName, ...actions: readonly PersonAction[]) =>
  async (scene: CaseScene): Promise<void> => {
    const { incidentId } = await matter(scene);
    for (const action of actions) await scene.ask(name, incidentId, action);
  };

export const mediaIdsOf = ({ events }: Incident): string[] =>
  events.flatMap(({ media }) => media.map(({ mediaId }) => mediaId));
