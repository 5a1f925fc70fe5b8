import { rename, rm } from 'node:fs/promises';
import { PipelineError, systemCodeOf } from '../../kernel/index.ts';
import {
  commandArguments,
  type InputPlan,
  type Messages,
  probeOwnFile,
  runProcess,
  words,
} from '../ffmpeg/index.ts';

/** Nothing that is cut here takes this long; a process that does is stuck. */
const timeoutMs = 120_000;

export const unavailable = (what: string, cause?: unknown): PipelineError =>
  new PipelineError('INGEST_CLIP_UNAVAILABLE', what, {
    hint: 'Raise ingest.ringMs when clips are asked for later than the recording is kept, and check the free disk space.',
    cause,
  });

/** Why ffmpeg could not write, when that was the reason. */
export function diskFailure(messages: Messages, path: string): PipelineError | null {
  return messages.lines.some((line) => line.includes('No space left on device')) ? diskFull(path) : null;
}

export const diskFull = (path: string, cause?: unknown): PipelineError =>
  new PipelineError('DISK_FULL', `The disk is full: ${path} cannot be written.`, {
    hint: 'Free some space, or lower ingest.ringMs and bus.retentionHours.',
    retryable: true,
    cause,
  });

/**
 * Copy the coded pictures of `plan` into an MP4 that a browser can play from its first byte.
 * @returns length and size of what was written. The file appears complete or not at all.
 */
export async function copyToMp4(
  plan: InputPlan,
  options: { codec: string; durationMs: number; filePath: string; signal: AbortSignal },
): Promise<{ durationMs: number; widthPx: number; heightPx: number }> {
  const { codec, durationMs, filePath, signal } = options;
  const partFile = `${filePath}.part`;
  try {
    const { code, messages } = await runProcess(
      'ffmpeg',
      commandArguments(
        [plan.input],
        [
          {
            options: [
              ...words('-map 0:v:0 -c copy -t'),
              (durationMs / 1_000).toFixed(3),
              // Apple's players know HEVC only by this name.
              ...(codec === 'hevc' ? ['-tag:v', 'hvc1'] : []),
              ...words('-avoid_negative_ts make_zero -movflags +faststart -f mp4'),
            ],
            target: partFile,
          },
        ],
      ),
      { timeoutMs, signal, ...(plan.stdin === undefined ? {} : { stdin: plan.stdin }) },
    );
    const written = code === 0 ? await probeOwnFile(partFile, signal) : null;
    if (written === null) {
      throw (
        diskFailure(messages, filePath) ??
        unavailable(`No clip could be cut: ${messages.lines.at(-1) ?? 'ffmpeg gave none'}`)
      );
    }
    await rename(partFile, filePath);
    return written;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOSPC') throw diskFull(filePath, error);
    throw error;
  } finally {
    await rm(partFile, { force: true });
  }
}

/**
 * Decode one picture.
 * @param notBeforePtsMs its time stamp in ms of the input's own clock.
 * @returns a PNG and the time stamp that it has.
 */
export async function decodeStill(
  plan: InputPlan,
  notBeforePtsMs: number,
  signal: AbortSignal,
): Promise<{ image: Uint8Array; ptsMs: number; widthPx: number; heightPx: number }> {
  const filters = [
    // Half a millisecond less: the time stamp went through text.
    `select='gte(t,${((notBeforePtsMs - 0.5) / 1_000).toFixed(6)})'`,
    "scale='max(1,trunc(iw*sar+0.5))':ih",
    'setsar=1',
  ].join(',');
  const { code, stdout, extra, messages } = await runProcess(
    'ffmpeg',
    commandArguments(
      [{ ...plan.input, options: ['-copyts', ...(plan.input.options ?? [])] }],
      [
        {
          options: [
            ...words('-map 0:v:0 -filter:v'),
            filters,
            ...words('-frames:v 1 -fps_mode passthrough'),
            ...words('-enc_time_base 1/90000 -c:v png -compression_level 1 -f tee'),
          ],
          target: String.raw`[f=framecrc]pipe\:3|[f=image2pipe]pipe\:1`,
        },
      ],
    ),
    { timeoutMs, signal, extraPipes: 1, ...(plan.stdin === undefined ? {} : { stdin: plan.stdin }) },
  );
  const ticks = /^0, *-?\d+, *(-?\d+),/m.exec(extra[0] ?? '')?.[1];
  if (code !== 0 || ticks === undefined || stdout.length < 33) {
    throw unavailable(
      `No picture could be decoded: ${messages.lines.at(-1) ?? 'the recording has none there'}`,
    );
  }
  // Width and height stand in the head of a PNG.
  const [widthPx, heightPx] = [stdout.readUInt32BE(16), stdout.readUInt32BE(20)];
  return { image: new Uint8Array(stdout), ptsMs: Number(ticks) / 90, widthPx, heightPx };
}
