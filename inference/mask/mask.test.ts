import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runningChildren } from '../../kernel/index.ts';
import { material } from '../../test/material.ts';
import type { Detection, Picture } from '../detect/index.ts';
import type { DetectorPool } from '../runtime/index.ts';
import { ffmpegBytes, frameOf, openShipped, sampleVideo } from '../testing/sample.ts';
import { type Masker, openMasker } from './index.ts';
import { rgbToI420 } from './rgb.ts';
import { decodeClip } from './transcode.ts';

const never = new AbortController().signal;
let scratch: string;
let persons: DetectorPool;
let faces: DetectorPool;
let masker: Masker;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sharp-eyes-mask-'));
  [persons, faces] = await Promise.all([openShipped('nanodet_g'), openShipped('centerface')]);
  masker = openMasker({ persons, faces });
});
afterAll(async () => {
  await Promise.all([persons[Symbol.asyncDispose](), faces[Symbol.asyncDispose]()]);
  await rm(scratch, { recursive: true });
});

async function rgbOf(image: Uint8Array): Promise<{ data: Uint8Array; widthPx: number; heightPx: number }> {
  const { data, info } = await sharp(image)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height };
}

/** Mean difference of two planes of bytes within or outside a box, `channels` values per px. */
function meanDifference(
  a: Uint8Array,
  b: Uint8Array,
  { widthPx, channels }: { readonly widthPx: number; readonly channels: number },
  isCounted: (x: number, y: number) => boolean,
): number {
  let [sum, count] = [0, 0];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const pixel = Math.floor(index / channels);
    if (!isCounted(pixel % widthPx, Math.floor(pixel / widthPx))) continue;
    sum += Math.abs(a[index]! - b[index]!);
    count += 1;
  }
  return sum / count;
}

const heads = (
  found: readonly Detection[],
  { widthPx, heightPx }: Picture,
): ((x: number, y: number) => boolean) => {
  const boxes = found
    .filter(
      ({ className, confidence, hNorm }) =>
        className === 'person' && confidence >= 0.6 && hNorm * heightPx > 60,
    )
    .map(({ xNorm, yNorm, wNorm, hNorm }) => ({
      left: (xNorm + wNorm * 0.25) * widthPx,
      right: (xNorm + wNorm * 0.75) * widthPx,
      top: yNorm * heightPx,
      bottom: (yNorm + hNorm * 0.15) * heightPx,
    }));
  return (x, y) => boxes.some((box) => x >= box.left && x < box.right && y >= box.top && y < box.bottom);
};
const anyone =
  ({ xNorm, yNorm, wNorm, hNorm }: Detection, { widthPx, heightPx }: Picture) =>
  (x: number, y: number): boolean => {
    const [across, down] = [x / widthPx, y / heightPx];
    const [besides, above] = [0.3 * wNorm, 0.3 * hNorm];
    return (
      across > xNorm - besides &&
      across < xNorm + wNorm + besides &&
      down > yNorm - above &&
      down < yNorm + hNorm + above
    );
  };

