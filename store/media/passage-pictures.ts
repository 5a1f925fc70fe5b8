import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshId, systemCodeOf } from '../../kernel/index.ts';
import type { MediaStore } from '../media-store.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const fileName = /^(still|crop\d)-(\d+)\.jpg$/;

/**
 * `routes/<route>/<sha256 of the passage>/<name>-<captured ms>.jpg`: one folder per route, so that nothing is left when
 * it is removed, and no name that says which camera saw what.
 */
export function passagePictures(
  mediaDir: string,
  failure: (cause: unknown) => Error,
): MediaStore['passages'] {
  const root = join(mediaDir, 'routes');
  // Ids come from addresses on the network: nothing but an id may become part of a path.
  const folderOf = (routeId: string): string => {
    if (!uuid.test(routeId)) throw new TypeError('not the id of a route');
    return join(root, routeId);
  };
  const passageOf = ({ routeId, sightingId }: { routeId: string; sightingId: string }): string =>
    join(folderOf(routeId), createHash('sha256').update(sightingId).digest('hex'));
  const namesIn = async (dir: string): Promise<string[]> => {
    try {
      return await readdir(dir);
    } catch (cause) {
      if (systemCodeOf(cause) === 'ENOENT') return [];
      throw failure(cause);
    }
  };
  const list: MediaStore['passages']['list'] = async (of) => {
    const dir = passageOf(of);
    return (await namesIn(dir)).toSorted().flatMap((file) => {
      const [, name, ms] = fileName.exec(file) ?? [];
      return name === undefined ? [] : [{ name, capturedAtMs: Number(ms), filePath: join(dir, file) }];
    });
  };
  return {
    list,
    async put(of, { name, capturedAtMs }, image) {
      const dir = passageOf(of);
      const unfinished = join(dir, `${freshId()}.part`);
      try {
        await mkdir(dir, { recursive: true });
        await writeFile(unfinished, image);
        const filePath = join(dir, `${name}-${Math.round(capturedAtMs)}.jpg`);
        await rename(unfinished, filePath);
        const older = (await list(of)).filter((kept) => kept.name === name && kept.filePath !== filePath);
        await Promise.all(older.map(async (kept) => await rm(kept.filePath, { force: true })));
      } catch (cause) {
        throw failure(cause);
      } finally {
        await rm(unfinished, { force: true });
      }
    },
    async count(routeId) {
      const dir = folderOf(routeId);
      const passages = await namesIn(dir);
      const files = await Promise.all(passages.map(async (name) => await namesIn(join(dir, name))));
      return files.reduce((sum, names) => sum + names.length, 0);
    },
    async remove(routeId) {
      try {
        await rm(folderOf(routeId), { recursive: true, force: true });
      } catch (cause) {
        throw failure(cause);
      }
    },
    routeIds: async () => (await namesIn(root)).filter((name) => uuid.test(name)),
  };
}
