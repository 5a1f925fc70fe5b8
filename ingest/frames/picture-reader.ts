import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { FramePool, FrameSlot } from './frame-pool.ts';

/** Reads pictures of equal size, as another process writes them, straight into the buffers of a pool. */
export interface PictureReader {
  /** The end that the process gets as its output; to be closed here as soon as it has it. */
  readonly writer: Socket;
  /**
   * The next whole picture; `noSlot`: it came and was dropped, because there was no free buffer; null: no more comes.
   * At most one picture is read ahead of whoever asks; then the process waits.
   * @throws the reason of `signal` while it waits for a buffer.
   */
  next(): Promise<FrameSlot | 'noSlot' | null>;
  /** Gives back what is read and not taken. */
  close(): void;
}

export interface PictureReaderOptions {
  readonly frameBytes: number;
  readonly pool: FramePool;
  /** No free buffer means that the picture is dropped; otherwise the process waits for one. */
  readonly isLive: boolean;
  readonly signal: AbortSignal;
}

/**
 * A local socket of our own instead of the pipe that a child process is given: only of such a one does Node read into
 * memory of our choice, as many bytes at once as there are, where it otherwise makes new memory every 64 KiB.
 * @throws PipelineError DATA_DIR_UNUSABLE (retryable) when the folder for temporary files takes none.
 */
export async function openPictureReader(options: PictureReaderOptions): Promise<PictureReader> {
  const server = createServer({ pauseOnConnect: true });
  let dir: string | undefined;
  try {
    // A folder that nobody else may enter.
    dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-'));
    // Windows has names of pipes instead of files.
    const path =
      process.platform === 'win32' ? `\\\\.\\pipe\\${dir.replaceAll(/\W/g, '-')}` : join(dir, 'pictures');
    server.listen(path);
    await once(server, 'listening');
    return await readerOf(server, path, options);
  } catch (cause) {
    throw new PipelineError(
      'DATA_DIR_UNUSABLE',
      `No socket for pictures can be made in ${tmpdir()}: ${messageOf(cause)}`,
      {
        hint: 'Make room there, or name in TMPDIR a folder with a short path that can be written.',
        retryable: true,
        cause,
      },
    );
  } finally {
    server.close();
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  }
}

async function readerOf(
  server: Server,
  path: string,
  { frameBytes, pool, isLive, signal }: PictureReaderOptions,
): Promise<PictureReader> {
  /** Takes the first byte of a picture while there is no buffer for it. */
  const firstByte = new Uint8Array(1);
  let waste: Uint8Array | undefined;
  const read: (FrameSlot | 'noSlot')[] = [];
  let slot = pool.tryTake();
  /** Where the picture goes that comes in; null: there is no buffer yet. */
  let into: Uint8Array | null = slot?.data ?? null;
  let filled = 0;
  let isEnded = false;
  let wake: (() => void) | undefined;

  const takeLate = (): Uint8Array => {
    slot = pool.tryTake();
    waste ??= new Uint8Array(frameBytes);
    return slot?.data ?? waste;
  };
  /** @returns whether to go on reading. */
  const onRead = (count: number, from: Uint8Array): boolean => {
    into ??= takeLate();
    if (from === firstByte) into.set(firstByte);
    filled += count;
    if (filled < frameBytes) return true;
    read.push(slot ?? 'noSlot');
    filled = 0;
    slot = pool.tryTake();
    into = slot?.data ?? null;
    wake?.();
    return read.length < 2 && (into !== null || isLive);
  };
  const reader = connect({
    path,
    onread: { buffer: () => into?.subarray(filled) ?? firstByte, callback: onRead },
  });
  const end = (): void => {
    isEnded = true;
    wake?.();
  };
  // One that breaks because its process was killed is no error of its own.
  reader.on('error', end).on('close', end);
  const [writer] = (await once(server, 'connection')) as [Socket];
  return {
    writer,
    async next() {
      for (;;) {
        const picture = read.shift();
        if (picture !== undefined) return picture;
        if (isEnded) return null;
        if (into === null && !isLive) {
          slot = await pool.take(signal);
          into = slot.data;
        }
        reader.resume();
        const woken = Promise.withResolvers<void>();
        wake = woken.resolve;
        await woken.promise;
      }
    },
    close() {
      reader.destroy();
      writer.destroy();
      slot?.release();
      for (const picture of read.splice(0)) if (picture !== 'noSlot') picture.release();
    },
  };
}
