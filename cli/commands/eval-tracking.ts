import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  followSequence,
  judgeSequence,
  thinned,
  trackers,
  type TrackingScore,
  trackingScore,
  type TrackingSequence,
  type TrackingSums,
} from '../../inference/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { findTrackingSequences } from '../tracking-sequences.ts';

/** Public recordings are not part of the repository; here they are looked for when no folder is named. */
const besideCheckout = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
/** What the product looks at. */
const productFps = 5;

interface Row {
  readonly group: string;
  readonly fps: 'full' | 'thinned';
  readonly tracker: string;
  readonly score: TrackingScore;
  readonly framesPerCpuS: number;
}

function rowsOf(group: string, fps: Row['fps'], sequences: readonly TrackingSequence[]): Row[] {
  return Object.entries(trackers).map(([tracker, create]): Row => {
    let [frames, cpuUs] = [0, 0];
    const sums: TrackingSums[] = [];
    for (const sequence of sequences) {
      const before = process.cpuUsage();
      const found = followSequence(sequence, create(sequence));
      const { user, system } = process.cpuUsage(before);
      cpuUs += user + system;
      frames += found.length;
      sums.push(judgeSequence(sequence, found));
    }
    return { group, fps, tracker, score: trackingScore(sums), framesPerCpuS: (frames / cpuUs) * 1e6 };
  });
}

const percent = (share: number): string => (100 * share).toFixed(1).padStart(6);
const count = (value: number): string => String(value).padStart(6);

function lineOf({ tracker, score, framesPerCpuS }: Row): string {
  const { hota, detA, assA, mota, idf1, falseBoxes, missedBoxes, idSwitches } = score;
  const shares = [hota, detA, assA, mota, idf1].map(percent).join(' ');
  const counts = [falseBoxes, missedBoxes, idSwitches].map(count).join(' ');
  return `  ${tracker.padEnd(10)} ${shares} ${counts} ${count(Math.round(framesPerCpuS))}`;
}

/** On a recording of a few hundred boxes a single name kept or lost moves IDF1 by several points. */
const margin = 0.015;

/** Whether ours is as good as every yardstick. */
const isAhead = (rows: readonly Row[]): boolean => {
  const ours = rows.find(({ tracker }) => tracker === 'ours')?.score;
  return (
    ours !== undefined &&
    rows.every(({ score }) => ours.hota >= score.hota - margin && ours.idf1 >= score.idf1 - margin)
  );
};

/**
 * Follow published detections with the product's tracker and the yardsticks, and judge all against the truth.
 * @throws PipelineError EVAL_GOAL_MISSED where a yardstick has the clearly better HOTA or IDF1.
 */
export async function evalTracking(
  dirs: readonly string[],
  options: { readonly json?: string },
): Promise<void> {
  const roots =
    dirs.length > 0
      ? dirs.map((dir) => resolve(dir))
      : ['mot', 'kitti'].map((name) => join(besideCheckout, name));
  const found = (await Promise.all(roots.map(findTrackingSequences))).flat();
  if (found.length === 0) {
    throw new PipelineError('IMPORT_FILE_NOT_FOUND', `There is no recording under ${roots.join(', ')}.`, {
      hint: 'Name folders in the layout of MOTChallenge (NAME/gt/gt.txt, NAME/det/det.txt) or KITTI (label/, det/).',
    });
  }
  const rows: Row[] = [];
  const behind: string[] = [];
  process.stdout.write('               HOTA   DetA   AssA   MOTA   IDF1     FP     FN   IDSW frames/CPU-s\n');
  for (const [group, members] of Map.groupBy(found, (one) => one.group)) {
    const judged = members.flatMap(({ sequence }) => (sequence === null ? [] : [sequence]));
    if (judged.length === 0) {
      process.stdout.write(`${group}: no truth (gt/gt.txt), not judged\n`);
      continue;
    }
    for (const fps of ['full', 'thinned'] as const) {
      const sequences = fps === 'full' ? judged : judged.map((one) => thinned(one, productFps));
      const rates = [...new Set(sequences.map((one) => one.fps.toFixed(1).replace('.0', '')))].join(', ');
      const ofGroup = rowsOf(group, fps, sequences);
      rows.push(...ofGroup);
      process.stdout.write(`${group}, ${judged.length} recordings at ${rates} fps\n`);
      process.stdout.write(`${ofGroup.map(lineOf).join('\n')}\n`);
      if (!isAhead(ofGroup)) behind.push(`${group} at ${rates} fps`);
    }
  }
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(rows, null, 1)}\n`);
  if (behind.length > 0) {
    throw new PipelineError(
      'EVAL_GOAL_MISSED',
      `A yardstick has the clearly better HOTA or IDF1 on: ${behind.join('; ')}.`,
      { hint: 'The table above shows by how much.' },
    );
  }
}
