import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import sharp from 'sharp';
import type { BoxNorm } from '../contracts/index.ts';
import type { Detection } from '../inference/detect/index.ts';
import {
  type BoxPx,
  type RaisedEvent,
  readTruth,
  scoreClip,
  summarise,
  summaryLine,
} from '../inference/eval/index.ts';
import { type Candidate, createScene, type SceneEventDraft } from '../inference/rules/index.ts';
import { findModel, openDetectorPool, type DetectorPool } from '../inference/runtime/index.ts';
import { createTracker, type Track } from '../inference/track/index.ts';
import { openLog, PipelineError } from '../kernel/index.ts';

/**
 * Work on the dumping rule: run tracker and scene over recorded clips with detections from a cache, print what was
 * raised, refused and watched, and draw what was seen. `node bench/dumping-lab.ts FILE… --verbose --png DIR`.
 */
const root = path.resolve(import.meta.dirname, '..');
const cacheDir = path.join(root, '.cache/dumping-lab');
const beganAtMs = 1_750_000_000_000;
const analysisLongSidePx = 640;

interface Clip {
  readonly file: string;
  readonly sourceWidthPx: number;
  readonly sourceHeightPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
}

function probe(file: string, fps: number): Clip {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'stream=width,height',
    '-of',
    'json',
    file,
  ];
  const { stdout } = spawnSync('ffprobe', args, { encoding: 'utf8' });
  const parsed = JSON.parse(stdout === '' ? '{}' : stdout) as {
    streams?: { width: number; height: number }[];
  };
  const stream = parsed.streams?.[0];
  if (stream === undefined) {
    throw new PipelineError('INGEST_NOT_A_VIDEO', `${file} has no picture.`, { hint: 'Give a video file.' });
  }
  const scale = Math.min(1, analysisLongSidePx / Math.max(stream.width, stream.height));
  const even = (px: number): number => Math.max(2, 2 * Math.round((px * scale) / 2));
  return {
    file,
    fps,
    sourceWidthPx: stream.width,
    sourceHeightPx: stream.height,
    widthPx: even(stream.width),
    heightPx: even(stream.height),
  };
}

/** Pictures of a clip, I420; each in its own memory. */
async function* decode({ file, fps, widthPx, heightPx }: Clip): AsyncGenerator<Uint8Array> {
  const filter = `fps=${fps},scale=${widthPx}:${heightPx}:flags=bilinear`;
  const args = ['-v', 'quiet', '-i', file, '-vf', filter, '-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-'];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const size = (widthPx * heightPx * 3) / 2;
  let picture = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; ) {
      const take = Math.min(size - filled, chunk.length - from);
      picture.set(chunk.subarray(from, from + take), filled);
      from += take;
      filled += take;
      if (filled < size) continue;
      yield picture;
      picture = new Uint8Array(size);
      filled = 0;
    }
  }
}

/** Detections of every picture, from the cache where clip, rate and model are the same. */
async function detectionsOf(clip: Clip, detector: DetectorPool, model: string): Promise<Detection[][]> {
  const { size, mtimeMs } = await stat(clip.file);
  const key = createHash('sha256')
    .update(JSON.stringify([clip, size, mtimeMs, model]))
    .digest('hex')
    .slice(0, 16);
  const cached = path.join(cacheDir, `${path.basename(clip.file)}-${key}.json`);
  const known = await readFile(cached, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known) as Detection[][];
  const all: Detection[][] = [];
  for await (const data of decode(clip)) {
    all.push(await detector.detect({ widthPx: clip.widthPx, heightPx: clip.heightPx, data }));
  }
  await mkdir(cacheDir, { recursive: true });
  await writeFile(cached, JSON.stringify(all));
  return all;
}

const toPx = (
  { xNorm, yNorm, wNorm, hNorm }: BoxNorm,
  { sourceWidthPx: w, sourceHeightPx: h }: Clip,
): BoxPx => [Math.round(xNorm * w), Math.round(yNorm * h), Math.round(wNorm * w), Math.round(hNorm * h)];
const seconds = (ms: number | null): string => (ms === null ? '–' : ((ms - beganAtMs) / 1_000).toFixed(1));

function tell(draft: SceneEventDraft, clip: Clip): void {
  const { moments, actor } = draft;
  const times = [moments.arrivedAtMs, moments.putDownAtMs, moments.departedAtMs, moments.clearedAtMs].map(
    seconds,
  );
  const who = actor === null ? 'nobody' : `${actor.className} ${toPx(actor.box, clip).join(',')}`;
  console.log(
    `  ${seconds(draft.raisedAtMs)} ${draft.phase} at ${toPx(draft.box, clip).join(',')} by ${who}; arrive, put down, leave, cleared ${times.join(' ')}; ${draft.confidence} ${draft.caveats.join(' ')}`,
  );
}

const describe = (one: Candidate, clip: Clip): string =>
  `${toPx(one.box, clip).join(',')} since ${seconds(one.restSinceMs)} ${one.verdict} outline ${one.leftScore.toFixed(2)} self ${one.selfArrival?.toFixed(2) ?? '–'} calm ${one.calmShare.toFixed(2)} covered ${one.coveredShare.toFixed(2)} by ${one.bringerTrackId ?? '–'}`;

