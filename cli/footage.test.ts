import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bus, openBus } from '../bus/index.ts';
import {
  type FootageAnswer,
  footageAnswers,
  type FootageRequest,
  footageRequests,
} from '../contracts/index.ts';
import { findModel, type Masker, openDetectorPool, openMasker } from '../inference/index.ts';
import { type CameraSession, openCameraSession, type Recorder } from '../ingest/index.ts';
import { checkConfig, freshId, openLog, systemClock } from '../kernel/index.ts';
import { type MediaStore, openMediaStore } from '../store/index.ts';
import { sampleVideo } from '../test/product/cli.ts';
import { answerFootage } from './footage.ts';
import { modelDirs } from './model-dirs.ts';

const log = openLog({ level: 'silent' });
const clock = systemClock;
const startedAtMs = Date.UTC(2026, 5, 15);
const [ours, theirs, nobodys] = ['33020300001320000101', '33020300001320000102', '33020300001320000103'];
const broken = '33020300001320000104';
const alone = checkConfig({});
const inCluster = checkConfig({
  bus: { kind: 'kafka', brokers: ['127.0.0.1:1'] },
  store: { kind: 'clickhouse', url: 'http://127.0.0.1:1' },
});

const stack = new AsyncDisposableStack();
const answers: FootageAnswer[] = [];
let bus: Bus;
let media: MediaStore;
let session: CameraSession;
let openRealMasker: () => Promise<Masker>;

/** Answer as a process that holds these recordings does, until it is called off. */
function answering(config: typeof alone, recorders: ReadonlyMap<string, Recorder>): AsyncDisposable {
  const stop = new AbortController();
  const running = answerFootage({ bus, config, log }, media, recorders, openRealMasker, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

const requestOf = (
  cameraId: string,
  purpose: FootageRequest['purpose'],
  ...afterMs: number[]
): FootageRequest => ({
  requestId: freshId(),
  routeId: freshId(),
  sightingId: `${cameraId}/van`,
  cameraId,
  purpose,
  moments: afterMs.map((ms) => ({ atMs: startedAtMs + ms, xNorm: 0.4, yNorm: 0.4, wNorm: 0.2, hNorm: 0.3 })),
  askedAtMs: clock.nowMs(),
});

/**
 * Every answer to a request. It is sent again when nobody answers: who follows from `latest` may not have followed yet;
 * seldom, because each is worked off, and the next test waits behind them.
 */
async function answersTo(request: FootageRequest, patienceMs: number): Promise<FootageAnswer['outcome'][]> {
  const outcomes = (): FootageAnswer['outcome'][] =>
    answers.filter(({ requestId }) => requestId === request.requestId).map(({ outcome }) => outcome);
  const untilMs = Date.now() + patienceMs;
  for (let waitedMs = 0; outcomes().length === 0 && Date.now() < untilMs; waitedMs += 100) {
    if (waitedMs % 20_000 === 0) await bus.publish(footageRequests, [request]);
    await pause(100);
  }
  return [...new Set(outcomes())];
}

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-footage-'));
  stack.defer(async () => await rm(dir, { recursive: true, force: true }));
  bus = stack.use(await openBus(alone.bus, { dataDir: dir, clock, log }));
  media = await openMediaStore({ dir: join(dir, 'media') });
  const stop = new AbortController();
  const following = (async () => {
    const all = bus.tail([footageAnswers], { from: 'earliest', signal: stop.signal });
    for await (const { record } of all) answers.push(record);
  })().catch(() => undefined);
  stack.defer(async () => {
    stop.abort();
    await following;
  });
  session = stack.use(
    await openCameraSession({
      source: {
        cameraId: ours,
        areaCode: '330203540000',
        kind: 'file',
        address: sampleVideo,
        credential: null,
        startedAtMs,
      },
      settings: alone.ingest,
      pace: 'replayFullSpeed',
      recordingDir: join(dir, 'recordings'),
      clock,
      log,
      onHealth: () => undefined,
      signal: stop.signal,
    }),
  );
  // A recording reaches as far as it was played.
  for await (const frame of session.frames()) frame.release();
  const open = async (name: string) =>
    stack.use(
      await openDetectorPool({
        model: await findModel(name, modelDirs(alone)),
        workers: 1,
        executionProvider: 'cpu',
        log,
      }),
    );
  const models = { persons: await open(alone.inference.model), faces: await open(alone.inference.faceModel) };
  const masker = openMasker(models);
  openRealMasker = async () => await Promise.resolve(masker);
}, 300_000);
afterAll(async () => {
  await stack.disposeAsync();
});

test('pictures of a passage are cut from the recording and put with its route', async () => {
  await using _ = answering(alone, new Map([[ours, session.recorder]]));
  const request = requestOf(ours, 'plate', 8_000, 9_000, 9_400);
  expect(await answersTo(request, 120_000)).toEqual(['kept']);
  const kept = await media.passages.list(request);
  expect(kept.map(({ name }) => name)).toEqual(['crop0', 'crop1', 'crop2', 'still']);
  for (const { filePath } of kept) {
    expect((await sharp(await readFile(filePath)).metadata()).format).toBe('jpeg');
  }
  // What the picture shows is told by the camera's time, and that is within a picture of what was asked for.
  expect(Math.abs((kept[3]?.capturedAtMs ?? 0) - (startedAtMs + 8_000))).toBeLessThan(1_500);

  const late = requestOf(ours, 'look', 3_600_000);
  expect(await answersTo(late, 120_000)).toEqual(['unavailable']);
  expect(await media.passages.list(late)).toEqual([]);
  // Nobody else could have it.
  expect(await answersTo(requestOf(nobodys, 'look', 8_000), 120_000)).toEqual(['unavailable']);
}, 600_000);

test('of several processes only the one that holds the recording answers', async () => {
  const failing: Recorder = {
    ...session.recorder,
    still: async () => await Promise.reject(new Error('the decoder has gone')),
  };
  await using _one = answering(inCluster, new Map([[ours, session.recorder]]));
  await using _other = answering(
    inCluster,
    new Map([
      [theirs, session.recorder],
      [broken, failing],
    ]),
  );
  expect(await answersTo(requestOf(ours, 'look', 9_000), 120_000)).toEqual(['kept']);
  expect(await answersTo(requestOf(theirs, 'look', 9_000), 120_000)).toEqual(['kept']);
  // A fault with one request is said, and the next one is answered.
  expect(await answersTo(requestOf(broken, 'look', 9_000), 120_000)).toEqual(['failed']);
  expect(await answersTo(requestOf(theirs, 'look', 9_400), 120_000)).toEqual(['kept']);
  expect(await answersTo(requestOf(nobodys, 'look', 9_000), 3_000)).toEqual([]);
}, 600_000);
