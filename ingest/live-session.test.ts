import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CameraHealth } from '../contracts/index.ts';
import { runningChildren } from '../kernel/index.ts';
import {
  type RtspServer,
  type RtspServerOptions,
  startRtspServer,
  whyNoRtspServer,
} from '../test/rtsp/index.ts';
import { type CameraSession, type CameraSource, openCameraSession, probeSource } from './index.ts';
import {
  fileSource,
  makeVideo,
  numberedPictures,
  pictureNumber,
  scratchDir,
  type SeenFrame,
  seen,
  sessionOptions,
} from './testing/session.ts';

const reason = whyNoRtspServer();
const dir = scratchDir();
const video = join(dir, 'street.mp4');
const password = "p@ss w'rd:1/%";
const login = { user: 'viewer', password };
const quick = {
  allowedHosts: ['127.0.0.1'],
  reconnectMinMs: 300,
  reconnectMaxMs: 1_000,
  frameGapTimeoutMs: 2_000,
  connectTimeoutMs: 3_000,
  segmentMs: 1_000,
};

const serve = async (options: Partial<RtspServerOptions> = {}): Promise<RtspServer> =>
  await startRtspServer({ file: video, ...login, ...options });
let cameraCount = 0;
const camera = (url: string, over: Partial<CameraSource> = {}): CameraSource => ({
  ...fileSource(url),
  cameraId: `330203000013200${String(++cameraCount).padStart(5, '0')}`,
  kind: 'rtsp',
  credential: login,
  startedAtMs: null,
  ...over,
});

beforeAll(() => {
  const input = [
    '-f',
    'lavfi',
    '-i',
    'color=size=320x240:rate=25:duration=40',
    '-vf',
    numberedPictures(320, 240),
  ];
  makeVideo(...input, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '25', video);
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Read until `isEnough`. */
async function readUntil(
  session: CameraSession,
  isEnough: (frames: readonly SeenFrame[]) => boolean,
): Promise<SeenFrame[]> {
  const frames: SeenFrame[] = [];
  for await (const frame of session.frames()) {
    frames.push(seen(frame));
    if (isEnough(frames)) break;
  }
  return frames;
}

/** Follow a camera through an outage: how long until it is called offline, and how long from its return to online. */
async function throughOutage(
  server: RtspServer,
  settings: NonNullable<Parameters<typeof sessionOptions>[2]>['settings'],
  begin: () => unknown,
  end: () => unknown,
): Promise<{ told: readonly CameraHealth[]; offlineAfterMs: number; backAfterMs: number }> {
  const stop = new AbortController();
  const { told, ...options } = sessionOptions(camera(server.url), dir, {
    settings: settings ?? {},
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(55_000)]),
  });
  await using session = await openCameraSession(options);
  let count = 0;
  const reading = readUntil(session, () => ++count < 0);
  try {
    // Not expect.poll: that one cannot tell concurrent tests apart.
    await vi.waitFor(() => expect(count).toBeGreaterThan(8), 20_000);
    await begin();
    const beganAtMs = Date.now();
    await vi.waitFor(() => expect(told.at(-1)?.state).toBe('offline'), 20_000);
    const offlineAfterMs = Date.now() - beganAtMs;
    await end();
    const endedAtMs = Date.now();
    await vi.waitFor(() => expect(told.at(-1)?.state).toBe('online'), 20_000);
    return { told, offlineAfterMs, backAfterMs: Date.now() - endedAtMs };
  } finally {
    stop.abort();
    await reading;
  }
}

/** Command lines of all processes that this one started. */
const childCommandLines = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const isOurs =
          readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(process.pid);
        return isOurs ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
      } catch {
        return []; // gone meanwhile
      }
    });

