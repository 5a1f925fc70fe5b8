import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openLetterbox, type Picture } from '../../inference/detect/index.ts';
import { createMotionGate } from '../../inference/rules/scene/motion-gate.ts';
import { createScene } from '../../inference/rules/index.ts';
import { findModel } from '../../inference/runtime/index.ts';
import { type DetectorSession, openSession } from '../../inference/runtime/session.ts';
import { createTracker, type Detection } from '../../inference/track/index.ts';
import { openCameraSession, resolveCameraSource } from '../../ingest/index.ts';
import { checkConfig, openLog, systemClock } from '../../kernel/index.ts';
import { childrenCpuMs, processCpuMs, threadCpuMs } from './cpu-time.ts';
import { decodedS, makeStreams, type Stream, streamS } from './streams.ts';

const run = promisify(execFile);
const config = checkConfig({});
const modelDirs = { modelsDir: join(import.meta.dirname, '..', '..', 'models'), extraDir: '' };
const [widthPx, heightPx] = [640, 360];
/** Stages together cost at most this many times what decoding and the network alone cost. */
const maxRatio = 1.3;
const maxGateMs = 0.4;
/** Gate, tracker and rules together, so many times faster than the stream. */
const minRulesSpeed = 50;
/** Everything is measured so often, one after the other; of each figure the least counts, since a busy machine only adds. */
const rounds = 3;
/** What takes less than a tick of the CPU clock per picture is measured over so many passes at once. */
const manyPasses = 3;
/**
 * As many streams at once as there are cores, up to this: a machine that watches cameras has none idle, and a core beside
 * which the other one works takes a third longer for the same. So it does for the floor.
 */
const streamsAtOnce = Math.min(availableParallelism(), 4);
/** Looks of the detector per round: one costs what the next costs. */
const maxLooks = 100;

/** CPU-ms per second of stream. */
interface Cost {
  readonly decode: number;
  readonly gate: number;
  readonly detect: number;
  readonly track: number;
  readonly rules: number;
  readonly floorDecode: number;
  readonly floorOnnx: number;
  readonly looks: number;
}

type KeptFrame = Picture & { readonly capturedAtMs: number };

/** CPU-ms of every thread here and of the processes that ended meanwhile. */
async function cpuMsOf(work: () => Promise<void>): Promise<number> {
  const before = [childrenCpuMs() ?? 0, processCpuMs()] as const;
  await work();
  return (childrenCpuMs() ?? 0) - before[0] + processCpuMs() - before[1];
}

/** Pictures of a file as the product takes them. */
async function decodeAsProduct(
  file: string,
  dir: string,
  onFrame: (frame: KeptFrame) => void,
): Promise<void> {
  const camera = { name: 'bench', source: file, startedAt: '2026-01-01T00:00:00+08:00', zones: [] };
  const source = await resolveCameraSource(camera, { config, environment: {} });
  await using session = await openCameraSession({
    source,
    settings: config.ingest,
    pace: 'replayFullSpeed',
    recordingDir: dir,
    clock: systemClock,
    log: openLog({ level: 'error' }),
    onHealth: () => undefined,
    signal: new AbortController().signal,
  });
  for await (const frame of session.frames()) {
    onFrame(frame);
    frame.release();
  }
}

/** ffmpeg alone, with nobody at the other end of the pipe. */
async function decodeAlone({ longFile: file }: Stream): Promise<number> {
  const take = ['-v', 'info', '-benchmark', '-nostdin', '-threads', '1', '-i', file];
  const filter = ['-vf', `fps=5,scale=${widthPx}:${heightPx}`, '-pix_fmt', 'yuv420p', '-an'];
  const { stderr } = await run('ffmpeg', [...take, ...filter, '-f', 'null', '-']);
  const [, user = '0', system = '0'] = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr) ?? [];
  return (Number(user) + Number(system)) * 1_000;
}

