import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { PipelineError } from '../../kernel/index.ts';
import { i420Bytes } from '../detect/index.ts';
import { startFfmpeg, throwIfStopped } from './ffmpeg-process.ts';
import { matroskaFrameHeader, matroskaHeader } from './matroska.ts';

/** One decoded picture of a clip; I420 of even size with square pixels. */
export interface ClipFrame {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Since the beginning of the clip, as the recording says. */
  readonly atMs: number;
}

interface FrameInfo {
  readonly atMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

const showinfoLine = /showinfo.*\bn: *\d+ pts: *\S+ pts_time: *(\S+).*\bs:(\d+)x(\d+)/;

/** Frames are announced on stderr and come on stdout; either may be first. */
function openAnnouncements(): {
  readonly take: (line: string) => boolean;
  readonly get: (index: number) => Promise<FrameInfo | null>;
  readonly end: () => void;
} {
  const infos: FrameInfo[] = [];
  let wake = Promise.withResolvers<void>();
  const over = new AbortController();
  const announce = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  return {
    take(line) {
      const match = showinfoLine.exec(line);
      if (match === null) return line.includes('showinfo');
      const [, time = '', width = '', height = ''] = match;
      infos.push({ atMs: Number(time) * 1_000, widthPx: Number(width), heightPx: Number(height) });
      announce();
      return true;
    },
    async get(index) {
      while (infos[index] === undefined && !over.signal.aborted) await wake.promise;
      return infos[index] ?? null;
    },
    end() {
      over.abort();
      announce();
    },
  };
}

const words = (text: string): string[] => text.split(' ');

const damaged = (text: string): PipelineError =>
  new PipelineError('MEDIA_DAMAGED', text, {
    hint: 'No masked clip is made of it. Check the recording with ffprobe.',
  });

/**
 * Decode a clip, every frame with its own time.
 * @param options.everyMs only frames at least so far apart; absent: all.
 * @param options.ringSize so many frames stay untouched after the one that was handed out last; their buffers are used
 *   again after that. They lie in shared memory.
 * @throws PipelineError MEDIA_DAMAGED when nothing can be decoded or the size changes midway, INTERRUPTED,
 *   INGEST_FFMPEG_MISSING.
 */
export async function* decodeClip(
  filePath: string,
  options: { readonly everyMs?: number; readonly ringSize: number; readonly signal: AbortSignal },
): AsyncGenerator<ClipFrame, void, undefined> {
  const { signal, ringSize, everyMs } = options;
  throwIfStopped(signal);
  const announcements = openAnnouncements();
  // Half a millisecond less: times are rounded, and 5 frames at 25 fps shall count as 200 ms.
  const atLeastS = ((everyMs ?? 0) - 0.5) / 1_000;
  const select =
    everyMs === undefined ? [] : [`select='isnan(prev_selected_t)+gte(t-prev_selected_t,${atLeastS})'`];
  const filters = [
    ...select,
    "scale='2*round(iw*sar/2)':'2*round(ih/2)'",
    'setsar=1',
    'format=yuv420p',
    'showinfo=checksum=0',
  ];
  await using ffmpeg = startFfmpeg(
    [
      ...words('-protocol_whitelist file -i'),
      `file:${filePath}`,
      ...words('-map 0:v:0 -an -sn -dn -fps_mode passthrough -vf'),
      filters.join(','),
      ...words('-f rawvideo pipe:1'),
    ],
    { onLine: announcements.take, signal },
  );
  void ffmpeg.ended.then(announcements.end, announcements.end);
  const first = await announcements.get(0);
  if (first === null) {
    const { lastWords } = await ffmpeg.ended;
    throwIfStopped(signal);
    throw damaged(`${filePath} shows no picture: ${lastWords}`);
  }
  const { widthPx, heightPx } = first;
  const frameBytes = i420Bytes(widthPx, heightPx);
  const ring = Array.from({ length: ringSize + 1 }, () => new Uint8Array(new SharedArrayBuffer(frameBytes)));
  let index = 0;
  let filled = 0;
  for await (const chunk of ffmpeg.child.stdout as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; ) {
      const data = ring[index % ring.length]!;
      const part = chunk.subarray(from, from + frameBytes - filled);
      data.set(part, filled);
      from += part.length;
      filled += part.length;
      if (filled < frameBytes) continue;
      const info = await announcements.get(index);
      throwIfStopped(signal);
      if (
        info === null ||
        info.widthPx !== widthPx ||
        info.heightPx !== heightPx ||
        !Number.isFinite(info.atMs)
      ) {
        throw damaged(`${filePath}: frame ${index} has no time, or not the size of the first.`);
      }
      yield { data, widthPx, heightPx, atMs: info.atMs };
      index += 1;
      filled = 0;
    }
  }
  const { exitCode, lastWords } = await ffmpeg.ended;
  throwIfStopped(signal);
  if (exitCode !== 0)
    throw damaged(`ffmpeg stopped reading ${filePath} with ${String(exitCode)}: ${lastWords}`);
}

