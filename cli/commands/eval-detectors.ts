import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import {
  addModel,
  type ClassPrecision,
  classPrecisions,
  type DetectorPool,
  findModel,
  listModelNames,
  openDetectorPool,
  rgbToI420,
} from '../../inference/index.ts';
import { openLog, PipelineError } from '../../kernel/index.ts';
import { type AnnotatedPhoto, detectInPhotos, findAnnotatedPhotos } from '../annotated-photos.ts';
import { configure } from '../configure.ts';
import type { CommonOptions } from '../program/declare.ts';
import { modelDirs } from '../model-dirs.ts';

/** What moves on a street, by COCO's names. */
const streetClasses = ['person', 'bicycle', 'car', 'motorcycle', 'bus', 'truck'] as const;
/** What the product looks at: the long side of `ingest.analysisLongSidePx`, 16:9. */
const frame = { widthPx: 640, heightPx: 360 };
const [timedRounds, timedFrames] = [3, 12];

interface DetectorFigures {
  readonly name: string;
  readonly classes: readonly ClassPrecision[];
  /** Means over the classes. */
  readonly ap: number;
  readonly ap50: number;
  /** Letterbox, network, decoding and suppression of one 640×360 frame on one thread. */
  readonly cpuMsPerFrame: number;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);

/** Models of the product's folders, and those whose weights lie in a folder, told by their sha256. */
async function availableModels(
  dirs: Parameters<typeof findModel>[1],
  weightsDir: string | undefined,
  scratchDir: string,
): ReturnType<typeof loaded> {
  const files =
    weightsDir === undefined
      ? []
      : (await readdir(weightsDir))
          .filter((name) => name.endsWith('.onnx'))
          .map((name) => join(weightsDir, name));
  return await loaded(dirs, files, scratchDir);
}

async function loaded(
  dirs: Parameters<typeof findModel>[1],
  files: readonly string[],
  scratchDir: string,
): Promise<Awaited<ReturnType<typeof findModel>>[]> {
  const models: Awaited<ReturnType<typeof findModel>>[] = [];
  for (const name of await listModelNames(dirs)) {
    const own = await findModel(name, dirs).catch(() => null);
    if (own !== null) {
      models.push(own);
      continue;
    }
    for (const fromFile of files) {
      const brought = await addModel(name, { ...dirs, extraDir: scratchDir, fromFile }).catch(() => null);
      if (brought === null) continue;
      models.push(brought);
      break;
    }
  }
  return models.filter(({ manifest }) => streetClasses.every((one) => manifest.classes.includes(one)));
}

async function framesOf(
  photos: readonly AnnotatedPhoto[],
): ReturnType<typeof Promise.all<ReturnType<typeof rgbToI420>[]>> {
  return await Promise.all(
    photos.slice(0, timedFrames).map(async ({ path }) => {
      const { widthPx: width, heightPx: height } = frame;
      const data = await sharp(path)
        .resize(width, height)
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer();
      return rgbToI420({ data, ...frame });
    }),
  );
}

/** CPU time of the whole process while one thread looks at the frames, least of some interleaved rounds. */
async function timeAll(
  pools: readonly DetectorPool[],
  frames: readonly ReturnType<typeof rgbToI420>[],
): Promise<number[]> {
  const best = pools.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < timedRounds; round++) {
    for (const [index, pool] of pools.entries()) {
      const before = process.cpuUsage();
      for (const picture of frames) await pool.detect(picture);
      const { user, system } = process.cpuUsage(before);
      best[index] = Math.min(
        best[index] ?? Number.POSITIVE_INFINITY,
        (user + system) / 1_000 / frames.length,
      );
    }
  }
  return best;
}

const percent = (share: number | undefined): string =>
  share === undefined ? '    –' : (100 * share).toFixed(1).padStart(5);

function lineOf({ name, classes, ap, ap50, cpuMsPerFrame }: DetectorFigures): string {
  const each = streetClasses.map((className) => {
    const one = classes.find((figures) => figures.className === className);
    return `${percent(one?.ap)} /${percent(one?.ap50)}`.padStart(13);
  });
  return `${name.padEnd(24)} ${percent(ap)} /${percent(ap50)} ${cpuMsPerFrame.toFixed(1).padStart(6)} ${each.join('')}`;
}

/** Judge every detector whose weights are here by average precision on annotated photos, beside its cost. */
export async function evalDetectors(
  dir: string,
  options: CommonOptions & { readonly weights?: string; readonly json?: string },
  interrupted: AbortSignal,
): Promise<void> {
  const config = await configure(options);
  const photos = await findAnnotatedPhotos(resolve(dir));
  const scratchDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-detectors-'));
  const log = openLog({ level: 'error' });
  const pools: DetectorPool[] = [];
  try {
    const models = await availableModels(modelDirs(config), options.weights, scratchDir);
    const judged: Omit<DetectorFigures, 'cpuMsPerFrame'>[] = [];
    for (const model of models) {
      if (interrupted.aborted)
        throw new PipelineError('INTERRUPTED', 'Interrupted.', { hint: 'Run it again.' });
      const { executionProvider } = config.inference;
      const pool = await openDetectorPool({ model, workers: 1, executionProvider, log });
      pools.push(pool);
      const classes = classPrecisions(await detectInPhotos(photos, pool), streetClasses);
      const [ap, ap50] = [mean(classes.map((one) => one.ap)), mean(classes.map((one) => one.ap50))];
      judged.push({ name: model.manifest.name, classes, ap, ap50 });
    }
    const times = await timeAll(pools, await framesOf(photos));
    const figures = judged.map(
      (one, index): DetectorFigures => ({ ...one, cpuMsPerFrame: times[index] ?? Number.NaN }),
    );
    const head = streetClasses.map((name) => name.padStart(13)).join('');
    process.stdout.write(`${photos.length} photos              AP / AP50  CPU-ms ${head}\n`);
    for (const one of figures.toSorted((a, b) => b.ap - a.ap)) process.stdout.write(`${lineOf(one)}\n`);
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, null, 1)}\n`);
  } finally {
    await Promise.all(pools.map(async (pool) => await pool[Symbol.asyncDispose]()));
    await rm(scratchDir, { recursive: true, force: true });
  }
}
