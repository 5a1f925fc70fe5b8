import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { detectInPhotos, findAnnotatedPhotos } from '../../cli/annotated-photos.ts';
import { material } from '../../test/material.ts';
import { averagePrecision } from '../eval/index.ts';
import { frameOf, keepLog, openShipped, sampleVideo, shippedDirs } from '../testing/sample.ts';
import { cropAround } from '../detect/index.ts';
import { addModel } from './add-model.ts';
import { openDetectorPool } from './detector-pool.ts';

let extraDir: string;
beforeAll(async () => {
  extraDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-others-'));
});
afterAll(async () => {
  await rm(extraDir, { recursive: true });
});

const photos = material('data/img-coco-mini');
test.skipIf(photos === null)(
  'the default model is as good as its card says (skipped without the annotated photos)',
  { timeout: 240_000 },
  async () => {
    await using pool = await openShipped('nanodet_g');
    const pictures = await detectInPhotos(await findAnnotatedPhotos(photos ?? ''), pool);
    expect(pictures).toHaveLength(159);
    const ious = Array.from({ length: 10 }, (_, step) => 0.5 + 0.05 * step);
    const apOf = (className: string): number =>
      ious.reduce((sum, iou) => sum + averagePrecision(pictures, className, iou), 0) / ious.length;
    // pycocotools over the same photos: person 36 / 59, bus 35 / 45. RGB instead of BGR would cost five points.
    expect(Math.abs(apOf('person') - 0.36)).toBeLessThan(0.012);
    expect(averagePrecision(pictures, 'person', 0.5)).toBeGreaterThan(0.575);
    expect(Math.abs(apOf('bus') - 0.35)).toBeLessThan(0.02);
  },
);

// Where the five passers-by of the sample are at 25 s, in px.
const passersBy = [
  [532, 240, 36, 98],
  [486, 176, 26, 74],
  [324, 211, 40, 92],
  [38, 172, 26, 72],
  [162, 148, 26, 68],
] as const;

for (const name of ['yolox_nano_dyn', 'deimv2_femto_coco_416', 'deimv2_atto_coco_320']) {
  const fromFile = material(`models/${name}.onnx`);
  test.skipIf(fromFile === null)(
    `${name}, brought from a file, sees the passers-by of the sample (skipped without the folder of other models)`,
    async () => {
      const model = await addModel(name, { ...shippedDirs, extraDir, fromFile: fromFile ?? '' });
      await using pool = await openDetectorPool({
        model,
        workers: 1,
        executionProvider: 'cpu',
        log: keepLog().log,
      });
      const found = (await pool.detect(await frameOf(sampleVideo, 25))).filter(
        ({ className }) => className === 'person',
      );
      const seen = passersBy.filter(([x, y, w, h]) =>
        found.some(({ xNorm, yNorm, wNorm, hNorm }) => {
          const [centreX, centreY] = [(xNorm + wNorm / 2) * 768, (yNorm + hNorm / 2) * 576];
          const isThere = Math.abs(centreX - x - w / 2) < 8 && Math.abs(centreY - y - h / 2) < 8;
          return isThere && Math.abs(hNorm * 576 - h) < 20;
        }),
      );
      expect(seen).toEqual(passersBy);
    },
  );
}

const fireFile = material('models/fire_shufflenetv2_onfire.onnx');
test.skipIf(fireFile === null)(
  'the fire model, brought from a file, sees no fire in the sample and gives the same answer for the same crop (skipped without the folder of other models)',
  async () => {
    const model = await addModel('fire_shufflenetv2_onfire', {
      ...shippedDirs,
      extraDir,
      fromFile: fireFile ?? '',
    });
    await using pool = await openDetectorPool({
      model,
      workers: 1,
      executionProvider: 'cpu',
      log: keepLog().log,
    });
    const frame = await frameOf(sampleVideo, 25);
    const lookAt = async (xNorm: number): Promise<number> => {
      const crop = cropAround(frame, { xNorm, yNorm: 0.4, wNorm: 0.1, hNorm: 0.2 }, 1.8);
      const seen = await pool.detect(crop, { minConfidence: 0 });
      expect(seen).toMatchObject([{ xNorm: 0, yNorm: 0, wNorm: 1, hNorm: 1 }]);
      return seen[0]?.confidence ?? Number.NaN;
    };
    for (const xNorm of [0, 0.3, 0.6, 0.9]) expect(await lookAt(xNorm), `at ${xNorm}`).toBeLessThan(0.5);
    expect(await lookAt(0.3)).toBe(await lookAt(0.3));
  },
);
