import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const sample = join(root, 'sample', 'renovation-waste.mp4');
const beside = (path: string): string => join(root, '..', 'shared', 'data', path);

/**
 * Length of each stream: what is looked at, and what is only decoded. A camera's connection lasts for days: opening it,
 * and learning the street in the first seconds, must not weigh as if it were done twice a minute.
 */
export const [streamS, decodedS] = [120, 360];

export interface Stream {
  readonly name: string;
  /** Where its pictures come from, for people. */
  readonly from: string;
  readonly file: string;
  /** The same, longer. */
  readonly longFile: string;
}

const encode = [
  '-an',
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-b:v',
  '512k',
  '-g',
  '20',
  '-pix_fmt',
  'yuv420p',
];
const toSubStream = `fps=10,scale=640:360:force_original_aspect_ratio=increase,crop=640:360`;

/**
 * Three sub-streams as cameras send them (640×360, 10 fps, H.264): a still street with the noise of its sensor, one
 * with few people, one that is never empty. Real recordings where they lie beside the checkout, else the sample.
 */
export async function makeStreams(dir: string): Promise<Stream[]> {
  const pick = (path: string): string => (existsSync(beside(path)) ? beside(path) : sample);
  const normal = pick('street-intel/one-by-one-person-detection.mp4');
  const busy = pick('street-opencv4nodejs/traffic.mp4');
  const still = `select=eq(n\\,0),loop=-1:1,${toSubStream},noise=alls=3:allf=t`;
  const made = [
    { name: 'quiet', from: 'first picture of the sample, with noise', input: ['-i', sample], filter: still },
    { name: 'normal', from: normal, input: ['-stream_loop', '-1', '-i', normal], filter: toSubStream },
    { name: 'busy', from: busy, input: ['-stream_loop', '-1', '-i', busy], filter: toSubStream },
  ];
  const streams: Stream[] = [];
  for (const { name, from, input, filter } of made) {
    const file = join(dir, `${name}.mp4`);
    const longFile = join(dir, `${name}-long.mp4`);
    const common = ['-v', 'error', '-nostdin', '-y'];
    const cut = ['-vf', filter, '-t', String(streamS)];
    await run('ffmpeg', [...common, ...input, ...cut, ...encode, file]);
    const repeat = ['-stream_loop', String(decodedS / streamS - 1), '-i', file];
    await run('ffmpeg', [...common, ...repeat, '-c', 'copy', longFile]);
    streams.push({ name, from: from.slice(from.lastIndexOf('/') + 1), file, longFile });
  }
  return streams;
}