/** The picture with tracks (thin), candidates (thick) and events (filled corner) drawn into its luma. */
async function drawPng(
  clip: Clip,
  data: Uint8Array,
  boxes: {
    readonly tracks: readonly Track[];
    readonly candidates: readonly Candidate[];
    readonly events: readonly SceneEventDraft[];
  },
  file: string,
): Promise<void> {
  const rects = (list: readonly BoxNorm[], style: string): string =>
    list
      .map(
        (box) =>
          `<rect x="${box.xNorm * clip.widthPx}" y="${box.yNorm * clip.heightPx}" width="${box.wNorm * clip.widthPx}" height="${box.hNorm * clip.heightPx}" ${style}/>`,
      )
      .join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${clip.widthPx}" height="${clip.heightPx}">${rects(
    boxes.tracks.map((track) => track.box),
    'fill="none" stroke="lime"',
  )}${rects(
    boxes.candidates.map((one) => one.box),
    'fill="none" stroke="yellow" stroke-width="2"',
  )}${rects(
    boxes.events.map((one) => one.box),
    'fill="red" fill-opacity="0.3" stroke="red" stroke-width="2"',
  )}</svg>`;
  const luma = Buffer.from(data.subarray(0, clip.widthPx * clip.heightPx));
  await sharp(luma, { raw: { width: clip.widthPx, height: clip.heightPx, channels: 1 } })
    .toColourspace('srgb')
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toFile(file);
}

interface LabOptions {
  readonly fps: string;
  readonly model: string;
  readonly verbose?: boolean;
  readonly png?: string;
}

async function run(files: readonly string[], options: LabOptions): Promise<void> {
  const model = await findModel(options.model, {
    modelsDir: path.join(root, 'models'),
    extraDir: path.join(root, 'data/models'),
  });
  await using detector = await openDetectorPool({
    model,
    workers: 1,
    executionProvider: 'cpu',
    log: openLog({ level: 'warn' }),
  });
  const scores = [];
  for (const file of files) {
    const clip = probe(file, Number(options.fps));
    const detections = await detectionsOf(clip, detector, options.model);
    console.log(`${file}: ${(detections.length / clip.fps).toFixed(1)} s`);
    const scene = createScene({ cameraId: 'lab' });
    const tracker = createTracker({
      cameraId: 'lab',
      reportThreshold: detector.reportThreshold,
      continueThreshold: detector.continueThreshold,
    });
    const raised = new Map<string, RaisedEvent>();
    let index = 0;
    let cpuMs = 0;
    for await (const data of decode(clip)) {
      const capturedAtMs = beganAtMs + Math.round((index * 1_000) / clip.fps);
      const picture = { capturedAtMs, widthPx: clip.widthPx, heightPx: clip.heightPx, data };
      const before = process.cpuUsage().user;
      const isNeeded = scene.needsDetection(picture);
      const tracks = tracker.step({ capturedAtMs, detections: isNeeded ? (detections[index] ?? []) : null });
      const { events, candidates, rejected } = scene.step({ ...picture, tracks });
      cpuMs += (process.cpuUsage().user - before) / 1_000;
      for (const draft of events) {
        tell(draft, clip);
        const known = raised.get(draft.eventId);
        const clearedAtS =
          draft.moments.clearedAtMs === null ? null : (draft.moments.clearedAtMs - beganAtMs) / 1_000;
        raised.set(draft.eventId, known === undefined ? raisedOf(draft, clip) : { ...known, clearedAtS });
      }
      for (const one of rejected) console.log(`  ${seconds(capturedAtMs)} ${describe(one, clip)}`);
      if (options.verbose === true && index % Math.ceil(clip.fps) === 0) {
        for (const one of candidates) console.log(`    ${seconds(capturedAtMs)} ${describe(one, clip)}`);
      }
      if (options.png !== undefined && (events.length > 0 || index % Math.ceil(5 * clip.fps) === 0)) {
        await mkdir(options.png, { recursive: true });
        const name = `${path.basename(file)}-${seconds(capturedAtMs).padStart(6, '0')}.png`;
        await drawPng(clip, data, { tracks, candidates, events }, path.join(options.png, name));
      }
      index++;
    }
    console.log(`  ${(cpuMs / Math.max(index, 1)).toFixed(2)} ms of CPU per picture`);
    const json: unknown = JSON.parse(
      await readFile(path.join(path.dirname(file), 'events.json'), 'utf8').catch(() => 'null'),
    );
    const videoS = index / clip.fps;
    const video = path.basename(file);
    scores.push(
      scoreClip(
        { video, videoS, wallS: cpuMs / 1_000, raised: [...raised.values()] },
        readTruth(json).of(video),
      ),
    );
  }
  console.log(summaryLine(summarise(scores)));
}

const raisedOf = (draft: SceneEventDraft, clip: Clip): RaisedEvent => ({
  kind: draft.kind,
  raisedAtS: (draft.raisedAtMs - beganAtMs) / 1_000,
  putDownAtS: draft.moments.putDownAtMs === null ? null : (draft.moments.putDownAtMs - beganAtMs) / 1_000,
  clearedAtS: null,
  box: toPx(draft.box, clip),
  actor: draft.actor === null ? null : { class: draft.actor.className, box: toPx(draft.actor.box, clip) },
});

await new Command('dumping-lab')
  .argument('<file...>', 'clips; an events.json beside them is their truth')
  .option('--fps <n>', 'pictures a second', '5')
  .option('--model <name>', 'detector', 'nanodet_g')
  .option('--verbose', 'print every candidate once a second')
  .option('--png <dir>', 'draw a picture every five seconds and at every event')
  .action(run)
  .parseAsync();
