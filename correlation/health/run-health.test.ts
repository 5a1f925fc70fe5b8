import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bus, openBus } from '../../bus/index.ts';
import {
  type CameraHealth,
  cameraHealth,
  faultTicketTable,
  recordingSegmentTable,
  stateIntervalTable,
} from '../../contracts/index.ts';
import { openLog, systemClock } from '../../kernel/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import { healthHistoryGroup, runHealthHistory } from './run-health.ts';

const log = openLog({ level: 'silent' });
const limits = { class1: 12, class2: 24, class3: 48, other: 72 };
const cameraId = '33020300001320000101';
const baseMs = 1_000_000_000_000;
let dataDir: string;
let bus: Bus;
let store: Store;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-history-'));
  bus = await openBus({ kind: 'embedded', retentionHours: 1 }, { dataDir, clock: systemClock, log });
  store = await openStore({ kind: 'embedded' }, { dataDir, log });
});
afterAll(async () => {
  await bus[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const sample = (atS: number, state: 'online' | 'offline', lastSignS: number): CameraHealth => {
  const holds = state === 'online' ? 'yes' : 'no';
  const sinceMs = baseMs + lastSignS * 1_000;
  const fact = { holds, sinceMs, cause: '' } as const;
  return {
    cameraId,
    areaCode: '330203540000',
    observedAtMs: baseMs + atS * 1_000,
    state,
    cause: state === 'online' ? 'frames-advance' : 'INGEST_RTSP_UNREACHABLE',
    validForMs: 30_000,
    measuredWidthPx: 1_920,
    measuredHeightPx: 1_080,
    codec: 'h264',
    framesPerSecond: 25,
    lastFrameAtMs: sinceMs,
    framesDropped: 0,
    clockOffsetMs: null,
    facts: {
      reachable: fact,
      sessionOpen: fact,
      framesAdvance: fact,
      pictureUsable: fact,
      recordingWritten: fact,
    },
    picture: null,
    clock: null,
    recording: state === 'online' ? { fromMs: baseMs, toMs: baseMs + atS * 1_000, keptMs: 600_000 } : null,
  };
};

/** Publish, let a worker take everything, and stop it: as often as a process is restarted. */
async function taken(samples: readonly CameraHealth[]): Promise<void> {
  await bus.publish(cameraHealth, samples);
  const stop = new AbortController();
  const running = runHealthHistory({ bus, store, clock: systemClock, log, limits, signal: stop.signal });
  await expect.poll(async () => await bus.lag(cameraHealth, healthHistoryGroup), { timeout: 30_000 }).toBe(0);
  stop.abort();
  await running;
}

test('history goes on over restarts of the worker: one interval per state, one ticket per fault', async () => {
  const every10S = (fromS: number, toS: number, make: (atS: number) => CameraHealth): CameraHealth[] =>
    Array.from({ length: (toS - fromS) / 10 }, (_, index) => make(fromS + 10 * index));
  await taken(every10S(10, 100, (atS) => sample(atS, 'online', atS)));
  await taken(every10S(100, 200, (atS) => sample(atS, 'offline', 94)));
  await taken(every10S(200, 400, (atS) => sample(atS, 'offline', 94)));
  await taken(every10S(400, 500, (atS) => sample(atS, 'online', atS)));

  const states = await store.find(stateIntervalTable, { orderBy: 'fromMs' });
  expect(states.map(({ state, fromMs, toMs }) => [state, fromMs - baseMs, (toMs ?? 0) - baseMs])).toEqual([
    ['online', 10_000, 100_000],
    ['offline', 100_000, 400_000],
    ['online', 400_000, 520_000],
  ]);
  expect(await store.find(faultTicketTable)).toMatchObject([
    {
      kind: 'offline',
      occurredAtMs: baseMs + 94_000,
      detectedAtMs: expect.any(Number),
      repairedAtMs: baseMs + 400_000,
      limitHours: 72,
    },
  ]);
  expect((await store.find(recordingSegmentTable)).map(({ toMs }) => toMs - baseMs)).toContain(490_000);
}, 120_000);