/** One camera's way through gate, tracker and rules, with detections that are known. */
function replay(stream: Stream, frames: readonly KeptFrame[], found: ReadonlyMap<number, Detection[]>): void {
  const scene = createScene({ cameraId: stream.name });
  const tracker = createTracker({ cameraId: stream.name });
  for (const frame of frames) {
    const { capturedAtMs } = frame;
    const detections = scene.needsDetection(frame) ? (found.get(capturedAtMs) ?? []) : null;
    scene.step({ ...frame, tracks: tracker.step({ capturedAtMs, detections }) });
  }
}

/** CPU-ms of one pass. */
function perPass(passes: number, work: () => void): number {
  const before = threadCpuMs();
  for (let pass = 0; pass < passes; pass++) work();
  return (threadCpuMs() - before) / passes;
}

/** What of a stream is the same in every round. */
interface Prepared {
  readonly stream: Stream;
  readonly frames: readonly KeptFrame[];
  /** What the detector found in the pictures that it was asked to look at. */
  readonly found: ReadonlyMap<number, Detection[]>;
}

async function prepare(stream: Stream, dir: string, { session, threshold }: Detector): Promise<Prepared> {
  const frames: KeptFrame[] = [];
  await decodeAsProduct(stream.file, dir, ({ capturedAtMs, widthPx: w, heightPx: h, data }) => {
    frames.push({ capturedAtMs, widthPx: w, heightPx: h, data: data.slice() });
  });
  const found = new Map<number, Detection[]>();
  const scene = createScene({ cameraId: stream.name });
  const tracker = createTracker({ cameraId: stream.name });
  for (const frame of frames) {
    const { capturedAtMs } = frame;
    const detections = scene.needsDetection(frame) ? await session.detect(frame, threshold) : null;
    if (detections !== null) found.set(capturedAtMs, detections);
    scene.step({ ...frame, tracks: tracker.step({ capturedAtMs, detections }) });
  }
  return { stream, frames, found };
}

/** The product's detector, and the network alone on the same input. */
interface Detector extends AsyncDisposable {
  readonly session: DetectorSession;
  readonly threshold: number;
  readonly runAlone: () => Promise<unknown>;
}

