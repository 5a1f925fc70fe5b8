import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../kernel/index.ts';
import { nothingLearned, readLearned, writeLearned } from './baseline-file.ts';
import type { PlanarPicture } from './picture/index.ts';
import { createPictureWatch } from './picture-watch.ts';

const sample = join(import.meta.dirname, '..', '..', 'sample', 'renovation-waste.mp4');
const [widthPx, heightPx] = [320, 240];
const frameBytes = (widthPx * heightPx * 3) / 2;

/** Pictures of the sample, 2.5 a second; turned round they are another scene. */
function pictures(filter: string): PlanarPicture[] {
  const options = `-v error -i ${sample} -vf ${filter}fps=2.5,scale=${widthPx}:${heightPx},format=yuv420p -f rawvideo pipe:1`;
  const { stdout } = spawnSync('ffmpeg', options.split(' '), { maxBuffer: 2 ** 28 });
  return Array.from({ length: stdout.length / frameBytes }, (_, index) => ({
    widthPx,
    heightPx,
    data: new Uint8Array(stdout.subarray(index * frameBytes, (index + 1) * frameBytes)),
  }));
}

test('a camera that was turned is faulty until the file says where it looks now; what it learns then is kept with that', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-watch-'));
  const file = join(dir, 'camera.json');
  const log = openLog({ level: 'error' });
  let heading = '90';
  let atMs = 0;
  const watchOf = (learned = nothingLearned) =>
    createPictureWatch({ learned, view: () => heading, isMovable: () => false, onNews: () => undefined });
  const watch = watchOf();
  const show = (all: readonly PlanarPicture[], times = 1): void => {
    for (let round = 0; round < times; round++) {
      for (const picture of all) watch.look(picture, (atMs += 400));
    }
  };
  const ahead = pictures('');
  const turned = pictures('hflip,vflip,');
  // Longer than it takes to trust a baseline.
  show(ahead, 6);
  expect(watch.verdict?.verdict).toBe('normal');
  show(turned);
  expect(watch.verdict?.faults.map(({ fault }) => fault)).toContain('sceneChange');

  heading = '270';
  show(turned, 2);
  expect(watch.verdict).toMatchObject({ verdict: 'normal', faults: [] });

  await writeLearned(file, watch.learned, log);
  const kept = await readLearned(file, log);
  expect(kept.view).toBe('270');
  expect(kept.baselines).toEqual(watch.learned.baselines);
  await rm(dir, { recursive: true, force: true });
});
