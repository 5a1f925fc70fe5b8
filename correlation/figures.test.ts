import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CameraHealth,
  cameraHealthTable,
  cameraTable,
  type CameraState,
  keyPlaceTable,
  measuredStreamTable,
  stateIntervalTable,
} from '../contracts/index.ts';
import { openLog } from '../kernel/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { readCameraFile, readKeyPlaces } from './cameras/index.ts';
import { openFigures } from './figures.ts';

const sample = join(import.meta.dirname, '..', 'sample');
const watched = '33020300001320000101';
const startMs = Date.parse('2026-06-15T08:30:00+08:00');

const health = (seconds: number, state: CameraState): CameraHealth => ({
  cameraId: watched,
  areaCode: '330203540000',
  observedAtMs: startMs + seconds * 1_000,
  state,
  cause: state,
  validForMs: 30_000,
  measuredWidthPx: state === 'online' ? 768 : null,
  measuredHeightPx: state === 'online' ? 576 : null,
  codec: 'h264',
  framesPerSecond: 10,
  lastFrameAtMs: state === 'online' ? startMs + seconds * 1_000 : null,
  framesDropped: 0,
  clockOffsetMs: null,
  facts: null,
  picture: null,
  clock: null,
  recording: null,
});

let dir: string;
let store: Store;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-figures-'));
  store = await openStore({ kind: 'embedded' }, { dataDir: dir, log: openLog({ level: 'error' }) });
  const { cameras } = readCameraFile(await readFile(join(sample, 'cameras.csv')), 'cameras.csv', 1);
  const { places } = readKeyPlaces(
    await readFile(join(sample, 'key-places.geojson')),
    'key-places.geojson',
    1,
  );
  await store.insert(cameraTable, cameras, { deduplicationToken: 'cameras' });
  await store.insert(keyPlaceTable, places, { deduplicationToken: 'places' });
  const samples = [0, 10, 20, 30].map((seconds) => health(seconds, 'online'));
  const probe = { cameraId: watched, source: 'probe', ordinal: 0, updatedAtMs: startMs } as const;
  await store.insert(
    stateIntervalTable,
    [
      { ...probe, state: 'online', cause: 'online', fromMs: startMs, toMs: startMs + 40_000 },
      { ...probe, state: 'offline', cause: 'offline', fromMs: startMs + 40_000, toMs: startMs + 70_000 },
    ],
    { deduplicationToken: 'states' },
  );
  const size = { ipAddress: null, widthPx: 768, heightPx: 576, codec: 'h264' };
  await store.insert(
    measuredStreamTable,
    [{ ...probe, ...size, measuredAtMs: startMs, lastPullAtMs: startMs + 30_000 }],
    { deduplicationToken: 'stream' },
  );
  await store.insert(cameraHealthTable, [...samples, health(40, 'offline')], {
    deduplicationToken: 'health',
  });
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const figuresAsOf = (asOf: 'now' | 'latestData') =>
  openFigures(store, { nowMs: () => Date.parse('2027-01-01T00:00:00Z'), asOf });

test('recorded material is judged as of its newest frame, from midnight of that day', async () => {
  const report = await figuresAsOf('latestData').report({});
  expect(report).toMatchObject({
    asOfMs: startMs + 30_000,
    toMs: startMs + 30_000,
    fromMs: Date.parse('2026-06-15T00:00:00+08:00'),
    scope: 'district',
  });
  const now = report.figures.find(({ metric }) => metric === 'M7b');
  expect(now?.rows.find(({ cameraId }) => cameraId === watched)?.because).toBe('online');
});

test('online seconds are those that health samples carry, over the window that was asked for', async () => {
  const window = { fromMs: startMs, toMs: startMs + 60_000 };
  const { figures } = await figuresAsOf('now').report(window);
  const rows = figures.find(({ metric }) => metric === 'M7')?.rows ?? [];
  expect(rows.find(({ cameraId }) => cameraId === watched)).toMatchObject({ numerator: 40, denominator: 60 });
});

test('a measured size decides what is HD, whatever the file declares', async () => {
  const { figures } = await figuresAsOf('latestData').report({});
  const hd = figures.find(({ metric }) => metric === 'M5b');
  expect(hd?.rows.find(({ cameraId }) => cameraId === watched)).toMatchObject({
    numerator: 0,
    because: 'measured 768×576, less than 1280×720',
  });
});

test('a scope or window that is none is refused', async () => {
  await expect(figuresAsOf('now').report({ scope: 'galaxy' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  await expect(figuresAsOf('now').report({ fromMs: 2_000, toMs: 1_000 })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});
