import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CameraHealth } from '../../contracts/index.ts';
import { checkConfig, type Config, type Log, systemClock } from '../../kernel/index.ts';
import type { CameraSource, LeasedFrame, Pace, SessionOptions } from '../index.ts';

/** 2001-09-09T01:46:40Z: where recorded files of these tests begin. */
export const startedAtMs = 1_000_000_000_000;

/** A folder of its own for one test file. */
export const scratchDir = (): string => mkdtempSync(join(tmpdir(), 'sharp-eyes-ingest-'));

/** Run ffmpeg to make a test video. */
export function makeVideo(...commandLine: readonly string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...commandLine], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ffmpeg could not make a test video: ${stderr}`);
}

/**
 * Filter that writes the number of each picture into it: 12 bits as black and white fields, in two rows of six over
 * the whole picture, so that scaling and coding leave them readable.
 */
export const numberedPictures = (widthPx: number, heightPx: number): string => {
  const [w, h] = [widthPx / 6, heightPx / 2];
  const bit = `floor(X/${w})+6*floor(Y/${h})`;
  return String.raw`format=gray,geq=lum='255*mod(floor(N/pow(2\,${bit}))\,2)',format=yuv420p`;
};

/** Read the number back from a plane of luma. */
export function pictureNumber(luma: Uint8Array, widthPx: number, heightPx: number, channels = 1): number {
  let number = 0;
  for (let bit = 0; bit < 12; bit++) {
    const x = Math.floor(((bit % 6) + 0.5) * (widthPx / 6));
    const y = Math.floor((Math.floor(bit / 6) + 0.5) * (heightPx / 2));
    if ((luma[(y * widthPx + x) * channels] ?? 0) > 127) number += 2 ** bit;
  }
  return number;
}

export const fileSource = (address: string): CameraSource => ({
  cameraId: '33020300001320000101',
  areaCode: '330203540000',
  kind: 'file',
  address,
  credential: null,
  startedAtMs,
});

export interface LoggedLine {
  readonly fields: object;
  readonly message: string;
}

/** A log that keeps its lines. */
export function keepingLog(lines: LoggedLine[]): Log {
  const keep = (fields: object, message: string): void => void lines.push({ fields, message });
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, child: () => log };
  return log;
}

/** Options of a session whose health and log are kept. */
export function sessionOptions(
  source: CameraSource,
  dir: string,
  over: { pace?: Pace; settings?: Partial<Config['ingest']>; signal?: AbortSignal } = {},
): SessionOptions & { readonly told: CameraHealth[]; readonly logged: LoggedLine[] } {
  const told: CameraHealth[] = [];
  const logged: LoggedLine[] = [];
  return {
    source,
    settings: { ...checkConfig({}).ingest, ...over.settings },
    pace: over.pace ?? (source.kind === 'file' ? 'replayFullSpeed' : 'live'),
    recordingDir: join(dir, 'recordings'),
    clock: systemClock,
    log: keepingLog(logged),
    onHealth: (health) => told.push(health),
    signal: over.signal ?? AbortSignal.timeout(25_000),
    told,
    logged,
  };
}

/** A picture's times and number, taken before it is given back. */
export interface SeenFrame {
  readonly capturedAtMs: number;
  readonly mediaTimeMs: number;
  readonly number: number;
}

export const seen = (frame: LeasedFrame): SeenFrame => {
  const { capturedAtMs, mediaTimeMs, data, widthPx, heightPx } = frame;
  const number = pictureNumber(data, widthPx, heightPx);
  frame.release();
  return { capturedAtMs, mediaTimeMs, number };
};
