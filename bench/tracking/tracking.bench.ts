import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findTrackingSequences } from '../../cli/tracking-sequences.ts';
import { followSequence, trackers, type TrackingSequence } from '../../inference/index.ts';
import { threadCpuMs } from '../cost/cpu-time.ts';

const besideCheckout = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
/** Recordings are taken until there are so many frames: Python needs seconds for these. */
const enoughFrames = 1_000;
/** Goal: ours makes at least so many steps in the time in which SORT in Python makes one. */
const minTimesPython = 20;
const rounds = 3;

/** A street of so many walkers, where no recordings lie beside the checkout. */
function madeUpStreet(people: number): TrackingSequence {
  const frames = Array.from({ length: 600 }, (_, frame) => frame);
  const boxOf = (frame: number, i: number) =>
    [(i * 91 + frame * (1 + (i % 4))) % 1_200, 60 + 20 * (i % 9), 30, 90] as const;
  const detections = frames.map((frame) =>
    Array.from({ length: people }, (_, i) => ({
      className: 'person' as const,
      confidence: 0.9,
      box: boxOf(frame, i),
    })),
  );
  const truth = frames.map(() => ({ counted: [], uncounted: [] }));
  return { name: `${people} walkers`, widthPx: 1_280, heightPx: 720, fps: 10, truth, detections };
}

/** Frames per second of CPU time, best of some rounds. */
function framesPerS(sequences: readonly TrackingSequence[], name: string): number {
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    let frames = 0;
    const before = threadCpuMs();
    for (const sequence of sequences) {
      const create = trackers[name];
      if (create !== undefined) frames += followSequence(sequence, create(sequence)).length;
    }
    best = Math.max(best, (frames / (threadCpuMs() - before)) * 1_000);
  }
  return best;
}

/** SORT in Python on the same boxes, or why it cannot be asked. */
function pythonFramesPerS(sequences: readonly TrackingSequence[]): number | string {
  const boxes = sequences.map(({ truth, detections }) =>
    truth.map((_, index) => (detections[index] ?? []).map(({ box: [x, y, w, h] }) => [x, y, x + w, y + h])),
  );
  const python = process.env['PYTHON'] ?? 'python3';
  const script = join(import.meta.dirname, 'sort.py');
  const { status, stdout, stderr, error } = spawnSync(python, [script], {
    input: JSON.stringify(boxes),
    encoding: 'utf8',
    maxBuffer: 2 ** 20,
  });
  if (status !== 0) return error?.message ?? stderr.trim().split('\n').at(-1) ?? 'no answer';
  const { frames, cpuS } = JSON.parse(stdout) as { frames: number; cpuS: number };
  return frames / cpuS;
}

/** Budget: ≥ 20 × SORT in Python (numpy, scipy, filterpy), in the same run and on the same boxes. */
export async function report(): Promise<void> {
  const roots = ['mot/TUD-Campus', 'kitti', 'mot/MOT17-05'].map((name) => join(besideCheckout, name));
  const there = roots.filter((root) => existsSync(root));
  const read = await Promise.all(there.map(async (root) => await findTrackingSequences(root)));
  const found = read.flat().flatMap(({ sequence }) => (sequence === null ? [] : [sequence]));
  const sequences: TrackingSequence[] = [];
  let frames = 0;
  for (const sequence of found.length > 0 ? found : [madeUpStreet(5), madeUpStreet(20)]) {
    if (frames >= enoughFrames) break;
    sequences.push(sequence);
    frames += sequence.truth.length;
  }
  const boxes = sequences.reduce((sum, { detections }) => sum + detections.flat().length, 0);
  console.log(
    `\nTracking: ${sequences.length} recordings, ${frames} frames of ${(boxes / frames).toFixed(1)} detections`,
  );
  const python = pythonFramesPerS(sequences);
  const rows = Object.keys(trackers).map((name) => {
    const speed = framesPerS(sequences, name);
    return { name, speed, times: typeof python === 'number' ? speed / python : null };
  });
  console.table(
    rows.map(({ name, speed, times }) => ({
      tracker: name,
      'frames per CPU-s': Math.round(speed),
      'times SORT in Python': times === null ? '–' : times.toFixed(0),
    })),
  );
  if (typeof python === 'string') {
    console.log(
      `SORT in Python could not be asked (${python}); it wants numpy, scipy and filterpy for the interpreter that PYTHON names.`,
    );
    return;
  }
  console.log(`SORT in Python: ${Math.round(python)} frames per CPU-s`);
  const ours = rows.find(({ name }) => name === 'ours')?.times ?? 0;
  if (ours < minTimesPython)
    throw new Error(`ours is ${ours.toFixed(1)} × SORT in Python, budget ${minTimesPython}`);
}
