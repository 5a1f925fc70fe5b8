import { createHash } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraSource } from '../ingest/index.ts';

/** Which recordings were run to their end, so that a second start does not run them again. */
export interface ReplayLedger {
  isFinished(source: CameraSource): Promise<boolean>;
  finish(source: CameraSource): Promise<void>;
}

/** One empty file per finished recording: no state that could be half written. */
export async function openReplayLedger(dataDir: string): Promise<ReplayLedger> {
  const dir = join(dataDir, 'replayed');
  await mkdir(dir, { recursive: true });
  const finished = new Set(await readdir(dir));
  /** A recording is another one when its camera, its bytes or its start are. */
  const nameOf = async ({ cameraId, address, startedAtMs }: CameraSource): Promise<string> => {
    const { size, mtimeMs } = await stat(address);
    return createHash('sha256')
      .update(JSON.stringify([cameraId, address, size, mtimeMs, startedAtMs]))
      .digest('hex');
  };
  return {
    isFinished: async (source) => finished.has(await nameOf(source)),
    async finish(source) {
      const name = await nameOf(source);
      await writeFile(join(dir, name), '');
      finished.add(name);
    },
  };
}
