import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deterministicId } from '../../kernel/index.ts';
import { openMediaStore } from '../index.ts';
import { draftOf } from '../testing/drafts.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sharp-eyes-media-'));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

const freshDir = async (): Promise<string> => await mkdtemp(join(root, 'store-'));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const filesIn = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();

test('any bytes come back as they were, with their size and hash, also for the next process', async () => {
  const dir = await freshDir();
  const media = await openMediaStore({ dir });
  let index = 0;
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
      const draft = draftOf(index++);
      const ref = await media.put(draft, bytes);
      expect(ref).toEqual({ ...draft, sizeBytes: bytes.length, sha256: sha256(bytes) });
      const found = await (await openMediaStore({ dir })).get(draft.mediaId);
      expect(found.ref).toEqual(ref);
      expect(new Uint8Array(await readFile(found.filePath))).toEqual(bytes);
      await media.verify(draft.mediaId);
    }),
    { numRuns: 25 },
  );
});

test('each medium lies under the first two signs of its id with its JSON beside it', async () => {
  const dir = await freshDir();
  const draft = { ...draftOf(1), mimeType: 'video/mp4', role: 'clip' as const };
  await (await openMediaStore({ dir })).put(draft, Buffer.from('film'));
  const folder = join(dir, draft.mediaId.slice(0, 2));
  expect((await readdir(folder)).toSorted()).toEqual([`${draft.mediaId}.json`, `${draft.mediaId}.mp4`]);
});

test('a finished file is moved in, also from another disk', async () => {
  const otherDisk = existsSync('/dev/shm') ? '/dev/shm' : root;
  const elsewhere = await mkdtemp(join(otherDisk, 'sharp-eyes-clip-'));
  const media = await openMediaStore({ dir: await freshDir() });
  const bytes = Buffer.alloc(3_000_000, 'frame');
  for (const [index, folder] of [root, elsewhere].entries()) {
    const filePath = join(folder, 'clip.mp4');
    await writeFile(filePath, bytes);
    const ref = await media.put(draftOf(index), { filePath });
    expect(ref).toMatchObject({ sizeBytes: bytes.length, sha256: sha256(bytes) });
    expect(existsSync(filePath)).toBe(false);
    await media.verify(ref.mediaId);
  }
  await rm(elsewhere, { recursive: true });
});

test('an id is written once: later puts change nothing, whether together or one after the other', async () => {
  const dir = await freshDir();
  const media = await openMediaStore({ dir });
  const draft = draftOf(1);
  const bodies = ['first', 'second', 'third'].map((text) => Buffer.from(text));
  const together = await Promise.all(bodies.map((body) => media.put(draft, body)));
  const filePath = join(dir, 'again.jpg');
  await writeFile(filePath, 'fourth');
  const later = await (await openMediaStore({ dir })).put({ ...draft, role: 'departed' }, { filePath });
  for (const ref of [...together, later]) expect(ref).toEqual(together[0]);
  const kept = await media.get(draft.mediaId);
  expect(await readFile(kept.filePath, 'utf8')).toBe('first');
  await media.verify(draft.mediaId);
  // The repeated file was taken, not left to fill the disk; putting the kept file itself keeps it.
  expect(existsSync(filePath)).toBe(false);
  await media.put(draft, { filePath: kept.filePath });
  await media.verify(draft.mediaId);
});

test('a put whose file is missing says so, and the id stays free', async () => {
  const dir = await freshDir();
  const media = await openMediaStore({ dir });
  await expect(media.put(draftOf(1), { filePath: join(dir, 'nothing.mp4') })).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    message: expect.stringContaining('nothing.mp4'),
  });
  expect(await filesIn(dir)).toEqual([]);
  await media.put(draftOf(1), Buffer.from('now'));
});

