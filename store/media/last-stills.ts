import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../kernel/index.ts';
import type { LastStill } from '../media-store.ts';

/** `last/<camera>/<captured ms>.jpg`: the newest is the one with the highest number. */
export class LastStills {
  readonly #dir: string;

  constructor(mediaDir: string) {
    this.#dir = join(mediaDir, 'last');
  }

  async put(cameraId: string, capturedAtMs: number, image: Uint8Array): Promise<void> {
    const folder = this.#folderOf(cameraId);
    await mkdir(folder, { recursive: true });
    const name = `${Math.round(capturedAtMs)}.jpg`;
    const unfinished = join(folder, `${name}.part`);
    await writeFile(unfinished, image);
    await rename(unfinished, join(folder, name));
    // Only then: there is one at every moment.
    const older = (await readdir(folder)).filter((other) => other !== name);
    await Promise.all(older.map(async (other) => await rm(join(folder, other), { force: true })));
  }

  async get(cameraId: string): Promise<LastStill | null> {
    const folder = this.#folderOf(cameraId);
    try {
      const times = (await readdir(folder)).flatMap((name) => {
        const ms = /^(\d+)\.jpg$/.exec(name)?.[1];
        return ms === undefined ? [] : [Number(ms)];
      });
      if (times.length === 0) return null;
      const capturedAtMs = Math.max(...times);
      return { capturedAtMs, filePath: join(folder, `${capturedAtMs}.jpg`) };
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  #folderOf(cameraId: string): string {
    // Ids come from addresses on the network: nothing but digits may become part of a path.
    if (!/^\d{20}$/.test(cameraId)) throw new TypeError('not a camera code');
    return join(this.#dir, cameraId);
  }
}
