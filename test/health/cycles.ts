import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraHealth, RecordedSpan } from '../../contracts/index.ts';
import { openCameraSession, resolveCameraSource } from '../../ingest/index.ts';
import { checkConfig, openLog, systemClock } from '../../kernel/index.ts';
import { type RtspServer, startRtspServer } from '../rtsp/index.ts';

const login = { user: 'viewer', password: 'p4ss-w0rd' };
const ways = ['stop', 'stall', 'restart'] as const;
const giveUpMs = 90_000;

/** How one camera came through its outages. */
export interface CycleResult {
  readonly cycles: number;
  /** From the server's return to the sample that says online; the slowest. */
  readonly slowestReturnMs: number;
  /** Outages that the recording does not show as a gap. */
  readonly hiddenGaps: readonly string[];
  /** Open files of this process with the camera streaming: after the first return, and at the end. */
  readonly filesAtFirst: number;
  readonly filesAtEnd: number;
}

/** Processes that this one started and that still live, by command. */
export async function ownChildren(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(join('/proc', pid, 'stat'), 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent === process.pid) found.push(stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')));
  }
  return found;
}

const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

/**
 * Watch one camera while its server is stopped, stalled and restarted in turn.
 * @param file looped by the server; key frames a second apart or less.
 */
export async function runCycles(options: {
  readonly file: string;
  readonly dir: string;
  readonly cycles: number;
  readonly name: string;
}): Promise<CycleResult> {
  const { file, dir, cycles, name } = options;
  const clock = systemClock;
  let server: RtspServer = await startRtspServer({ file, mode: 'loop', ...login });
  const { port } = server;
  const config = checkConfig({
    dataDir: dir,
    ingest: {
      frameGapTimeoutMs: 2_000,
      offlineAfterMs: 1_500,
      connectTimeoutMs: 4_000,
      reconnectMinMs: 200,
      reconnectMaxMs: 600,
      segmentMs: 500,
      healthEveryMs: 1_000,
    },
  });
  const stop = new AbortController();
  const told: CameraHealth[] = [];
  const source = await resolveCameraSource(
    {
      name,
      source: server.url.replace('rtsp://', `rtsp://${login.user}:${login.password}@`),
      zones: [],
    },
    { config, environment: {}, acceptsInlineCredential: true },
  );
  const session = await openCameraSession({
    source,
    settings: config.ingest,
    pace: 'live',
    recordingDir: join(dir, 'recordings'),
    clock,
    log: openLog({ level: 'silent' }),
    onHealth: (sample) => told.push(sample),
    signal: stop.signal,
  });
  const reading = (async () => {
    for await (const frame of session.frames()) frame.release();
  })();

  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    const giveUpAt = clock.monotonicMs() + giveUpMs;
    while (!isSo()) {
      if (clock.monotonicMs() > giveUpAt)
        throw new Error(`${name}: ${what} did not come: ${told.at(-1)?.cause}`);
      await clock.sleep(50);
    }
  };
  /** Streaming, and written to disk since. */
  const isBack = (sinceMs: number) => (): boolean => {
    const newest = told.at(-1);
    return (
      newest?.state === 'online' &&
      newest.facts?.recordingWritten.holds === 'yes' &&
      (newest.recording?.toMs ?? 0) > sinceMs
    );
  };
  const outages: Outage[] = [];
  let slowestReturnMs = 0;
  let filesAtFirst = 0;
  try {
    await until('the first picture', isBack(0));
    for (let cycle = 0; cycle < cycles; cycle++) {
      const way = ways[cycle % ways.length] ?? 'stop';
      const fromMs = clock.nowMs();
      const before = told.length;
      if (way === 'stall') server.pause();
      else await server.stop();
      // A stall that ends before the session is given up loses nothing: what waited is sent, and recorded.
      const isLost = ({ state, facts }: CameraHealth): boolean =>
        state === 'offline' && facts?.sessionOpen.holds === 'no';
      if (way !== 'restart') await until('offline', () => told.slice(before).some(isLost));
      if (way === 'stall') server.resume();
      else server = await startRtspServer({ file, mode: 'loop', port, ...login });
      const toMs = clock.nowMs();
      await until('the return', isBack(toMs));
      const back = told.find(({ state, observedAtMs }) => state === 'online' && observedAtMs > toMs);
      slowestReturnMs = Math.max(slowestReturnMs, (back?.observedAtMs ?? clock.nowMs()) - toMs);
      outages.push({ way, fromMs, backAtMs: clock.nowMs() });
      if (cycle === 0) filesAtFirst = await openFiles();
    }
    const filesAtEnd = await openFiles();
    return {
      cycles,
      slowestReturnMs,
      filesAtFirst,
      filesAtEnd,
      hiddenGaps: outages
        .filter((outage) => !isGap(outage, stretchesOf(told)))
        .map(({ way, fromMs, backAtMs }) => `${way} of ${backAtMs - fromMs} ms`),
    };
  } finally {
    stop.abort();
    await reading.catch(() => undefined);
    await session[Symbol.asyncDispose]();
    await server.stop();
  }
}

/** The stretches of recording as the samples told them, each at its longest. */
const stretchesOf = (told: readonly CameraHealth[]): RecordedSpan[] => [
  ...new Map(
    told.flatMap(({ recording }) => (recording === null ? [] : [[recording.fromMs, recording] as const])),
  ).values(),
];

/** Away from `fromMs`; at `backAtMs` it was recorded again. */
interface Outage {
  readonly way: (typeof ways)[number];
  readonly fromMs: number;
  readonly backAtMs: number;
}

/** The recording begins anew after an outage. What is missing for two seconds at most is no gap (rule R15). */
const isGap = ({ fromMs, backAtMs }: Outage, stretches: readonly RecordedSpan[]): boolean =>
  backAtMs - fromMs <= 2_500 ||
  stretches.some((stretch) => fromMs < stretch.fromMs && stretch.fromMs < backAtMs);
