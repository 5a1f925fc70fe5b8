import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MediaRef } from '../../contracts/index.ts';
import { freshId, messageOf, PipelineError, systemClock, systemCodeOf } from '../../kernel/index.ts';
import type { LastStill, MediaDraft, MediaStore } from '../media-store.ts';
import { bringFile, hashOf, syncFolder, writeDurably } from './durable-file.ts';
import { LastStills } from './last-stills.ts';
import { passagePictures } from './passage-pictures.ts';

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/mp2t': 'ts',
};

const Draft = MediaRef.omit({ sizeBytes: true, sha256: true });

/** Half-written files of a process that was killed; younger ones may belong to one that is still writing. */
const abandonedAfterMs = 3_600_000;

/**
 * Open a folder of stills and clips: `<first 2 of id>/<id>.<extension>`, and beside each `<id>.json`, what is known of
 * it. The JSON is put there last: a medium is there when its JSON is.
 *
 * Several processes may share the folder as long as only one of them puts a given id.
 * @throws PipelineError DATA_DIR_UNUSABLE, DISK_FULL.
 */
export async function openMediaStore({ dir }: { readonly dir: string }): Promise<MediaStore> {
  const unfinishedDir = join(dir, '.unfinished');
  try {
    await mkdir(unfinishedDir, { recursive: true });
    await removeAbandoned(unfinishedDir);
  } catch (cause) {
    throw folderError(dir, cause);
  }
  return new MediaFolder(dir, unfinishedDir);
}

class MediaFolder implements MediaStore {
  readonly #dir: string;
  readonly #unfinishedDir: string;
  /** Puts under way, so that two of one id cannot mix their bytes. */
  readonly #puts = new Map<string, Promise<MediaRef>>();

  readonly #last: LastStills;
  readonly passages: MediaStore['passages'];

  constructor(dir: string, unfinishedDir: string) {
    this.#dir = dir;
    this.#last = new LastStills(dir);
    this.passages = passagePictures(dir, (cause) => folderError(dir, cause));
    this.#unfinishedDir = unfinishedDir;
  }

