import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Detection, ModelManifest, Picture } from '../detect/index.ts';
import { frameOf, keepLog, openShipped, sampleVideo, shippedDirs } from '../testing/sample.ts';
import { type DetectorPool, openDetectorPool } from './detector-pool.ts';
import { findModel } from './model-store.ts';
import { tryProvider } from './session.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sharp-eyes-models-'));
});
afterAll(async () => {
  await rm(scratch, { recursive: true });
});

/** Overlap of a detection with a box in px of the 768 × 576 sample, as IoU. */
function overlap(
  { xNorm, yNorm, wNorm, hNorm }: Detection,
  [x, y, w, h]: readonly [number, number, number, number],
): number {
  const [left, top, width, height] = [xNorm * 768, yNorm * 576, wNorm * 768, hNorm * 576];
  const across = Math.min(left + width, x + w) - Math.max(left, x);
  const down = Math.min(top + height, y + h) - Math.max(top, y);
  if (across <= 0 || down <= 0) return 0;
  return (across * down) / (width * height + w * h - across * down);
}

describe('the detector that comes with the product', () => {
  let pool: DetectorPool;
  let picture: Picture;
  beforeAll(async () => {
    [pool, picture] = await Promise.all([openShipped('nanodet_g'), frameOf(sampleVideo, 25)]);
  });
  afterAll(async () => {
    await pool[Symbol.asyncDispose]();
  });

  // Read off the frame by eye: five passers-by and the van at the kerb.
  test.each([
    ['person', 532, 240, 36, 98],
    ['person', 486, 176, 26, 74],
    ['person', 324, 211, 40, 92],
    ['person', 38, 172, 26, 72],
    ['person', 162, 148, 26, 68],
    ['car', 652, 42, 72, 58],
  ] as const)('finds the %s at %i, %i', async (className, x, y, w, h) => {
    const found = (await pool.detect(picture)).filter((detection) => detection.className === className);
    const best = Math.max(...found.map((detection) => overlap(detection, [x, y, w, h])));
    expect(best).toBeGreaterThan(0.6);
  });

  test('sees nothing sure in an empty picture', async () => {
    const [widthPx, heightPx] = [640, 360];
    const data = new Uint8Array(widthPx * heightPx * 1.5).fill(128);
    expect(await pool.detect({ widthPx, heightPx, data })).toEqual([]);
  });

  test('answers alike from shared and own memory, from every thread, again and again', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(picture.data.length + 64), 64, picture.data.length);
    shared.set(picture.data);
    const pictures = [picture, { ...picture, data: shared }, picture, { ...picture, data: shared }];
    const [first, ...others] = await Promise.all(pictures.map(async (one) => await pool.detect(one)));
    expect(first?.length).toBeGreaterThan(6);
    for (const other of others) expect(other).toEqual(first);
  });

  test('returns down to the threshold that continues a track, or down to what is asked for', async () => {
    expect([pool.reportThreshold, pool.continueThreshold]).toEqual([0.4, 0.3]);
    const [usual, few, many] = [
      await pool.detect(picture),
      await pool.detect(picture, { minConfidence: 0.7 }),
      await pool.detect(picture, { minConfidence: 0.1 }),
    ];
    expect(Math.min(...usual.map(({ confidence }) => confidence))).toBeGreaterThanOrEqual(0.3);
    expect(few).toEqual(usual.filter(({ confidence }) => confidence >= 0.7));
    expect(many.length).toBeGreaterThan(usual.length);
  });

  test('refuses a picture that is not whole', async () => {
    const cut = { ...picture, data: picture.data.subarray(1) };
    await expect(pool.detect(cut)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

/** A model folder of its own: the manifest of `base` with changes, and weights with the right checksum. */
async function makeModel(
  name: string,
  weights: Uint8Array,
  changes: (manifest: ModelManifest) => object,
): Promise<string> {
  const dir = join(scratch, name);
  await mkdir(dir, { recursive: true });
  const base = JSON.parse(
    readFileSync(join(shippedDirs.modelsDir, 'nanodet_g', 'model.json'), 'utf8'),
  ) as ModelManifest;
  const sha256 = createHash('sha256').update(weights).digest('hex');
  const manifest = { ...base, name, sha256, sizeBytes: weights.length, ...changes(base) };
  await writeFile(join(dir, 'model.json'), JSON.stringify(manifest));
  await writeFile(join(dir, base.file), weights);
  return name;
}

describe('weights that cannot be used', () => {
  const centerface = readFileSync(join(shippedDirs.modelsDir, 'centerface', 'centerface.onnx'));
  const cut = readFileSync(join(shippedDirs.modelsDir, 'nanodet_g', 'nanodet_g.onnx')).subarray(0, 1_000_000);
  test.each([
    ['a text file', Buffer.from('not a model'), () => ({}), 'MODEL_INVALID'],
    ['half a model', cut, () => ({}), 'MODEL_INVALID'],
    ['a model for another decoder', centerface, () => ({}), 'MODEL_SHAPE'],
    [
      'a model with another input',
      centerface,
      ({ input }: ModelManifest) => ({ input: { ...input, name: 'pixels' } }),
      'MODEL_SHAPE',
    ],
  ])('%s', async (what, weights, changes, code) => {
    const name = await makeModel(what.replaceAll(' ', '-'), weights, changes);
    const model = await findModel(name, { modelsDir: scratch, extraDir: scratch });
    const options = { model, workers: 1, executionProvider: 'cpu', log: keepLog().log } as const;
    await expect(openDetectorPool(options)).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(/\w{4}/),
    });
  });
});

test('an execution provider that is not here is replaced by the cpu, with one warning', async () => {
  const { log, lines } = keepLog();
  // DirectML exists on Windows, CoreML on macOS: one of them is missing everywhere.
  const executionProvider = process.platform === 'win32' ? 'coreml' : 'dml';
  const model = await findModel('nanodet_g', shippedDirs);
  await using pool = await openDetectorPool({ model, workers: 2, executionProvider, log });
  expect((await pool.detect(await frameOf(sampleVideo, 25))).length).toBeGreaterThan(6);
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'warn',
      message: `${executionProvider} is not to be had here; nanodet_g runs on the cpu`,
    }),
  ]);
});

test('whether a provider works is told by trying it, and the reason is kept', async () => {
  const model = await findModel('nanodet_g', shippedDirs);
  expect(await tryProvider(model, 'cpu')).toEqual({ executionProvider: 'cpu', fallbackReason: null });
  const missing = process.platform === 'win32' ? 'coreml' : 'dml';
  expect(await tryProvider(model, missing)).toEqual({
    executionProvider: 'cpu',
    fallbackReason: expect.stringMatching(/\w{4}/),
  });
});

test('an idle pool that nobody closed does not keep a process alive', async () => {
  const script = `
    import { openShipped } from '${join(import.meta.dirname, '..', 'testing', 'sample.ts')}';
    const pool = await openShipped('nanodet_g');
    const data = new Uint8Array(64 * 64 * 1.5);
    console.log((await pool.detect({ widthPx: 64, heightPx: 64, data })).length);
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module-typescript', '-e', script],
    {
      timeout: 20_000,
    },
  );
  expect(stdout.trim()).toBe('0');
});
