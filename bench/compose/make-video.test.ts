import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFootage } from './find-footage.ts';
import { probeFootage, readPictures } from './footage.ts';
import { makeVideo, Scene } from './index.ts';
import type { Picture } from './picture.ts';

const sample = path.resolve(import.meta.dirname, '../../sample/renovation-waste.mp4');
const folder = mkdtempSync(path.join(tmpdir(), 'compose-'));
const footageFile = path.join(folder, 'footage.mp4');

/** Eight real seconds at half size, and somebody who leaves a carton on the lawn at the lower left. */
const scene = Scene.parse({
  name: 'carton',
  footage: { file: 'footage.mp4', sha256: '0'.repeat(64), fps: 10, skipFrames: 5 },
  startsAt: '2026-01-01T12:00:00+08:00',
  camera: { horizonYPx: -50, heightM: 7.9 },
  ground: { boxPx: [150, 125, 45, 15], reflectance: 0.36 },
  blurSigmaPx: 0.3,
  occluders: [],
  object: { name: 'carton', kind: 'carton', seed: 2, heightM: 0.6, slumps: false },
  bringer: {
    description: 'nobody really',
    class: 'person',
    heightM: 1.7,
    hand: { rightM: 0.2, upM: 0.8 },
    feet: [
      [0, 20],
      [2, 100],
      [3, 100],
      [5, 300],
    ].map(([atS, x]) => ({ atS, px: [x, 230] })),
  },
  passersBy: [],
  putDown: { swingFromS: 2, touchesGroundS: 2.4, settledS: 2.6, restPx: [110, 235] },
  encoding: { crf: 23, keyframeEveryS: 2 },
  movingOnly: [],
});

const make = (outFile: string, what = scene) =>
  makeVideo({ scene: what, footageFile, outFile, name: path.basename(outFile), onFrame: () => undefined });

beforeAll(() => {
  const args = ['-v', 'error', '-i', sample, '-t', '8', '-vf', 'scale=384:288', '-crf', '18', footageFile];
  execFileSync('ffmpeg', args);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('footage and scene become a video whose pixels bear out the truth; twice the same bytes', async () => {
  const out = path.join(folder, 'made.mp4');
  const truth = await make(out);
  const [event] = truth.events;
  expect(truth.frames).toBe(75);
  expect(event).toMatchObject({ touches_ground_s: 2.4, removed_s: null, owner_out_of_frame_s: 5.1 });
  const [x, y, w, h] = event?.bbox ?? [0, 0, 0, 0];
  const sizes = { widthPx: 384, heightPx: 288 };
  expect(await probeFootage(out)).toMatchObject({
    ...sizes,
    fps: 10,
    creationTime: '2026-01-01T04:00:00.000000Z',
  });

  const original: Picture[] = [];
  for await (const picture of readPictures(footageFile, sizes)) original.push(picture);
  original.splice(0, scene.footage.skipFrames);
  let frame = 0;
  const shares: number[] = [];
  for await (const picture of readPictures(out, sizes)) {
    let changed = 0;
    for (let row = y; row < y + h; row++) {
      for (let column = x; column < x + w; column++) {
        const at = (row * 384 + column) * 3 + 1;
        if (Math.abs((picture.rgb[at] ?? 0) - (original[frame]?.rgb[at] ?? 0)) > 15) changed++;
      }
    }
    shares.push(changed / (w * h));
    frame++;
  }
  expect(Math.min(...shares.slice(26))).toBeGreaterThan(0.5);
  expect(Math.max(...shares.slice(0, 8))).toBeLessThan(0.02);

  const again = path.join(folder, 'again.mp4');
  await make(again);
  expect(readFileSync(again).equals(readFileSync(out))).toBe(true);
});

test('a scene whose object rests outside the picture, or whose bringer stays, has no truth', async () => {
  const outside = { ...scene, putDown: { ...scene.putDown, restPx: [900, 235] as [number, number] } };
  await expect(make(path.join(folder, 'a.mp4'), outside)).rejects.toThrow(RangeError);
  const feet = [0, 60].map((atS) => ({ atS, px: [100, 230] as [number, number] }));
  const stays = { ...scene, bringer: { ...scene.bringer, feet } };
  await expect(make(path.join(folder, 'b.mp4'), stays)).rejects.toThrow('never leaves');
});

test('what is no footage, what cannot be written and what is other footage are named', async () => {
  const text = path.join(folder, 'text.mp4');
  writeFileSync(text, 'not a video');
  await expect(probeFootage(text)).rejects.toMatchObject({ code: 'INGEST_NOT_A_VIDEO' });
  await expect(make(path.join(folder, 'missing', 'out.mp4'))).rejects.toMatchObject({
    code: 'INGEST_FFMPEG_EXIT',
  });
  const options = { sha256: scene.footage.sha256, cacheDir: folder, say: () => undefined };
  await expect(findFootage({ ...options, named: footageFile })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(findFootage({ ...options, named: `${footageFile}x` })).rejects.toMatchObject({
    code: 'INGEST_FILE_NOT_FOUND',
  });
});
