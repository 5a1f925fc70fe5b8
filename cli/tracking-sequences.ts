import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  readKittiDetections,
  readKittiTruth,
  readMotDetections,
  readMotTruth,
  type ScoredBoxPx,
  type TrackingSequence,
  type TruthFrame,
} from '../inference/index.ts';
import { messageOf, PipelineError, systemCodeOf } from '../kernel/index.ts';

/** Where MOTChallenge gives no seqinfo.ini: the commonest rate of its older recordings. */
const defaultFps = 25;
const kitti = { widthPx: 1_242, heightPx: 375, fps: 10 };

/** A recording of a group, which is judged as a whole; without truth it can only be named. */
export interface FoundSequence {
  readonly group: string;
  readonly name: string;
  readonly sequence: TrackingSequence | null;
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return null;
    throw error;
  }
}

async function textsIn(dir: string): Promise<{ name: string; text: string }[]> {
  const names = await readdir(dir).catch(() => []);
  const files = names.filter((name) => name.endsWith('.txt')).toSorted();
  return await Promise.all(
    files.map(async (name) => ({
      name: basename(name, '.txt'),
      text: await readFile(join(dir, name), 'utf8'),
    })),
  );
}

/** Without a seqinfo.ini the picture is as large as its boxes reach. */
function sizeOf(
  info: string | null,
  truth: readonly TruthFrame[],
  detections: readonly (readonly ScoredBoxPx[])[],
): Pick<TrackingSequence, 'widthPx' | 'heightPx' | 'fps'> {
  const named = (key: string): number => Number(new RegExp(`^${key}=(\\d+)`, 'm').exec(info ?? '')?.[1] ?? 0);
  let [right, bottom] = [1, 1];
  for (const { box } of [...truth.flatMap(({ counted }) => counted), ...detections.flat()]) {
    right = Math.max(right, box[0] + box[2]);
    bottom = Math.max(bottom, box[1] + box[3]);
  }
  return {
    widthPx: named('imWidth') || Math.ceil(right),
    heightPx: named('imHeight') || Math.ceil(bottom),
    fps: named('frameRate') || defaultFps,
  };
}

/** `gt/gt.txt` with `det/det.txt`, or with several sets of boxes in `lift/`. */
async function motSequences(dir: string): Promise<FoundSequence[]> {
  const name = basename(dir);
  const single = await textOf(join(dir, 'det', 'det.txt'));
  const sets = [
    ...(single === null ? [] : [{ name: '', text: single }]),
    ...(await textsIn(join(dir, 'lift'))),
  ];
  if (sets.length === 0) return [];
  const gt = await textOf(join(dir, 'gt', 'gt.txt'));
  if (gt === null) return [{ group: name, name, sequence: null }];
  const info = await textOf(join(dir, 'seqinfo.ini'));
  const truth = readMotTruth(gt);
  const group = /^MOT\d+/.exec(name)?.[0] ?? name;
  return sets.map((set) => {
    const detections = readMotDetections(set.text);
    const full = set.name === '' ? name : `${name} ${set.name}`;
    return {
      group,
      name: full,
      sequence: { name: full, truth, detections, ...sizeOf(info, truth, detections) },
    };
  });
}

/** `label/NNNN.txt` with `det/NNNN.txt`. */
async function kittiSequences(dir: string): Promise<FoundSequence[]> {
  const labels = new Map((await textsIn(join(dir, 'label'))).map(({ name, text }) => [name, text]));
  const group = 'KITTI cars';
  return (await textsIn(join(dir, 'det'))).flatMap(({ name, text }): FoundSequence[] => {
    const label = labels.get(name);
    if (label === undefined) return [];
    const full = `KITTI ${name}`;
    const sequence = {
      name: full,
      ...kitti,
      truth: readKittiTruth(label),
      detections: readKittiDetections(text),
    };
    return [{ group, name: full, sequence }];
  });
}

/**
 * Every recording with detections under a folder, in the layouts of MOTChallenge and KITTI tracking.
 * @throws PipelineError IMPORT_FILE_NOT_FOUND when there is no such folder, IMPORT_ROWS_REJECTED for a damaged file.
 */
export async function findTrackingSequences(dir: string): Promise<FoundSequence[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw new PipelineError('IMPORT_FILE_NOT_FOUND', `${dir} cannot be read: ${messageOf(cause)}`, {
      hint: 'Name a folder with recordings in the layout of MOTChallenge (NAME/gt/gt.txt, NAME/det/det.txt) or KITTI (label/, det/).',
      cause,
    });
  });
  const here = [...(await motSequences(dir)), ...(await kittiSequences(dir))];
  if (here.length > 0) return here;
  const inside: FoundSequence[] = [];
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name))) {
    if (entry.isDirectory()) inside.push(...(await findTrackingSequences(join(dir, entry.name))));
  }
  return inside;
}