/** A clip in the making. */
export interface ClipEncoder extends AsyncDisposable {
  /** Resolves when the bytes have been handed over and may change again. */
  write(data: Uint8Array, atMs: number): Promise<void>;
  /** The file is there, whole, when this resolves; without it nothing is. */
  finish(): Promise<void>;
}

/** x264 gives other bytes with another number of threads: fixed, so that a replay makes the same file. */
const encoderThreads = 2;
const keyframeEveryS = 2;

/**
 * Encode a clip as H.264 in MP4, times kept, ready to be played while it loads.
 * @throws PipelineError INGEST_FFMPEG_EXIT, DISK_FULL, INTERRUPTED, by `write` and `finish`.
 */
export function openClipEncoder(
  filePath: string,
  options: { readonly widthPx: number; readonly heightPx: number; readonly signal: AbortSignal },
): ClipEncoder {
  const partPath = `${filePath}.part`;
  const ffmpeg = startFfmpeg(
    [
      ...words('-f matroska -i pipe:0 -fps_mode passthrough -an -map_metadata -1'),
      ...words(`-c:v libx264 -preset veryfast -crf 26 -pix_fmt yuv420p -threads ${encoderThreads}`),
      ...words(`-force_key_frames expr:gte(t,n_forced*${keyframeEveryS}) -sc_threshold 0 -g 1000`),
      ...words('-fflags +bitexact -flags:v +bitexact -video_track_timescale 90000'),
      ...words('-movflags +faststart -f mp4 -y'),
      `file:${partPath}`,
    ],
    { signal: options.signal },
  );
  const stdin = ffmpeg.child.stdin!;
  // A pipe that breaks is told by how ffmpeg ended.
  stdin.on('error', () => undefined);
  const failed = async (): Promise<never> => {
    const { exitCode, lastWords } = await ffmpeg.ended;
    throwIfStopped(options.signal);
    const isFull = lastWords.includes('No space left on device');
    throw new PipelineError(
      isFull ? 'DISK_FULL' : 'INGEST_FFMPEG_EXIT',
      `ffmpeg stopped writing ${filePath} with ${String(exitCode)}: ${lastWords}`,
      {
        hint: isFull ? 'Free some space in the data folder.' : 'Check with: ffmpeg -encoders | grep libx264',
      },
    );
  };
  const send = async (bytes: Uint8Array): Promise<void> => {
    const error = await new Promise<Error | null | undefined>((resolve) => {
      stdin.write(bytes, resolve);
    });
    if (error !== null && error !== undefined) await failed();
  };
  let isBegun = false;
  let isFinished = false;
  return {
    async write(data, atMs) {
      if (!isBegun) await send(matroskaHeader(options.widthPx, options.heightPx));
      isBegun = true;
      await send(matroskaFrameHeader(atMs, data.length));
      await send(data);
    },
    async finish() {
      stdin.end();
      if (!stdin.writableFinished && !stdin.destroyed)
        await Promise.race([once(stdin, 'close'), ffmpeg.ended]);
      const { exitCode } = await ffmpeg.ended;
      if (exitCode !== 0 || options.signal.aborted || !isBegun) await failed();
      await rename(partPath, filePath);
      isFinished = true;
    },
    async [Symbol.asyncDispose]() {
      stdin.destroy();
      await ffmpeg[Symbol.asyncDispose]();
      if (!isFinished) await rm(partPath, { force: true });
    },
  };
}