describe('a still', () => {
  test('of a street: heads are gone, what is nobody stays', async () => {
    const picture = await frameOf(sampleVideo, 25);
    const png = await ffmpegBytes(
      '-ss',
      '25',
      '-i',
      sampleVideo,
      '-frames:v',
      '1',
      '-c:v',
      'png',
      '-f',
      'image2',
      'pipe:1',
    );
    const before = await rgbOf(png);
    const jpeg = await masker.maskStill(png);
    expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const after = await rgbOf(jpeg);
    expect([after.widthPx, after.heightPx]).toEqual([768, 576]);
    const shape = { widthPx: 768, channels: 3 };
    const found = await persons.detect(picture, { minConfidence: 0.1 });
    expect(meanDifference(before.data, after.data, shape, heads(found, picture))).toBeGreaterThan(25);
    const isSomebody = found
      .filter(({ className }) => className === 'person')
      .map((one) => anyone(one, picture));
    const isNobody = (x: number, y: number): boolean => !isSomebody.some((inside) => inside(x, y));
    expect(meanDifference(before.data, after.data, shape, isNobody)).toBeLessThan(4);
  });

  const astronaut = material('data/img-faces/astronaut.png');
  test.skipIf(astronaut === null)(
    'of a face: the detector sees none any more, and the rest stays (skipped without the folder of face pictures)',
    async () => {
      const image = await readFile(astronaut ?? '');
      const before = await rgbOf(image);
      const sure = async (rgb: typeof before): Promise<Detection[]> =>
        await faces.detect(rgbToI420(rgb), { minConfidence: 0.5 });
      const [face, ...others] = await sure(before);
      expect(others).toEqual([]);
      // The box that stands beside the picture: 178, 70, 100 × 120.
      expect((face?.xNorm ?? 0) * 512).toBeGreaterThan(150);
      expect(((face?.xNorm ?? 0) + (face?.wNorm ?? 0)) * 512).toBeLessThan(300);
      const after = await rgbOf(await masker.maskStill(image));
      expect(await sure(after)).toEqual([]);
      const isFar = (x: number, y: number): boolean => x < 120 || x > 340 || y > 260;
      expect(meanDifference(before.data, after.data, { widthPx: 512, channels: 3 }, isFar)).toBeLessThan(3);
    },
  );

  const noFace = material('data/img-faces/motorcycle_left.png');
  test.skipIf(noFace === null)(
    'of nobody: it stays as it is (skipped without the folder of face pictures)',
    async () => {
      const image = await readFile(noFace ?? '');
      const [before, after] = [await rgbOf(image), await rgbOf(await masker.maskStill(image))];
      const difference = meanDifference(
        before.data,
        after.data,
        { widthPx: before.widthPx, channels: 3 },
        () => true,
      );
      expect(difference).toBeLessThan(3);
    },
  );

  test.each([
    ['text', Buffer.from('this is no picture')],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['nothing', Buffer.alloc(0)],
  ])('that is %s is refused', async (_what, image) => {
    await expect(masker.maskStill(image)).rejects.toMatchObject({ code: 'MEDIA_DAMAGED' });
  });
});

interface Packet {
  readonly pts_time: string;
  readonly flags: string;
}

async function packetsOf(file: string): Promise<Packet[]> {
  const { stdout } = await promisify(execFile)('ffprobe', [
    ...'-v error -select_streams v -show_packets -show_entries packet=pts_time,flags -of json'.split(' '),
    file,
  ]);
  return (JSON.parse(stdout) as { packets: Packet[] }).packets.toSorted(
    (a, b) => Number(a.pts_time) - Number(b.pts_time),
  );
}
const timesOf = async (file: string): Promise<number[]> =>
  (await packetsOf(file)).map(({ pts_time }) => Number(pts_time));

