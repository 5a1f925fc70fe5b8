import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openLetterbox, type Picture } from '../../inference/detect/index.ts';
import { createMotionGate } from '../../inference/rules/scene/motion-gate.ts';
import { createScene } from '../../inference/rules/index.ts';
import { findModel } from '../../inference/runtime/index.ts';
import { openSession } from '../../inference/runtime/session.ts';
import { createTracker } from '../../inference/track/index.ts';
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
/** Each stream is measured so often, one after the other; the least counts, since a busy machine only adds. */
const rounds = 2;

/** CPU-ms per second of stream. */
interface Cost {
  readonly decode: number;
  readonly gate: number;
  readonly detect: number;
  readonly track: number;
  readonly rules: number;
  readonly floorDecode: number;
  readonly floorOnnx: number;
  readonly gateMsPerFrame: number;
  readonly looks: number;
}

type KeptFrame = Picture & { readonly capturedAtMs: number };

/** Pictures of a file as the product takes them. @returns CPU-ms of ffmpeg and of every thread here. */
async function decodeAsProduct(
  file: string,
  dir: string,
  onFrame: (frame: KeptFrame) => void,
): Promise<number> {
  const before = [childrenCpuMs() ?? 0, processCpuMs()] as const;
  const camera = { name: 'bench', source: file, startedAt: '2026-01-01T00:00:00+08:00', zones: [] };
  {
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
  return (childrenCpuMs() ?? 0) - before[0] + processCpuMs() - before[1];
}

/** ffmpeg alone, with nobody at the other end of the pipe. */
async function decodeAlone({ longFile: file }: Stream): Promise<number> {
  const take = ['-v', 'info', '-benchmark', '-nostdin', '-threads', '1', '-i', file];
  const filter = ['-vf', `fps=5,scale=${widthPx}:${heightPx}`, '-pix_fmt', 'yuv420p', '-an'];
  const { stderr } = await run('ffmpeg', [...take, ...filter, '-f', 'null', '-']);
  const [, user = '0', system = '0'] = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr) ?? [];
  return (Number(user) + Number(system)) * 1_000;
}

async function measure(stream: Stream, dir: string): Promise<Cost> {
  const floorDecodeMs = await decodeAlone(stream);
  const decodeMs = await decodeAsProduct(stream.longFile, dir, () => undefined);
  const frames: KeptFrame[] = [];
  await decodeAsProduct(stream.file, dir, ({ capturedAtMs, widthPx: w, heightPx: h, data }) => {
    frames.push({ capturedAtMs, widthPx: w, heightPx: h, data: data.slice() });
  });
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
  const scene = createScene({ cameraId: stream.name });
  const gateAlone = createMotionGate();
  const { report: reportThreshold, continue: continueThreshold } = model.manifest.thresholds;
  const tracker = createTracker({ cameraId: stream.name, reportThreshold, continueThreshold });
  const spent = { gate: 0, gateAlone: 0, detect: 0, track: 0, rules: 0, onnx: 0, looks: 0 };
  const timed = async <T>(stage: keyof typeof spent, work: () => T | Promise<T>): Promise<T> => {
    const before = threadCpuMs();
    const result = await work();
    spent[stage] += threadCpuMs() - before;
    return result;
  };
  for (const frame of frames) {
    const { capturedAtMs } = frame;
    await timed('gateAlone', () => gateAlone.step(capturedAtMs, frame.data, frame.widthPx, frame.heightPx));
    const isLook = await timed('gate', () => scene.needsDetection(frame));
    // The network alone runs right beside the product's detector: whatever slows the machine slows both.
    const detections = isLook ? await timed('detect', () => session.detect(frame, continueThreshold)) : null;
    if (isLook) await timed('onnx', () => bare.run(feeds));
    if (isLook) spent.looks += 1;
    const tracks = await timed('track', () => tracker.step({ capturedAtMs, detections }));
    await timed('rules', () => scene.step({ ...frame, tracks }));
  }
  await session.release();
  await bare.release();
  return {
    decode: decodeMs / decodedS,
    gate: spent.gate / streamS,
    detect: spent.detect / streamS,
    track: spent.track / streamS,
    rules: spent.rules / streamS,
    floorDecode: floorDecodeMs / decodedS,
    floorOnnx: spent.onnx / streamS,
    gateMsPerFrame: spent.gateAlone / frames.length,
    looks: spent.looks / streamS,
  };
}

const sumOf = ({ decode, gate, detect, track, rules }: Cost): number =>
  decode + gate + detect + track + rules;
const floorOf = ({ floorDecode, floorOnnx }: Cost): number => floorDecode + floorOnnx;

/** Budget: all stages ≤ 1.3 × ffmpeg's decoding and the network alone, motion gate ≤ 0.4 ms per picture. */
export async function report(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-cost-'));
  try {
    const streams = await makeStreams(dir);
    const best = new Map<Stream, Cost>();
    for (let round = 0; round < rounds; round++) {
      for (const stream of streams) {
        const cost = await measure(stream, dir);
        const known = best.get(stream);
        if (known === undefined || sumOf(cost) / floorOf(cost) < sumOf(known) / floorOf(known))
          best.set(stream, cost);
      }
    }
    console.log(
      `\nCPU-ms per second of stream, ${widthPx}×${heightPx} H.264, 5 fps looked at${childrenCpuMs() === null ? ' (decode without ffmpeg itself: not Linux)' : ''}`,
    );
    console.table(
      [...best].map(([{ name, from }, cost]) => {
        const shown = Object.entries(cost).map(([key, value]) => [key, Number(value.toFixed(2))]);
        const [sum, floor] = [sumOf(cost), floorOf(cost)];
        return {
          stream: name,
          ...(Object.fromEntries(shown) as object),
          sum: Number(sum.toFixed(1)),
          floor: Number(floor.toFixed(1)),
          ratio: Number((sum / floor).toFixed(2)),
          from,
        };
      }),
    );
    const over = [...best].flatMap(([{ name }, cost]) => [
      ...(sumOf(cost) > maxRatio * floorOf(cost)
        ? [`${name}: ${(sumOf(cost) / floorOf(cost)).toFixed(2)} × the floor, budget ${maxRatio}`]
        : []),
      ...(cost.gateMsPerFrame > maxGateMs
        ? [`${name}: gate ${cost.gateMsPerFrame.toFixed(2)} ms, budget ${maxGateMs}`]
        : []),
    ]);
    if (over.length > 0) throw new Error(`over budget: ${over.join('; ')}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
