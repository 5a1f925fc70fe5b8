import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import type { PlateText } from '../../contracts/index.ts';
import {
  cutCrop,
  type DetectorPool,
  findModel,
  openDetectorPool,
  openPlateReader,
  type PlateReader,
  rgbToI420,
} from '../../inference/index.ts';
import { openLog, PipelineError } from '../../kernel/index.ts';
import { configure } from '../configure.ts';
import { drawnPlates } from '../../inference/plate/testing/drawn-plate.ts';
import { knownPlates } from '../known-plates.ts';
import { modelDirs } from '../model-dirs.ts';
import type { CommonOptions } from '../program/declare.ts';

/** Per picture, by its path in the folder: the plates that a person reads in it. */
const PlateTruth = z.record(z.string(), z.array(z.string()));
const truthFile = 'plates.json';
const vehicles: ReadonlySet<string> = new Set(['motorcycle', 'threeWheeler', 'car', 'van', 'bus', 'truck']);
const surenessOfVehicle = 0.4;

interface Truth {
  readonly count: number;
  has(text: string): boolean;
}

const told = (plates: readonly string[]): Truth => ({
  count: plates.length,
  has: (text) => plates.includes(text),
});

interface Looked {
  readonly name: string;
  /** What is written there; null: nobody has said. */
  readonly truth: Truth | null;
  readonly readings: readonly PlateText[];
}

/**
 * Read the plates of every vehicle in a folder's photos, and of drawn plates of all kinds, sizes and faults, one
 * picture each: what is read right, read wrong, and left unread. Numbers are printed only with `--show`.
 */
export async function evalPlates(
  dir: string,
  options: CommonOptions & { readonly drawn: number; readonly show?: boolean; readonly json?: string },
  interrupted: AbortSignal,
): Promise<void> {
  const config = await configure(options, { log: { level: 'warn' } });
  const log = openLog(config.log);
  await using reader = await openPlateReader(log);
  await using detector = await openDetectorPool({
    model: await findModel(config.inference.model, modelDirs(config)),
    workers: 1,
    executionProvider: 'cpu',
    log,
  });
  const photos = await lookAtPhotos(resolve(dir), detector, reader, interrupted);
  const drawn: Looked[] = [];
  for (const { name, text, image } of await drawnPlates(options.drawn)) {
    interrupted.throwIfAborted();
    drawn.push({ name, truth: told([text]), readings: [await reader.read([image])] });
  }
  print('photos', photos, options.show === true);
  print('drawn', drawn, false);
  for (const [kind, ofKind] of Map.groupBy(drawn, ({ name }) => name)) print(`  ${kind}`, ofKind, false);
  if (options.json !== undefined) {
    await writeFile(options.json, JSON.stringify({ photos: tally(photos), drawn: tally(drawn) }, null, 2));
  }
}

async function lookAtPhotos(
  dir: string,
  detector: DetectorPool,
  reader: PlateReader,
  interrupted: AbortSignal,
): Promise<Looked[]> {
  const names = (
    await readdir(dir, { recursive: true }).catch((cause: unknown) => {
      throw new PipelineError('IMPORT_FILE_NOT_FOUND', `${dir} cannot be read.`, {
        hint: 'Name a folder that holds pictures of vehicles.',
        cause,
      });
    })
  )
    .filter((name) => ['.jpg', '.jpeg', '.png'].includes(extname(name).toLowerCase()))
    .toSorted();
  const truth = await readFile(join(dir, truthFile), 'utf8').then(
    (text) => PlateTruth.parse(JSON.parse(text)),
    () => null,
  );
  const looked: Looked[] = [];
  for (const name of names) {
    interrupted.throwIfAborted();
    const image = await readFile(join(dir, name));
    const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const picture = { widthPx: info.width, heightPx: info.height, data: new Uint8Array(data) };
    const found = (await detector.detect(rgbToI420(picture))).filter(
      ({ className, confidence }) => vehicles.has(className) && confidence >= surenessOfVehicle,
    );
    // Nothing found: the picture is of one vehicle, too near to be told.
    const crops =
      found.length === 0 ? [image] : await Promise.all(found.map(async (box) => await cutCrop(image, box)));
    const readings: PlateText[] = [];
    for (const crop of crops) readings.push(await reader.read([crop]));
    const named = truth?.[name];
    looked.push({ name, truth: named === undefined ? knownPlates(image) : told(named), readings });
  }
  return looked;
}

interface Tally {
  readonly plates: number | null;
  readonly right: number;
  readonly wrong: number;
  /** Read where nobody has said what is written. */
  readonly unchecked: number;
  readonly unreadable: number;
  readonly reasons: Readonly<Record<string, number>>;
}

function tally(looked: readonly Looked[]): Tally {
  const read = looked.flatMap(({ truth, readings }) =>
    readings.flatMap(({ text }) => (text === null ? [] : [{ text, truth }])),
  );
  const unread = looked.flatMap(({ readings }) => readings.filter(({ text }) => text === null));
  const isTold = looked.some(({ truth }) => truth !== null);
  return {
    plates: isTold ? looked.reduce((sum, { truth }) => sum + (truth?.count ?? 0), 0) : null,
    right: read.filter(({ text, truth }) => truth?.has(text) === true).length,
    wrong: read.filter(({ text, truth }) => truth?.has(text) === false).length,
    unchecked: read.filter(({ truth }) => truth === null).length,
    unreadable: unread.length,
    reasons: Object.fromEntries(
      [...Map.groupBy(unread, ({ reason }) => reason ?? '')].map(([reason, all]) => [reason, all.length]),
    ),
  };
}

function print(what: string, looked: readonly Looked[], isShown: boolean): void {
  const { plates, right, wrong, unchecked, unreadable, reasons } = tally(looked);
  const said = right + wrong;
  const precision = said === 0 ? '–' : (right / said).toFixed(3);
  const why = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`);
  process.stdout.write(
    `${what.padEnd(14)} plates ${plates ?? 'unknown'}, read right ${right}, read wrong ${wrong}, unchecked ${unchecked}, unreadable ${unreadable} (${why.join(', ')}), precision ${precision}\n`,
  );
  if (!isShown) return;
  for (const { name, readings } of looked) {
    for (const { text, reason, confidence, heightPx } of readings) {
      process.stdout.write(`  ${name}: ${text ?? reason ?? ''} ${confidence.toFixed(2)} ${heightPx} px\n`);
    }
  }
}