describe('a clip', () => {
  test('of a street: heads are gone in every frame, times stay, and it is the same file each time', async () => {
    const inFile = join(scratch, 'street.mp4');
    const outFile = join(scratch, 'street-masked.mp4');
    await ffmpegBytes('-ss', '24', '-i', sampleVideo, '-t', '3', '-c', 'copy', inFile);
    const progress: number[] = [];
    await masker.maskClip({ inFile, outFile, signal: never, onProgress: (done) => progress.push(done) });
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const [before, after] = [await timesOf(inFile), await timesOf(outFile)];
    expect(after).toHaveLength(before.length);
    for (const [index, time] of after.entries()) expect(time).toBeCloseTo(before[index] ?? NaN, 3);
    // Frames 4 and 5 of each second: one was looked at, in the other heads were followed.
    for (const atS of [0.4, 0.5, 1.4, 1.5]) {
      const [clear, masked] = [await frameOf(inFile, atS), await frameOf(outFile, atS)];
      const found = await persons.detect(clear);
      const shape = { widthPx: 768, channels: 1 };
      const luma = ({ data }: Picture): Uint8Array => data.subarray(0, 768 * 576);
      expect(meanDifference(luma(clear), luma(masked), shape, heads(found, clear))).toBeGreaterThan(20);
      const isLawn = (x: number, y: number): boolean => x < 400 && y > 420;
      expect(meanDifference(luma(clear), luma(masked), shape, isLawn)).toBeLessThan(5);
    }
    const again = join(scratch, 'street-again.mp4');
    await masker.maskClip({ inFile, outFile: again, signal: never });
    expect((await readFile(again)).equals(await readFile(outFile))).toBe(true);
  });

  const speaker = material('data/torture-openh264/BA_MW_D.264');
  test.skipIf(speaker === null)(
    'of a face that moves: the detector sees it in every frame before and in none after (skipped without the test streams)',
    async () => {
      const outFile = join(scratch, 'speaker-masked.mp4');
      const framesWithFace = async (file: string): Promise<[withFace: number, all: number]> => {
        let [withFace, all] = [0, 0];
        for await (const frame of decodeClip(file, { ringSize: 1, signal: never })) {
          all += 1;
          withFace += (await faces.detect(frame, { minConfidence: 0.5 })).length > 0 ? 1 : 0;
        }
        return [withFace, all];
      };
      await masker.maskClip({ inFile: speaker ?? '', outFile, signal: never });
      expect(await framesWithFace(speaker ?? '')).toEqual([100, 100]);
      expect(await framesWithFace(outFile)).toEqual([0, 100]);
    },
  );

  test('of uneven pace keeps its times, its odd size becomes even, and a keyframe comes every two seconds', async () => {
    const inFile = join(scratch, 'uneven.mkv');
    const outFile = join(scratch, 'uneven-masked.mp4');
    const source = 'testsrc2=size=161x121:rate=25:duration=5';
    // Of every 7 frames only some are kept: gaps of 40 to 160 ms.
    const filter = "select='not(mod(n,7))+not(mod(n,5))'";
    await ffmpegBytes(
      '-f',
      'lavfi',
      '-i',
      source,
      '-vf',
      filter,
      '-fps_mode',
      'passthrough',
      '-c:v',
      'ffv1',
      inFile,
    );
    await masker.maskClip({ inFile, outFile, signal: never });
    const [before, after] = [await timesOf(inFile), await timesOf(outFile)];
    expect(after).toHaveLength(before.length);
    for (const [index, time] of after.entries()) expect(time).toBeCloseTo(before[index] ?? NaN, 2);
    const keyframes = (await packetsOf(outFile)).filter(({ flags }) => flags.startsWith('K'));
    expect(keyframes.map(({ pts_time }) => Math.floor(Number(pts_time)))).toEqual([0, 2, 4]);
    const { width, height } = JSON.parse(
      (
        await promisify(execFile)('ffprobe', [
          ...'-v error -show_entries stream=width,height -of json'.split(' '),
          outFile,
        ])
      ).stdout,
    ).streams[0] as { width: number; height: number };
    expect([width % 2, height % 2]).toEqual([0, 0]);
  });

  test('that is no video, or is not there, gives no file', async () => {
    const inFile = join(scratch, 'text.mp4');
    const outFile = join(scratch, 'text-masked.mp4');
    await writeFile(inFile, 'this is no video');
    for (const file of [inFile, join(scratch, 'absent.mp4')]) {
      await expect(masker.maskClip({ inFile: file, outFile, signal: never })).rejects.toMatchObject({
        code: 'MEDIA_DAMAGED',
      });
    }
    expect(existsSync(outFile)).toBe(false);
  });

  test('that is stopped leaves neither file nor process', async () => {
    const stop = new AbortController();
    const outFile = join(scratch, 'stopped.mp4');
    const onProgress = (share: number): void => {
      if (share > 0.6) stop.abort();
    };
    const inFile = join(scratch, 'street.mp4');
    const job = masker.maskClip({ inFile, outFile, signal: stop.signal, onProgress });
    await expect(job).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(existsSync(outFile)).toBe(false);
    expect(existsSync(`${outFile}.part`)).toBe(false);
    expect(runningChildren()).toBe(0);
  });

  test('without ffmpeg says what to install', async () => {
    const outFile = join(scratch, 'no-ffmpeg.mp4');
    const path = process.env['PATH'];
    process.env['PATH'] = scratch;
    try {
      const job = masker.maskClip({ inFile: join(scratch, 'street.mp4'), outFile, signal: never });
      await expect(job).rejects.toMatchObject({ code: 'INGEST_FFMPEG_MISSING' });
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('that cannot be written is no clip', async () => {
    const outFile = join(scratch, 'no such folder', 'clip.mp4');
    const job = masker.maskClip({ inFile: join(scratch, 'street.mp4'), outFile, signal: never });
    await expect(job).rejects.toMatchObject({ code: 'INGEST_FFMPEG_EXIT' });
  });
});

test('without a detector nothing comes out', async () => {
  const closed = await openShipped('centerface', 1);
  await closed[Symbol.asyncDispose]();
  const blind = openMasker({ persons, faces: closed });
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } })
    .png()
    .toBuffer();
  await expect(blind.maskStill(png)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  const outFile = join(scratch, 'blind.mp4');
  const job = blind.maskClip({ inFile: join(scratch, 'street.mp4'), outFile, signal: never });
  await expect(job).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(existsSync(outFile)).toBe(false);
  expect(runningChildren()).toBe(0);
});
