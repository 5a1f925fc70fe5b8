import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, PipelineError, systemCodeOf } from '../kernel/index.ts';

const videoEndings = /\.(mp4|m4v|mkv|mov|avi|webm|ts|mpg|mpeg|flv|gif|h264|264|avc|jsv|h265|265|hevc)$/i;
const imageEndings = /\.(jpe?g|png)$/i;
/** Fewer pictures than this are photos, not a sequence. */
const minSequenceLength = 30;
const defaultSequenceFps = 10;

/** Pictures that were cut from one recording carry consecutive numbers; an album of photos does not. */
function isSequence(pictures: readonly string[]): boolean {
  const numbers = pictures
    .map((name) => Number(/(\d+)\.\w+$/.exec(name)?.[1] ?? Number.NaN))
    .toSorted((a, b) => a - b);
  const [first = 0] = numbers;
  return pictures.length >= minSequenceLength && numbers.every((number, index) => number === first + index);
}

/** One recording under a folder: a file, or a folder of numbered pictures. */
export interface ClipFile {
  /** Path from the folder that was searched, for people. */
  readonly name: string;
  readonly path: string;
  /** File names of the pictures, in order; null for a video file. */
  readonly pictures: readonly string[] | null;
}

/**
 * Every recording under a folder, in order of name.
 * @throws PipelineError IMPORT_FILE_NOT_FOUND when there is no such folder.
 */
export async function findClips(root: string, dir = root): Promise<ClipFile[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw new PipelineError('IMPORT_FILE_NOT_FOUND', `${dir} cannot be read: ${messageOf(cause)}`, {
      hint: 'Name a folder that holds videos.',
      cause,
    });
  });
  const clips: ClipFile[] = [];
  const pictures = entries
    .filter((entry) => entry.isFile() && imageEndings.test(entry.name))
    .map(({ name }) => name);
  if (isSequence(pictures)) {
    clips.push({ name: relative(root, dir) || '.', path: dir, pictures: pictures.toSorted() });
  }
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) clips.push(...(await findClips(root, path)));
    else if (videoEndings.test(entry.name)) clips.push({ name: relative(root, path), path, pictures: null });
  }
  return clips;
}

/** The `events.json` that speaks of a clip: beside it, or in the nearest folder above, up to the root. */
export async function truthBeside(clip: ClipFile, root: string): Promise<unknown> {
  for (let dir = clip.pictures === null ? dirname(clip.path) : clip.path; ; dir = dirname(dir)) {
    try {
      return JSON.parse(await readFile(join(dir, 'events.json'), 'utf8'));
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw error;
    }
    if (dir === root || dir === dirname(dir)) return null;
  }
}

const frameRateOf = (truth: unknown): number => {
  const fps = typeof truth === 'object' && truth !== null && 'fps' in truth ? Number(truth.fps) : Number.NaN;
  return Number.isFinite(fps) && fps > 0 ? fps : defaultSequenceFps;
};

/** A video file of a clip: itself, or its pictures put one after the other without encoding them anew. */
export async function asVideoFile(clip: ClipFile, truth: unknown, scratchDir: string): Promise<string> {
  if (clip.pictures === null) return clip.path;
  const seconds = 1 / frameRateOf(truth);
  const list = join(scratchDir, 'pictures.txt');
  const lines = clip.pictures.map(
    (name) => `file '${join(clip.path, name).replaceAll("'", String.raw`'\''`)}'\nduration ${seconds}`,
  );
  await writeFile(list, lines.join('\n'));
  const file = join(scratchDir, 'pictures.mkv');
  await promisify(execFile)('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-f',
    'concat',
    '-safe',
    '0',
    '-i',
    list,
    '-c',
    'copy',
    file,
  ]);
  return file;
}
