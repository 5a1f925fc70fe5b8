import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Log } from '../../kernel/index.ts';
import { i420Bytes, type Picture } from '../detect/index.ts';
import { type DetectorPool, findModel, openDetectorPool } from '../runtime/index.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

/** The video that comes with the product: a street with people, 768 × 576. */
export const sampleVideo = join(root, 'sample', 'renovation-waste.mp4');
export const shippedDirs = { modelsDir: join(root, 'models'), extraDir: join(root, 'models', 'none-added') };

/** Run ffmpeg and take what it writes to stdout. */
export async function ffmpegBytes(...args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], {
    encoding: 'buffer',
    maxBuffer: 2 ** 28,
  });
  return stdout;
}

/** One frame of a video as I420. */
export async function frameOf(
  video: string,
  atS: number,
  size = { widthPx: 768, heightPx: 576 },
): Promise<Picture> {
  const seek = ['-ss', String(atS), '-i', video, '-frames:v', '1'];
  const bytes = await ffmpegBytes(...seek, '-pix_fmt', 'yuv420p', '-f', 'rawvideo', 'pipe:1');
  const data = new Uint8Array(bytes);
  if (data.length !== i420Bytes(size.widthPx, size.heightPx)) throw new Error('the frame has another size');
  return { ...size, data };
}

export interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

/** A log that keeps what it is told. */
export function keepLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: string) =>
    (fields: object, message: string): void => {
      lines.push({ level, fields, message });
    };
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return { log, lines };
}

/** A pool of a model that comes with the product. */
export async function openShipped(name: string, workers = 2): Promise<DetectorPool> {
  const model = await findModel(name, shippedDirs);
  return await openDetectorPool({ model, workers, executionProvider: 'cpu', log: keepLog().log });
}