  async put(draft: MediaDraft, content: Uint8Array | { readonly filePath: string }): Promise<MediaRef> {
    const checked = Draft.safeParse(draft);
    if (!checked.success) {
      throw new PipelineError('BAD_REQUEST', `Not a medium: ${z.prettifyError(checked.error)}`, {
        hint: 'Give every field of MediaRef but sizeBytes and sha256.',
      });
    }
    const { mediaId } = checked.data;
    const before = this.#puts.get(mediaId) ?? Promise.resolve(null);
    const put = before.catch(() => null).then(() => this.#putOnce(checked.data, content));
    this.#puts.set(mediaId, put);
    try {
      return await put;
    } catch (cause) {
      throw folderError(this.#dir, cause);
    } finally {
      if (this.#puts.get(mediaId) === put) this.#puts.delete(mediaId);
    }
  }

  async #putOnce(draft: MediaDraft, content: Uint8Array | { readonly filePath: string }): Promise<MediaRef> {
    const kept = await this.#read(draft.mediaId);
    const ref = kept ?? (await this.#keep(draft, content));
    if (!(content instanceof Uint8Array) && content.filePath !== this.#contentPath(ref)) {
      // Only now: a process killed earlier leaves the file where it was, and the put can be repeated.
      await rm(content.filePath, { force: true });
    }
    return ref;
  }

  async #keep(draft: MediaDraft, content: Uint8Array | { readonly filePath: string }): Promise<MediaRef> {
    const unfinished = join(this.#unfinishedDir, freshId());
    const unfinishedJson = `${unfinished}.json`;
    try {
      if (content instanceof Uint8Array) await writeDurably(unfinished, content);
      else await bringFile(content.filePath, unfinished);
      const ref: MediaRef = { ...draft, ...(await hashOf(unfinished)) };
      await writeDurably(unfinishedJson, JSON.stringify(ref, null, 2));
      const folder = this.#folderOf(ref.mediaId);
      await mkdir(folder, { recursive: true });
      await rename(unfinished, this.#contentPath(ref));
      await rename(unfinishedJson, this.#jsonPath(ref.mediaId));
      await syncFolder(folder);
      return ref;
    } finally {
      await rm(unfinished, { force: true });
      await rm(unfinishedJson, { force: true });
    }
  }

  async get(mediaId: string): Promise<{ readonly ref: MediaRef; readonly filePath: string }> {
    const ref = await this.#read(mediaId);
    if (ref === null) {
      throw new PipelineError('MEDIA_NOT_FOUND', `No still or clip is kept under ${mediaId}.`, {
        hint: 'It may have been deleted when its retention ended.',
      });
    }
    return { ref, filePath: this.#contentPath(ref) };
  }

  async keptAtMs(mediaId: string): Promise<number | null> {
    if (!isId(mediaId)) return null;
    try {
      return (await stat(this.#jsonPath(mediaId))).mtimeMs;
    } catch (cause) {
      if (systemCodeOf(cause) === 'ENOENT') return null;
      throw folderError(this.#dir, cause);
    }
  }

  async remove(media: Pick<MediaRef, 'mediaId' | 'mimeType'>): Promise<void> {
    const { mediaId } = media;
    if (!isId(mediaId)) return;
    try {
      await rm(this.#contentPath(media), { force: true });
      await rm(this.#jsonPath(mediaId), { force: true });
      await syncFolder(this.#folderOf(mediaId));
    } catch (cause) {
      // Nothing of its folder was ever kept.
      if (systemCodeOf(cause) !== 'ENOENT') throw folderError(this.#dir, cause);
    }
  }

  async verify(mediaId: string): Promise<void> {
    const { ref, filePath } = await this.get(mediaId);
    const found = await hashOf(filePath).catch((cause: unknown) => {
      throw damaged(mediaId, messageOf(cause), cause);
    });
    if (found.sha256 === ref.sha256 && found.sizeBytes === ref.sizeBytes) return;
    throw damaged(
      mediaId,
      `kept with ${ref.sizeBytes} bytes, sha256 ${ref.sha256}; now ${found.sizeBytes} bytes, sha256 ${found.sha256}`,
    );
  }

  async putLastStill(cameraId: string, capturedAtMs: number, image: Uint8Array): Promise<void> {
    try {
      await this.#last.put(cameraId, capturedAtMs, image);
    } catch (cause) {
      throw folderError(this.#dir, cause);
    }
  }

  async lastStill(cameraId: string): Promise<LastStill | null> {
    return await this.#last.get(cameraId);
  }

  async #read(mediaId: string): Promise<MediaRef | null> {
    if (!isId(mediaId)) return null;
    let text: string;
    try {
      text = await readFile(this.#jsonPath(mediaId), 'utf8');
    } catch (cause) {
      if (systemCodeOf(cause) === 'ENOENT') return null;
      throw folderError(this.#dir, cause);
    }
    try {
      return MediaRef.parse(JSON.parse(text));
    } catch (cause) {
      throw damaged(mediaId, `${this.#jsonPath(mediaId)} does not describe it: ${messageOf(cause)}`, cause);
    }
  }

  #folderOf(mediaId: string): string {
    return join(this.#dir, mediaId.slice(0, 2));
  }

  #jsonPath(mediaId: string): string {
    return join(this.#folderOf(mediaId), `${mediaId}.json`);
  }

  #contentPath({ mediaId, mimeType }: Pick<MediaRef, 'mediaId' | 'mimeType'>): string {
    return join(this.#folderOf(mediaId), `${mediaId}.${extensions[mimeType] ?? 'bin'}`);
  }
}

/** Ids come from addresses on the network: nothing but an id may become part of a path. */
const isId = (mediaId: string): boolean => MediaRef.shape.mediaId.safeParse(mediaId).success;

const damaged = (mediaId: string, found: string, cause?: unknown): PipelineError =>
  new PipelineError('MEDIA_DAMAGED', `The medium ${mediaId} is not what was kept: ${found}.`, {
    hint: 'Do not use it as evidence. Restore it from a backup and look for who changed it or for a failing disk.',
    cause,
  });

function folderError(dir: string, cause: unknown): PipelineError {
  if (cause instanceof PipelineError) return cause;
  const isFull = ['ENOSPC', 'EDQUOT'].includes(systemCodeOf(cause) ?? '');
  return new PipelineError(
    isFull ? 'DISK_FULL' : 'DATA_DIR_UNUSABLE',
    `The media folder ${dir} cannot be written: ${messageOf(cause)}`,
    {
      hint: isFull
        ? 'Free space on that disk, or move dataDir to a larger one; what was kept so far is whole.'
        : 'Check that this user may read and write the folder and that the file to keep is still there.',
      retryable: isFull,
      cause,
    },
  );
}

async function removeAbandoned(unfinishedDir: string): Promise<void> {
  for (const name of await readdir(unfinishedDir)) {
    const path = join(unfinishedDir, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && systemClock.nowMs() - found.mtimeMs > abandonedAfterMs)
      await rm(path, { force: true });
  }
}
