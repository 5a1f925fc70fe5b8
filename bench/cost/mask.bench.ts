import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findModel, openDetectorPool, openMasker } from '../../inference/index.ts';
import { checkConfig, openLog } from '../../kernel/index.ts';
import { childrenCpuMs, processCpuMs } from './cpu-time.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const sample = join(root, 'sample', 'renovation-waste.mp4');
/** A part of the sample in which people are near, as in a clip of evidence. */
const [fromS, clipS] = [25, 20];
const stills = 5;
const dayS = 86_400;
/** So many events a day make a camera a busy one; each has a clip and three stills. */
const [eventsPerDay, stillsPerEvent] = [20, 3];

/**
 * What hiding faces costs. It is no stage of the stream: evidence is masked once for each event, in the background. So
 * its budget is a share of the stream: less than 5 CPU-ms per second with twenty events a day.
 */
export async function report(): Promise<void> {
  const maxMsPerStreamS = 5;
  const config = checkConfig({});
  const log = openLog({ level: 'error' });
  const open = async (name: string) =>
    await openDetectorPool({
      model: await findModel(name, { modelsDir: join(root, 'models'), extraDir: '' }),
      workers: 1,
      executionProvider: 'cpu',
      log,
    });
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-mask-cost-'));
  await using persons = await open(config.inference.model);
  await using faces = await open('centerface');
  const masker = openMasker({ persons, faces });
  const spentMs = async (work: () => Promise<void>): Promise<number> => {
    const before = (childrenCpuMs() ?? 0) + processCpuMs();
    await work();
    return (childrenCpuMs() ?? 0) + processCpuMs() - before;
  };
  try {
    const [inFile, image] = [join(dir, 'clip.mp4'), join(dir, 'still.png')];
    const take = ['-v', 'error', '-nostdin', '-y', '-ss', String(fromS), '-i', sample];
    await run('ffmpeg', [
      ...take,
      '-t',
      String(clipS),
      '-an',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      inFile,
    ]);
    await run('ffmpeg', [...take, '-frames:v', '1', image]);
    const still = await readFile(image);
    await masker.maskStill(still);
    const stillMs =
      (await spentMs(async () => {
        for (let count = 0; count < stills; count++) await masker.maskStill(still);
      })) / stills;
    const { signal } = new AbortController();
    const clipMs = await spentMs(async () => {
      await masker.maskClip({ inFile, outFile: join(dir, 'masked.mp4'), signal });
    });
    const perStreamS = (eventsPerDay * (clipMs + stillsPerEvent * stillMs)) / dayS;
    console.log('\nCPU-ms of hiding faces and heads, in the sample’s size');
    console.table([
      { what: 'one still', ms: Math.round(stillMs) },
      { what: 'one second of a clip', ms: Math.round(clipMs / clipS) },
      { what: `per second of stream, ${eventsPerDay} events a day`, ms: Number(perStreamS.toFixed(2)) },
    ]);
    if (perStreamS > maxMsPerStreamS)
      throw new Error(`${perStreamS.toFixed(1)} ms per second of stream, budget ${maxMsPerStreamS}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
