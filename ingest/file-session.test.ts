import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Frame } from '../contracts/index.ts';
import { runningChildren } from '../kernel/index.ts';
import { material } from '../test/material.ts';
import { words } from './ffmpeg/index.ts';
import { type LeasedFrame, openCameraSession } from './index.ts';
import {
  fileSource,
  makeVideo,
  numberedPictures,
  pictureNumber,
  scratchDir,
  type SeenFrame,
  seen,
  sessionOptions,
  startedAtMs,
} from './testing/session.ts';

const dir = scratchDir();
const steady = join(dir, 'steady.mp4');
const uneven = join(dir, 'uneven.mkv');
const pixels = numberedPictures(320, 240);
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

beforeAll(() => {
  const input = ['-f', 'lavfi', '-i', 'color=size=320x240:rate=25:duration=12'];
  makeVideo(
    ...input,
    '-vf',
    pixels,
    ...x264,
    '-bf',
    '2',
    '-g',
    '50',
    '-metadata',
    'creation_time=2024-05-06T07:08:09Z',
    steady,
  );
  // 25 pictures per second, a pause of 3.5 s, then 10 per second at odd times.
  makeVideo(
    ...words('-f lavfi -i color=size=320x240:rate=25:duration=6'),
    '-vf',
    `${pixels},settb=1/1000,setpts='if(lt(N\\,50)\\,N*0.04\\,5.5+(N-50)*0.1003)/TB'`,
    ...words('-fps_mode passthrough'),
    ...words('-enc_time_base 1/1000'),
    ...x264,
    ...words('-g 20'),
    uneven,
  );
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Parent and state of a process; null when there is none of this number. */
function processStat(pid: number): { state: string; parent: number } | null {
  try {
    const [state = '', parent = ''] =
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}
// Where nobody reaps orphans, an ended process stays in the table as a zombie.
const isRunning = (pid: number): boolean => !['Z', 'X', undefined].includes(processStat(pid)?.state);
const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => processStat(candidate)?.parent === pid);

async function readAll(file: string, over: Parameters<typeof sessionOptions>[2] = {}): Promise<SeenFrame[]> {
  await using session = await openCameraSession(sessionOptions(fileSource(file), dir, over));
  const frames: SeenFrame[] = [];
  for await (const frame of session.frames()) frames.push(seen(frame));
  return frames;
}

describe('times', () => {
  test('every picture carries its own time: number and time of each agree', async () => {
    const frames = await readAll(steady);
    expect(frames).toHaveLength(60);
    expect(frames[0]).toMatchObject({ number: 0, mediaTimeMs: 0, capturedAtMs: startedAtMs });
    for (const { number, mediaTimeMs, capturedAtMs } of frames) {
      expect(mediaTimeMs).toBeCloseTo(number * 40, 1);
      expect(capturedAtMs).toBe(startedAtMs + Math.round(mediaTimeMs));
    }
  });

  test('an uneven frame rate keeps its times, and a pause is not filled with repeated pictures', async () => {
    const frames = await readAll(uneven);
    const timeOf = (number: number): number => (number < 50 ? number * 40 : 5_500 + (number - 50) * 100.3);
    for (const { number, mediaTimeMs } of frames)
      expect(Math.abs(mediaTimeMs - timeOf(number))).toBeLessThan(1.1);
    expect(new Set(frames.map(({ number }) => number)).size).toBe(frames.length);
    const inPause = frames.filter(({ mediaTimeMs }) => mediaTimeMs > 2_000 && mediaTimeMs < 5_499);
    expect(inPause).toEqual([]);
    // 10 slots before the pause, and two pictures per slot of 0.2 s after it.
    expect(frames.length).toBeGreaterThan(58);
    expect(frames.length).toBeLessThan(63);
  });

  test('without a given start the container says when the recording began', async () => {
    const source = { ...fileSource(steady), startedAtMs: null };
    await using session = await openCameraSession(sessionOptions(source, dir));
    expect(session.media).toMatchObject({
      startedAtMs: Date.UTC(2024, 4, 6, 7, 8, 9),
      widthPx: 320,
      codec: 'h264',
      fps: 25,
    });
    expect(session.media?.durationMs).toBeCloseTo(12_000, -2);
  });

  const jumping = material('data/torture-generated/h264_tsjump.ts');
  test.skipIf(jumping === null)(
    'a clock that jumps by an hour does not (needs the shared test videos)',
    async () => {
      const frames = await readAll(jumping ?? '');
      const steps = frames.slice(1).map(({ mediaTimeMs }, i) => mediaTimeMs - (frames[i]?.mediaTimeMs ?? 0));
      expect(Math.max(...steps)).toBeLessThan(400);
      expect(Math.min(...steps)).toBeGreaterThan(0);
      expect(frames.at(-1)?.mediaTimeMs).toBeGreaterThan(19_000);
    },
  );
});

describe('pace', () => {
  test('a replay drops nothing: a slow reader gets every picture, and what it holds is not overwritten', async () => {
    await using session = await openCameraSession(sessionOptions(fileSource(steady), dir));
    const held: LeasedFrame[] = [];
    for await (const frame of session.frames()) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      held.push(frame);
    }
    const numbers = held.map(({ data, widthPx, heightPx }) => pictureNumber(data, widthPx, heightPx));
    expect(numbers).toHaveLength(60);
    expect(new Set(numbers).size).toBe(60);
    expect(session.framesDropped).toBe(0);
    expect(held[0]?.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    const { release: _, ...frame } = held[0] as LeasedFrame;
    expect(() => Frame.parse(frame)).not.toThrow();
  });

  test('memory is given out again after release', async () => {
    await using session = await openCameraSession(sessionOptions(fileSource(steady), dir));
    const buffers = new Set<unknown>();
    for await (const frame of session.frames()) {
      buffers.add(frame.data.buffer);
      frame.release();
      frame.release();
    }
    expect(buffers.size).toBeLessThan(4);
  });

  test('real-time replay takes as long as the recording', async () => {
    const short = join(dir, 'short.mp4');
    makeVideo('-f', 'lavfi', '-i', 'color=size=320x240:rate=25:duration=2', '-vf', pixels, ...x264, short);
    const beganAt = performance.now();
    const frames = await readAll(short, { pace: 'replayRealtime' });
    const tookMs = performance.now() - beganAt;
    expect(frames).toHaveLength(10);
    expect(tookMs).toBeGreaterThan(1_790);
    expect(tookMs).toBeLessThan(4_000);
  });

  test('full speed is at least ten times real time at 640 × 480 on one core', async () => {
    const vga = join(dir, 'vga.mp4');
    makeVideo('-f', 'lavfi', '-i', 'testsrc2=size=640x480:rate=25:duration=30', ...x264, vga);
    await using session = await openCameraSession(sessionOptions(fileSource(vga), dir));
    const beganAt = performance.now();
    for await (const frame of session.frames()) frame.release();
    expect(30_000 / (performance.now() - beganAt)).toBeGreaterThan(10);
  });
});

describe('size', () => {
  test('analysed in square pixels, never enlarged, sides even', async () => {
    const wide = join(dir, 'anamorphic.mp4');
    makeVideo(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=704x576:rate=5:duration=1',
      '-vf',
      'setsar=12/11',
      ...x264,
      wide,
    );
    await using session = await openCameraSession(sessionOptions(fileSource(wide), dir));
    for await (const frame of session.frames()) {
      expect(frame).toMatchObject({ widthPx: 640, heightPx: 480, sourceWidthPx: 704, sourceHeightPx: 576 });
      frame.release();
    }
    const still = await session.recorder.still({ atMs: startedAtMs, signal: AbortSignal.timeout(10_000) });
    expect(still).toMatchObject({ widthPx: 768, heightPx: 576 });
  });
});

describe('recorder', () => {
  const signal = AbortSignal.timeout(300_000);

  test('a still shows the picture that was on show at that moment', async () => {
    await using session = await openCameraSession(sessionOptions(fileSource(steady), dir));
    for await (const frame of session.frames()) frame.release();
    for (const number of [0, 1, 49, 50, 123, 299]) {
      const still = await session.recorder.still({ atMs: startedAtMs + number * 40 + 5, signal });
      const { data, info } = await sharp(still.image).greyscale().raw().toBuffer({ resolveWithObject: true });
      expect(pictureNumber(data, info.width, info.height, info.channels)).toBe(number);
      expect(still.capturedAtMs).toBe(startedAtMs + number * 40);
    }
    const early = await session.recorder.still({ atMs: startedAtMs - 5_000, signal });
    expect(early.capturedAtMs).toBe(startedAtMs);
  });

  test('in a pause of the camera a still shows the picture before it', async () => {
    await using session = await openCameraSession(sessionOptions(fileSource(uneven), dir));
    for await (const frame of session.frames()) frame.release();
    const still = await session.recorder.still({ atMs: startedAtMs + 4_000, signal });
    expect(still.capturedAtMs).toBe(startedAtMs + 49 * 40);
  });

  test('a clip begins at the key frame before, ends where asked, and is not encoded again', async () => {
    await using session = await openCameraSession(sessionOptions(fileSource(steady), dir));
    for await (const frame of session.frames()) frame.release();
    const filePath = join(dir, 'clip.mp4');
    const clip = await session.recorder.cutClip({
      fromMs: startedAtMs + 5_000,
      toMs: startedAtMs + 8_000,
      filePath,
      signal,
    });
    expect(clip.capturedFromMs).toBe(startedAtMs + 4_000);
    expect(Math.abs(clip.capturedToMs - startedAtMs - 8_000)).toBeLessThan(100);
    const numbers = (await readAll(filePath, { settings: { analysisFps: 25 } })).map(({ number }) => number);
    expect(numbers[0]).toBe(100);
    // The last pictures may lack one that is coded after its successor.
    const sure = numbers.slice(0, -2);
    expect(sure).toEqual(Array.from({ length: sure.length }, (_, i) => 100 + i));
    expect(Math.abs(numbers.length - 101)).toBeLessThan(4);
    // The table of contents comes first, so that a browser can begin to play.
    const bytes = readFileSync(filePath).toString('latin1');
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  });

  test.each([
    ['mpeg4.avi', ['-c:v', 'mpeg4', '-q:v', '2', '-bf', '2', '-g', '25']],
    ['mjpeg.avi', ['-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj420p']],
    ['h264.ts', [...x264, '-bf', '2', '-g', '25']],
    ['hevc.mkv', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'keyint=25:log-level=none']],
    ['vp9.webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25', '-b:v', '1M']],
    ['raw.h264', [...x264, '-bf', '0', '-g', '25']],
  ])('%s: pictures, clip and still agree', async (name, codec) => {
    const file = join(dir, name);
    makeVideo('-f', 'lavfi', '-i', 'color=size=320x240:rate=25:duration=6', '-vf', pixels, ...codec, file);
    await using session = await openCameraSession(sessionOptions(fileSource(file), dir));
    const frames: SeenFrame[] = [];
    for await (const frame of session.frames()) frames.push(seen(frame));
    // An AVI with reordered pictures begins one picture late, which is one slot more.
    expect([30, 31]).toContain(frames.length);
    for (const { number, mediaTimeMs } of frames) expect(Math.abs(mediaTimeMs - number * 40)).toBeLessThan(2);
    const still = await session.recorder.still({ atMs: startedAtMs + 3_200, signal });
    const { data, info } = await sharp(still.image).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect(pictureNumber(data, info.width, info.height, info.channels)).toBe(80);
    const filePath = join(dir, `${name}.clip.mp4`);
    const clip = await session.recorder.cutClip({
      fromMs: startedAtMs + 2_400,
      toMs: startedAtMs + 4_000,
      filePath,
      signal,
    });
    const [first] = await readAll(filePath);
    // AVI knows no times of showing: where pictures are reordered, its key frames show up to three later.
    const toleranceMs = name === 'mpeg4.avi' ? 125 : 45;
    expect(Math.abs(clip.capturedFromMs - startedAtMs - (first?.number ?? 0) * 40)).toBeLessThan(toleranceMs);
    expect(clip.capturedFromMs).toBeLessThanOrEqual(startedAtMs + 2_400);
  });

  test('nothing recorded there: one clear error', async () => {
    await using session = await openCameraSession(sessionOptions(fileSource(steady), dir));
    for await (const frame of session.frames()) frame.release();
    const span = { fromMs: startedAtMs - 9_000, toMs: startedAtMs - 8_000 };
    await expect(
      session.recorder.cutClip({ ...span, filePath: join(dir, 'none.mp4'), signal }),
    ).rejects.toMatchObject({
      code: 'INGEST_CLIP_UNAVAILABLE',
    });
  });
});