async function openDetector(): Promise<Detector> {
  const model = await findModel(config.inference.model, modelDirs);
  const session = await openSession(model, 'cpu');
  const bare = await InferenceSession.create(model.filePath, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  const { plan, tensor } = openLetterbox(model.manifest.input, widthPx, heightPx);
  const feeds = {
    [model.manifest.input.name]: new Tensor('float32', tensor, [1, 3, plan.heightPx, plan.widthPx]),
  };
  return {
    session,
    threshold: model.manifest.thresholds.continue,
    runAlone: async () => await bare.run(feeds),
    async [Symbol.asyncDispose]() {
      await session.release();
      await bare.release();
    },
  };
}

async function measure({ stream, frames, found }: Prepared, dir: string, detector: Detector): Promise<Cost> {
  const copies = Array.from({ length: streamsAtOnce }, (_, index) => String(index));
  const floors = await Promise.all(copies.map(async () => await decodeAlone(stream)));
  const floorDecodeMs = floors.reduce((sum, ms) => sum + ms, 0) / streamsAtOnce;
  const decodeMs =
    (await cpuMsOf(async () => {
      await Promise.all(
        copies.map(async (copy) => await decodeAsProduct(stream.longFile, join(dir, copy), () => undefined)),
      );
    })) / streamsAtOnce;
  const looked = frames.filter(({ capturedAtMs }) => found.has(capturedAtMs)).slice(0, maxLooks);
  let [detectMs, onnxMs] = [0, 0];
  for (const frame of looked) {
    const began = threadCpuMs();
    await detector.session.detect(frame, detector.threshold);
    // The network alone runs right beside the product's detector: whatever slows the machine slows both.
    const detected = threadCpuMs();
    await detector.runAlone();
    detectMs += detected - began;
    onnxMs += threadCpuMs() - detected;
  }
  const looksPerS = found.size / streamS;
  const gateMs = perPass(manyPasses, () => {
    const motion = createMotionGate();
    for (const { capturedAtMs, data } of frames) motion.step(capturedAtMs, data, widthPx, heightPx);
  });
  const trackMs = perPass(manyPasses, () => {
    const tracker = createTracker({ cameraId: stream.name });
    for (const { capturedAtMs } of frames)
      tracker.step({ capturedAtMs, detections: found.get(capturedAtMs) ?? null });
  });
  const allMs = perPass(1, () => replay(stream, frames, found));
  return {
    decode: decodeMs / decodedS,
    gate: gateMs / streamS,
    detect: (detectMs / looked.length) * looksPerS,
    track: trackMs / streamS,
    rules: (allMs - gateMs - trackMs) / streamS,
    floorDecode: floorDecodeMs / decodedS,
    floorOnnx: (onnxMs / looked.length) * looksPerS,
    looks: looksPerS,
  };
}

/** What each figure was at its least. */
const leastOf = (a: Cost, b: Cost): Cost =>
  Object.fromEntries(
    Object.entries(a).map(([name, value]) => [name, Math.min(value as number, b[name as keyof Cost])]),
  ) as unknown as Cost;

const sumOf = ({ decode, gate, detect, track, rules }: Cost): number =>
  decode + gate + detect + track + rules;
const floorOf = ({ floorDecode, floorOnnx }: Cost): number => floorDecode + floorOnnx;
const ratioOf = (cost: Cost): number => sumOf(cost) / floorOf(cost);
const speedOf = ({ gate, track, rules }: Cost): number => 1_000 / (gate + track + rules);
const gateMsOf = ({ gate }: Cost): number => gate / config.ingest.analysisFps;

/**
 * Budget: all stages ≤ 1.3 × ffmpeg's decoding and the network alone; motion gate ≤ 0.4 ms per picture; gate, tracker
 * and rules ≥ 50 × real time.
 */
export async function report(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-cost-'));
  try {
    await using detector = await openDetector();
    const streams: Prepared[] = [];
    for (const stream of await makeStreams(dir)) streams.push(await prepare(stream, dir, detector));
    const least = new Map<Stream, Cost>();
    for (let round = 0; round < rounds; round++) {
      for (const prepared of streams) {
        const { stream } = prepared;
        const cost = await measure(prepared, dir, detector);
        const known = least.get(stream);
        least.set(stream, known === undefined ? cost : leastOf(known, cost));
      }
    }
    console.log(
      `\nCPU-ms per second of stream, ${widthPx}×${heightPx} H.264, ${config.ingest.analysisFps} fps looked at${childrenCpuMs() === null ? ' (decode without ffmpeg itself: not Linux)' : ''}`,
    );
    console.table(
      [...least].map(([{ name, from }, cost]) => ({
        stream: name,
        ...Object.fromEntries(Object.entries(cost).map(([key, value]) => [key, rounded(value as number, 2)])),
        sum: rounded(sumOf(cost), 1),
        floor: rounded(floorOf(cost), 1),
        ratio: rounded(ratioOf(cost), 2),
        gateMs: rounded(gateMsOf(cost), 3),
        rulesSpeed: rounded(speedOf(cost), 0),
        from,
      })),
    );
    const over = [...least].flatMap(([{ name }, cost]) => [
      ...(ratioOf(cost) > maxRatio
        ? [`${name}: ${ratioOf(cost).toFixed(2)} × the floor, budget ${maxRatio}`]
        : []),
      ...(gateMsOf(cost) > maxGateMs
        ? [`${name}: gate ${gateMsOf(cost).toFixed(2)} ms, budget ${maxGateMs}`]
        : []),
      ...(speedOf(cost) < minRulesSpeed
        ? [`${name}: rules at ${speedOf(cost).toFixed(0)} × real time, budget ${minRulesSpeed}`]
        : []),
    ]);
    if (over.length > 0) throw new Error(`over budget: ${over.join('; ')}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