test('changed, cut and lost bytes are found, and so is a damaged description', async () => {
  const media = await openMediaStore({ dir: await freshDir() });
  const damages: readonly ((filePath: string) => Promise<void>)[] = [
    async (filePath) => await appendFile(filePath, 'x'),
    async (filePath) => await truncate(filePath, 2),
    async (filePath) => await writeFile(filePath, 'sTill'),
    async (filePath) => await rm(filePath),
    async (filePath) => await writeFile(filePath.replace('.jpg', '.json'), '{"mediaId":'),
  ];
  for (const [index, damage] of damages.entries()) {
    const { mediaId } = await media.put(draftOf(index), Buffer.from('still'));
    await media.verify(mediaId);
    await damage((await media.get(mediaId)).filePath);
    await expect(media.verify(mediaId), `damage ${index}`).rejects.toMatchObject({ code: 'MEDIA_DAMAGED' });
  }
});

test('what is removed is gone, its description last, and removing it again is no error', async () => {
  const dir = await freshDir();
  const media = await openMediaStore({ dir });
  const ref = await media.put(draftOf(1), Buffer.from('still'));
  const other = await media.put(draftOf(2), Buffer.from('another'));
  const keptAtMs = await media.keptAtMs(ref.mediaId);
  expect(Math.abs((keptAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
  await media.remove(ref);
  await media.remove(ref);
  await media.remove({ ...ref, mediaId: '../secret' });
  expect(await media.keptAtMs(ref.mediaId)).toBeNull();
  expect(await media.keptAtMs('../secret')).toBeNull();
  expect(await filesIn(dir)).toEqual([`${other.mediaId}.jpg`, `${other.mediaId}.json`].toSorted());
});

test('an id that is none never reaches the disk', async () => {
  const dir = await freshDir();
  await writeFile(
    join(root, 'secret.json'),
    JSON.stringify({ ...draftOf(1), sizeBytes: 1, sha256: 'a'.repeat(64) }),
  );
  const media = await openMediaStore({ dir });
  for (const mediaId of [
    '../secret',
    '..',
    '',
    'x/../../secret',
    deterministicId('test', 1),
    `${draftOf(1).mediaId}\0`,
  ]) {
    await expect(media.get(mediaId), mediaId).rejects.toMatchObject({ code: 'MEDIA_NOT_FOUND' });
    await expect(media.verify(mediaId), mediaId).rejects.toMatchObject({ code: 'MEDIA_NOT_FOUND' });
  }
  await expect(media.put({ ...draftOf(1), mediaId: '../secret' }, Buffer.from('x'))).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  await rm(join(root, 'secret.json'));
});

test('what a killed process left half-written is no medium, does not stand in the way, and goes after an hour', async () => {
  const dir = await freshDir();
  const draft = draftOf(1);
  const folder = join(dir, draft.mediaId.slice(0, 2));
  await mkdir(folder, { recursive: true });
  // Killed between the two renames: content without its JSON.
  await writeFile(join(folder, `${draft.mediaId}.jpg`), 'half a sti');
  const unfinished = join(dir, '.unfinished');
  await mkdir(unfinished);
  await writeFile(join(unfinished, 'old'), 'x');
  await writeFile(join(unfinished, 'young'), 'x');
  const twoHoursAgo = new Date(Date.now() - 7_200_000);
  await utimes(join(unfinished, 'old'), twoHoursAgo, twoHoursAgo);

  const media = await openMediaStore({ dir });
  expect(await readdir(unfinished)).toEqual(['young']);
  await expect(media.get(draft.mediaId)).rejects.toMatchObject({ code: 'MEDIA_NOT_FOUND' });
  const ref = await media.put(draft, Buffer.from('a whole still'));
  expect(ref.sizeBytes).toBe(13);
  await media.verify(draft.mediaId);
});

test('a folder that cannot be one is refused', async () => {
  const file = join(root, 'a-file');
  await writeFile(file, '');
  await expect(openMediaStore({ dir: file })).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  expect((await stat(file)).isFile()).toBe(true);
});
