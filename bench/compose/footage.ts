import { spawn } from 'node:child_process';
import { PipelineError } from '../../kernel/index.ts';
import type { Picture } from './picture.ts';

/** What a video file says of its first video stream. */
export interface FootageFacts {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  readonly durationS: number;
  readonly codec: string;
  readonly pixelFormat: string;
  readonly creationTime: string | null;
}

interface ProbeAnswer {
  streams?: { width: number; height: number; avg_frame_rate: string; codec_name: string; pix_fmt: string }[];
  format?: { duration: string; tags?: { creation_time?: string } };
}

/**
 * @throws PipelineError INGEST_NOT_A_VIDEO with what ffprobe said, INGEST_FFMPEG_MISSING when it cannot be started.
 */
export async function probeFootage(file: string): Promise<FootageFacts> {
  const entries =
    'stream=width,height,avg_frame_rate,codec_name,pix_fmt:format=duration:format_tags=creation_time';
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', file];
  const child = spawn('ffprobe', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = collect(child.stderr);
  const answer = collect(child.stdout);
  const code = await exitOf(child);
  const { streams, format } = JSON.parse((await answer) || '{}') as ProbeAnswer;
  const stream = streams?.[0];
  if (code !== 0 || stream === undefined) {
    throw new PipelineError('INGEST_NOT_A_VIDEO', `No video could be read from ${file}: ${await said}`, {
      hint: 'Pass a video file that ffprobe can read.',
    });
  }
  const [frames, seconds] = stream.avg_frame_rate.split('/').map(Number);
  return {
    widthPx: stream.width,
    heightPx: stream.height,
    fps: (frames ?? 0) / (seconds ?? 1),
    durationS: Number(format?.duration),
    codec: stream.codec_name,
    pixelFormat: stream.pix_fmt,
    creationTime: format?.tags?.creation_time ?? null,
  };
}

/**
 * Decode the whole file, one picture at a time: ffmpeg waits while nobody pulls. Every frame of the file comes
 * exactly once, in order. Leaving the loop early ends ffmpeg.
 * @throws PipelineError INGEST_FILE_DAMAGED when ffmpeg gives up, with what it said.
 */
export async function* readPictures(
  file: string,
  size: { widthPx: number; heightPx: number },
): AsyncGenerator<Picture> {
  const args = [
    '-v',
    'error',
    '-i',
    file,
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-',
  ];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = collect(child.stderr);
  const exited = exitOf(child);
  const bytes = size.widthPx * size.heightPx * 3;
  let rgb = new Uint8Array(bytes);
  let filled = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      let from = 0;
      while (from < chunk.length) {
        const taken = Math.min(chunk.length - from, bytes - filled);
        rgb.set(chunk.subarray(from, from + taken), filled);
        from += taken;
        filled += taken;
        if (filled < bytes) continue;
        yield { ...size, rgb };
        rgb = new Uint8Array(bytes);
        filled = 0;
      }
    }
    if ((await exited) !== 0) {
      throw new PipelineError('INGEST_FILE_DAMAGED', `ffmpeg could not decode ${file}: ${await said}`, {
        hint: 'Fetch the file again and compare its sha256.',
      });
    }
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
    await exited;
  }
}

/** How the result is encoded. */
export interface EncodingPlan {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  /** ISO 8601 with zone: the capture time of the first frame, written into the container. */
  readonly startsAt: string;
  /** libx264 constant rate factor: lower is better and larger. */
  readonly crf: number;
  readonly keyframeEveryS: number;
}

/** Takes pictures in order; `close` waits for the finished file. */
export interface Encoder extends AsyncDisposable {
  write(picture: Picture): Promise<void>;
  close(): Promise<void>;
}

/** H.264 in MP4, yuv420p, index in front, closed GOPs of equal length. The same pictures give the same bytes. */
export function openEncoder(file: string, plan: EncodingPlan): Encoder {
  const gop = String(Math.round(plan.fps * plan.keyframeEveryS));
  const child = spawn(
    'ffmpeg',
    [
      ['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${plan.widthPx}x${plan.heightPx}`],
      [
        '-r',
        String(plan.fps),
        '-i',
        '-',
        '-an',
        '-c:v',
        'libx264',
        '-preset',
        'slow',
        '-crf',
        String(plan.crf),
      ],
      // One thread and bitexact: the file must not depend on how many cores made it.
      ['-threads', '1', '-fflags', '+bitexact', '-flags:v', '+bitexact', '-pix_fmt', 'yuv420p'],
      ['-g', gop, '-keyint_min', gop, '-sc_threshold', '0', '-movflags', '+faststart'],
      ['-metadata', `creation_time=${new Date(plan.startsAt).toISOString()}`, '-f', 'mp4', file],
    ].flat(),
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const said = collect(child.stderr);
  const exited = exitOf(child);
  // A broken pipe shows as the exit code below, with what ffmpeg said.
  child.stdin.on('error', () => undefined);
  const gone = new Promise((resolve) => child.stdin.once('close', resolve));
  let closed = false;
  return {
    async write(picture) {
      if (!child.stdin.write(picture.rgb)) {
        // Not `events.once`: that rejects with a bare EPIPE before ffmpeg has said what is wrong.
        const drained = new Promise((resolve) => child.stdin.once('drain', resolve));
        await Promise.race([drained, gone]);
        if (child.stdin.destroyed) await exited;
      }
      if (child.exitCode !== null) throw notWritten(file, await said);
    },
    async close() {
      closed = true;
      child.stdin.end();
      if ((await exited) !== 0) throw notWritten(file, await said);
    },
    async [Symbol.asyncDispose]() {
      if (!closed) child.kill('SIGKILL');
      await exited;
    },
  };
}

function notWritten(file: string, said: string): PipelineError {
  return new PipelineError('INGEST_FFMPEG_EXIT', `ffmpeg could not write ${file}: ${said}`, {
    hint: 'Check that the folder exists and has space, and that this ffmpeg has libx264.',
  });
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8').trim();
}

function exitOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => {
      const detail = { hint: 'Install ffmpeg, for example: apt-get install ffmpeg.', cause };
      reject(new PipelineError('INGEST_FFMPEG_MISSING', `${child.spawnfile} could not be started.`, detail));
    });
    child.once('close', resolve);
  });
  // Whoever awaits gets the error; until then it must not count as unhandled and end the process.
  exited.catch(() => undefined);
  return exited;
}