test('health follows the recording: online, heartbeats in its own time, unknown at its end', async () => {
  const options = sessionOptions(fileSource(steady), dir, { settings: { healthEveryMs: 4_000 } });
  await using session = await openCameraSession(options);
  for await (const frame of session.frames()) frame.release();
  const told = options.told.map(({ state, cause, observedAtMs }) => [
    state,
    cause,
    observedAtMs - startedAtMs,
  ]);
  expect(told[0]).toEqual(['online', 'frames-advance', 0]);
  expect(told.at(-1)).toEqual(['unknown', 'end-of-file', 11_801]);
  expect(told.slice(0, -1).every(([state]) => state === 'online')).toBe(true);
  // A sample with news of the picture is a heartbeat as well.
  const times = told.map(([, , atMs]) => Number(atMs));
  expect(Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0)))).toBeLessThanOrEqual(
    4_200,
  );
  expect(options.told[0]).toMatchObject({
    measuredWidthPx: 320,
    measuredHeightPx: 240,
    codec: 'h264',
    framesPerSecond: 25,
    validForMs: 12_000,
  });
});

describe('bad input', () => {
  const openAll = async (file: string): Promise<number> => (await readAll(file)).length;

  test.each<[string, string, (file: string) => void]>([
    ['a missing file', 'INGEST_FILE_NOT_FOUND', () => undefined],
    [
      'a text file',
      'INGEST_NOT_A_VIDEO',
      (file) => writeFileSync(file, 'Minutes of the meeting, 3 May\n'.repeat(200)),
    ],
    ['an empty file', 'INGEST_NOT_A_VIDEO', (file) => writeFileSync(file, '')],
    [
      'a play list that points elsewhere',
      'INGEST_NOT_A_VIDEO',
      (file) => writeFileSync(file, `ffconcat version 1.0\nfile '${steady}'\n`),
    ],
    [
      'sound only',
      'INGEST_NOT_A_VIDEO',
      (file) => makeVideo('-f', 'lavfi', '-i', 'sine=duration=1', '-f', 'mp4', file),
    ],
    [
      'an MP4 without its end',
      'INGEST_FILE_DAMAGED',
      (file) => writeFileSync(file, readFileSync(steady).subarray(0, 20_000)),
    ],
  ])('%s', async (what, code, make) => {
    const file = join(dir, `${what.replaceAll(' ', '-')}.mp4`);
    make(file);
    const error = await openAll(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect((error as { hint: string }).hint.length).toBeGreaterThan(20);
    expect((error as Error).message).toContain(file);
  });

  test('a copy that was cut off is read as far as it goes, and then said to be cut off', async () => {
    const whole = join(dir, 'faststart.mp4');
    const cut = join(dir, 'cut-off.mp4');
    makeVideo('-i', steady, '-c', 'copy', '-movflags', '+faststart', whole);
    const bytes = readFileSync(whole);
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * 0.5)));
    const options = sessionOptions(fileSource(cut), dir);
    await using session = await openCameraSession(options);
    let count = 0;
    const read = async (): Promise<void> => {
      for await (const frame of session.frames()) {
        frame.release();
        count++;
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'INGEST_FILE_DAMAGED' });
    expect(count).toBeGreaterThan(5);
    expect(options.told.at(-1)).toMatchObject({ state: 'unknown', cause: 'INGEST_FILE_DAMAGED' });
  });

  test('damaged pictures pass and are counted', async () => {
    const damaged = join(dir, 'noisy.ts');
    const clean = join(dir, 'clean.ts');
    makeVideo('-i', steady, '-c', 'copy', clean);
    const bytes = readFileSync(clean);
    for (let at = 20_000; at < bytes.length; at += 1_777) bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    writeFileSync(damaged, bytes);
    await using session = await openCameraSession(sessionOptions(fileSource(damaged), dir));
    let count = 0;
    for await (const frame of session.frames()) {
      frame.release();
      count++;
    }
    expect(count).toBeGreaterThan(10);
    expect(session.decodeErrors).toBeGreaterThan(0);
  });

  test('no ffmpeg: one clear error', async () => {
    const path = process.env['PATH'];
    vi.resetModules();
    const fresh = await import('./index.ts');
    process.env['PATH'] = dir;
    try {
      await expect(fresh.openCameraSession(sessionOptions(fileSource(steady), dir))).rejects.toMatchObject({
        code: 'INGEST_FFMPEG_MISSING',
      });
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('leaves nothing behind', () => {
  test('a reader that leaves, an abort, and 20 sessions: no process, no file descriptor', async () => {
    const openFds = (): number => readdirSync('/proc/self/fd').length;
    const openAndLeave = async (leave: boolean): Promise<void> => {
      const stop = new AbortController();
      await using session = await openCameraSession(
        sessionOptions(fileSource(steady), dir, { signal: stop.signal }),
      );
      let count = 0;
      for await (const frame of session.frames()) {
        frame.release();
        if (++count < 3) continue;
        if (leave) break;
        stop.abort();
      }
      expect(count).toBeLessThan(10);
    };
    await openAndLeave(true);
    const before = openFds();
    for (let i = 0; i < 20; i++) await openAndLeave(i % 2 === 0);
    expect(runningChildren()).toBe(0);
    expect(openFds()).toBeLessThanOrEqual(before + 1);
  });

  test('even kill −9 of this process leaves no ffmpeg', async () => {
    const script = join(dir, 'replay.ts');
    const ingest = JSON.stringify(join(import.meta.dirname, 'testing', 'session.ts'));
    const door = JSON.stringify(join(import.meta.dirname, 'index.ts'));
    writeFileSync(
      script,
      `import { openCameraSession } from ${door};
       import { fileSource, sessionOptions } from ${ingest};
       const session = await openCameraSession(sessionOptions(fileSource(${JSON.stringify(steady)}), ${JSON.stringify(dir)}, { pace: 'replayRealtime' }));
       for await (const frame of session.frames()) {
         frame.release();
         console.log('frame');
       }`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const [pid] = childrenOf(child.pid ?? 0);
    expect(pid).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await expect.poll(() => isRunning(pid ?? 0), { timeout: 5_000 }).toBe(false);
  });

  test('a name with blanks, quotes and a leading dash is only a name', async () => {
    const odd = join(dir, `-i "it's" 50% a:b.mp4`);
    copyFileSync(steady, odd);
    expect(await readAll(odd)).toHaveLength(60);
  });
});
