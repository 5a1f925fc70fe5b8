import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Recorder } from '../../ingest/index.ts';
import { PipelineError } from '../../kernel/index.ts';

const video = join(import.meta.dirname, '..', '..', 'sample', 'renovation-waste.mp4');
const lengthMs = 78_000;

const nothing = (): PipelineError =>
  new PipelineError('INGEST_CLIP_UNAVAILABLE', 'Nothing was recorded then.', {
    hint: 'Ask for another moment.',
  });

/** The sample as the recording of a camera, its first frame at `startedAtMs`. */
export const sampleRecorder = (startedAtMs: number): Recorder => ({
  cutClip: async () => await Promise.reject(nothing()),
  async still({ atMs }) {
    if (atMs < startedAtMs || atMs > startedAtMs + lengthMs) throw nothing();
    const seconds = ((atMs - startedAtMs) / 1_000).toFixed(3);
    const { stdout } = await promisify(execFile)(
      'ffmpeg',
      [
        '-v',
        'error',
        '-ss',
        seconds,
        '-i',
        video,
        '-frames:v',
        '1',
        '-c:v',
        'png',
        '-f',
        'image2pipe',
        'pipe:1',
      ],
      { encoding: 'buffer', maxBuffer: 1 << 26 },
    );
    const { width, height } = await sharp(stdout).metadata();
    return { image: new Uint8Array(stdout), capturedAtMs: atMs, widthPx: width, heightPx: height };
  },
});