describe.skipIf(reason !== null).concurrent(`live${reason === null ? '' : ` (${reason})`}`, () => {
  test('times come from the stream: pictures are as far apart as they were taken', {
    timeout: 40_000,
  }, async () => {
    await using server = await serve();
    const options = sessionOptions(camera(server.url), dir, { settings: quick });
    const beganAtMs = Date.now();
    await using session = await openCameraSession(options);
    const frames = await readUntil(session, (all) => all.length >= 30);
    // The first second may still move: it is then that the two clocks are matched.
    const [base, ...rest] = frames.slice(5);
    if (base === undefined) throw new Error('too few pictures');
    for (const { number, capturedAtMs } of rest) {
      const spanMs = capturedAtMs - base.capturedAtMs;
      expect(Math.abs(spanMs - (number - base.number) * 40)).toBeLessThan(40);
    }
    expect(frames[0]?.capturedAtMs).toBeGreaterThan(beganAtMs);
    expect(frames.at(-1)?.capturedAtMs).toBeLessThanOrEqual(Date.now());
    expect(session.media).toMatchObject({
      widthPx: 320,
      heightPx: 240,
      codec: 'h264',
      durationMs: null,
      startedAtMs: frames[0]?.capturedAtMs,
    });
    expect(options.told[0]).toMatchObject({
      state: 'online',
      cause: 'frames-advance',
      measuredWidthPx: 320,
      codec: 'h264',
    });
  });

  test('the recording gives clip and still of what was seen, and old pieces are removed', {
    timeout: 60_000,
  }, async () => {
    await using server = await serve();
    const options = sessionOptions(camera(server.url), dir, { settings: { ...quick, ringMs: 4_000 } });
    await using session = await openCameraSession(options);
    const { signal } = options;
    const frames = await readUntilWithRecorder(session);
    const shown = frames.at(-14);
    if (shown === undefined) throw new Error('too few pictures');

    const still = await session.recorder.still({ atMs: shown.capturedAtMs, signal });
    const { data, info } = await sharp(still.image).greyscale().raw().toBuffer({ resolveWithObject: true });
    const number = pictureNumber(data, info.width, info.height, info.channels);
    expect(Math.abs(number - shown.number)).toBeLessThanOrEqual(2);

    const filePath = join(dir, 'live.mp4');
    const span = { fromMs: shown.capturedAtMs, toMs: shown.capturedAtMs + 2_000 };
    const clip = await session.recorder.cutClip({ ...span, filePath, signal });
    expect(clip.capturedFromMs).toBeLessThanOrEqual(span.fromMs);
    expect(clip.capturedFromMs).toBeGreaterThan(span.fromMs - 2_200);
    expect(Math.abs(clip.capturedToMs - span.toMs)).toBeLessThan(200);
    await using replay = await openCameraSession(
      sessionOptions(fileSource(filePath), dir, { settings: { analysisFps: 25 } }),
    );
    const [first] = await readUntil(replay, () => true);
    const wantedNumber = shown.number - (span.fromMs - clip.capturedFromMs) / 40;
    expect(Math.abs((first?.number ?? 0) - wantedNumber)).toBeLessThanOrEqual(2);

    const gone = session.recorder.still({ atMs: (frames[0]?.capturedAtMs ?? 0) - 60_000, signal });
    await expect(gone).rejects.toMatchObject({ code: 'INGEST_CLIP_UNAVAILABLE' });
    const files = readdirSync(join(options.recordingDir, options.source.cameraId));
    expect(files.length).toBeLessThan(9);
  });

  /** Reads 10 s in the background and goes on reading, as a pipeline does while it cuts. */
  async function readUntilWithRecorder(session: CameraSession): Promise<SeenFrame[]> {
    const frames: SeenFrame[] = [];
    const enough = Promise.withResolvers<void>();
    const read = async (): Promise<void> => {
      for await (const frame of session.frames()) {
        frames.push(seen(frame));
        if (frames.length === 50) enough.resolve();
      }
    };
    read().catch(enough.reject);
    await enough.promise;
    return [...frames];
  }

  test('a slow reader gets fresh pictures, and every lost one is counted', { timeout: 40_000 }, async () => {
    await using server = await serve();
    const options = sessionOptions(camera(server.url), dir, { settings: { ...quick, analysisFps: 25 } });
    await using session = await openCameraSession(options);
    const frames: SeenFrame[] = [];
    let worstAgeMs = 0;
    for await (const frame of session.frames()) {
      if (frames.length > 3) worstAgeMs = Math.max(worstAgeMs, Date.now() - frame.capturedAtMs);
      frames.push(seen(frame));
      await new Promise((resolve) => setTimeout(resolve, 400));
      if (frames.length === 12) break;
    }
    const span = (frames.at(-1)?.number ?? 0) - (frames[0]?.number ?? 0) + 1;
    expect(session.framesDropped).toBeGreaterThan(50);
    expect(Math.abs(session.framesDropped + frames.length - span)).toBeLessThan(20);
    expect(worstAgeMs).toBeLessThan(1_500);
  });

  test('the plug is pulled and comes back: offline, online, time goes on', { timeout: 60_000 }, async () => {
    await using server = await serve({ mode: 'loop' });
    const options = sessionOptions(camera(server.url), dir, {
      settings: quick,
      signal: AbortSignal.timeout(50_000),
    });
    await using session = await openCameraSession(options);
    let isStopped = false;
    let restarted: RtspServer | undefined;
    let framesAfter = 0;
    const replug = async (): Promise<void> => {
      await server.stop();
      // Not expect.poll: that one cannot tell concurrent tests apart.
      await vi.waitFor(() => expect(options.told.at(-1)?.state).toBe('offline'), 10_000);
      restarted = await serve({ mode: 'loop', port: server.port });
    };
    const frames = await readUntil(session, (all) => {
      if (!isStopped && all.length === 8) {
        isStopped = true;
        replug().catch((error: unknown) =>
          options.logged.push({ fields: { error }, message: 'replug failed' }),
        );
      }
      if (options.told.some(({ state }) => state === 'offline')) framesAfter++;
      return framesAfter === 5;
    });
    await restarted?.stop();
    const states = options.told.map(({ state }) => state);
    expect(states[0]).toBe('online');
    expect(states.at(-1)).toBe('online');
    expect(options.told.find(({ state }) => state === 'offline')?.cause).toBe('INGEST_RTSP_UNREACHABLE');
    const times = frames.map(({ capturedAtMs }) => capturedAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });

  test('a camera that hangs is noticed by its pictures, and taken up again', {
    timeout: 60_000,
  }, async () => {
    await using server = await serve({ mode: 'loop' });
    const { told, offlineAfterMs, backAfterMs } = await throughOutage(
      server,
      quick,
      server.pause,
      server.resume,
    );
    expect(told.find(({ state }) => state === 'offline')?.cause).toBe('INGEST_FRAMES_STALLED');
    expect(offlineAfterMs).toBeLessThan(10_000);
    expect(backAfterMs).toBeLessThan(10_000);
  });

  test('a camera that hangs only shortly is opened again, and never called offline', {
    timeout: 60_000,
  }, async () => {
    await using server = await serve({ mode: 'loop' });
    const options = sessionOptions(camera(server.url), dir, {
      settings: { ...quick, offlineAfterMs: 40_000 },
      signal: AbortSignal.timeout(50_000),
    });
    await using session = await openCameraSession(options);
    let resumedAtMs = Number.POSITIVE_INFINITY;
    const frames = await readUntil(session, (all) => {
      if (all.length === 8) {
        server.pause();
        setTimeout(() => {
          resumedAtMs = Date.now();
          server.resume();
        }, 4_500);
      }
      return (all.at(-1)?.capturedAtMs ?? 0) > resumedAtMs + 500;
    });
    expect(frames.at(-1)?.capturedAtMs).toBeGreaterThan(resumedAtMs);
    expect(options.logged.map(({ fields }) => (fields as { code?: string }).code)).toContain(
      'INGEST_FRAMES_STALLED',
    );
    expect(new Set(options.told.map(({ state }) => state))).toEqual(new Set(['online']));
  });

  // Rarely a connection in the middle of a group of pictures gives nothing and is opened anew.
  test('a viewer that joins in the middle gets pictures every time', {
    timeout: 60_000,
    retry: 3,
  }, async () => {
    await using server = await serve({ mode: 'loop' });
    await using first = await openCameraSession(sessionOptions(camera(server.url), dir, { settings: quick }));
    const reading = readUntil(first, () => false);
    for (let i = 0; i < 3; i++) {
      const options = sessionOptions(camera(server.url), dir, { settings: quick });
      await using session = await openCameraSession(options);
      const frames = await readUntil(session, (all) => all.length === 3);
      expect(frames).toHaveLength(3);
      expect(new Set(options.told.map(({ state, cause }) => `${state} ${cause}`))).toEqual(
        new Set(['online frames-advance']),
      );
    }
    await first[Symbol.asyncDispose]();
    expect((await reading).length).toBeGreaterThan(10);
  });

  test('H.265 and MJPEG cameras are recorded too', { timeout: 60_000 }, async () => {
    const signal = AbortSignal.timeout(50_000);
    for (const codec of ['h265', 'mjpeg'] as const) {
      const file = join(dir, `${codec}.mkv`);
      const encoder =
        codec === 'h265'
          ? ['libx265', '-preset', 'ultrafast', '-x265-params', 'keyint=25:bframes=0:log-level=none']
          : ['mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p'];
      makeVideo('-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=25:duration=15', '-c:v', ...encoder, file);
      await using server = await serve({ file, codec });
      const options = sessionOptions(camera(server.url), dir, { settings: quick, signal });
      await using session = await openCameraSession(options);
      let isCut = false;
      for await (const frame of session.frames()) {
        const atMs = frame.capturedAtMs;
        frame.release();
        if (frame.mediaTimeMs < 5_000) continue;
        const filePath = join(dir, `${codec}.mp4`);
        const clip = await session.recorder.cutClip({
          fromMs: atMs - 3_500,
          toMs: atMs - 2_500,
          filePath,
          signal,
        });
        expect(clip.capturedToMs).toBeGreaterThan(atMs - 2_700);
        expect((await probeSource(fileSource(filePath), quick, signal)).codec).toBe(
          codec === 'h265' ? 'hevc' : codec,
        );
        isCut = true;
        break;
      }
      expect(isCut, codec).toBe(true);
    }
  });

  test('a wrong password and a wrong path: offline with their codes; the password is nowhere to be read', {
    timeout: 30_000,
  }, async () => {
    await using server = await serve();
    for (const [source, code] of [
      [camera(server.url, { credential: { ...login, password: 'wrong-secret' } }), 'INGEST_RTSP_AUTH'],
      [camera(server.url.replace('/live', '/nothing')), 'INGEST_RTSP_NOT_FOUND'],
      [camera('rtsp://127.0.0.1:9/live'), 'INGEST_RTSP_UNREACHABLE'],
    ] as const) {
      const stop = new AbortController();
      const options = sessionOptions(source, dir, { settings: quick, signal: stop.signal });
      const session = await openCameraSession(options);
      const reading = readUntil(session, () => false);
      await vi.waitFor(() => expect(options.told[0]?.cause).toBe(code), 8_000);
      expect(options.told[0]).toMatchObject({ state: 'offline', measuredWidthPx: null, lastFrameAtMs: null });
      stop.abort();
      expect(await reading).toEqual([]);
      await session[Symbol.asyncDispose]();
      expect(JSON.stringify(options.logged)).not.toMatch(/wrong-secret|p@ss|p%40ss/);
      await expect(probeSource(source, quick, AbortSignal.timeout(8_000))).rejects.toMatchObject({ code });
    }
  });
});

// With the settings that nobody chose; alone, because what counts is the time it takes.
describe.skipIf(reason !== null)(`outages${reason === null ? '' : ` (${reason})`}`, () => {
  test('a camera that is gone is offline within ten seconds, and online within ten of its return', {
    timeout: 90_000,
  }, async () => {
    await using server = await serve({ mode: 'loop' });
    await using back = new AsyncDisposableStack();
    const { offlineAfterMs, backAfterMs } = await throughOutage(
      server,
      {},
      async () => await server.stop(),
      async () => {
        back.use(await serve({ mode: 'loop', port: server.port }));
      },
    );
    expect(offlineAfterMs).toBeLessThan(10_000);
    expect(backAfterMs).toBeLessThan(10_000);
  });

  test('so is a camera that hangs until its connection is given up', { timeout: 90_000 }, async () => {
    await using server = await serve({ mode: 'loop' });
    const { offlineAfterMs, backAfterMs } = await throughOutage(server, {}, server.pause, async () => {
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      server.resume();
    });
    expect(offlineAfterMs).toBeLessThan(10_000);
    expect(backAfterMs).toBeLessThan(10_000);
  });
});

// These look at all processes of this one, so nothing else may run meanwhile.
describe.skipIf(reason !== null)(`processes${reason === null ? '' : ` (${reason})`}`, () => {
  test('the command line of no process holds the password', { timeout: 30_000 }, async () => {
    await using server = await serve();
    await using session = await openCameraSession(
      sessionOptions(camera(server.url), dir, { settings: quick }),
    );
    let lines: string[] = [];
    await readUntil(session, () => {
      lines = childCommandLines().filter((line) => line.startsWith('ffmpeg'));
      return true;
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/p@ss|p%40ss|viewer/);
  });

  test('the end of a session leaves no process and no recording', async () => {
    await using server = await serve({ mode: 'loop' });
    const options = sessionOptions(camera(server.url), dir, { settings: quick });
    const before = runningChildren();
    const session = await openCameraSession(options);
    await readUntil(session, (all) => all.length === 2);
    await session[Symbol.asyncDispose]();
    expect(runningChildren()).toBe(before);
    expect(() => readdirSync(join(options.recordingDir, options.source.cameraId))).toThrow('ENOENT');
  });
});
