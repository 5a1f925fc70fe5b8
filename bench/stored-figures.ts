import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bench } from 'tinybench';
import {
  archiveRowTable,
  cameraTable,
  clockCheckTable,
  imageCheckTable,
  type KeyPlace,
  keyPlaceTable,
  measuredStreamTable,
  recordingSegmentTable,
  stateIntervalTable,
} from '../contracts/index.ts';
import { importHistory, openFigures, readCameraFile } from '../correlation/index.ts';
import { openLog } from '../kernel/index.ts';
import { openStore, type Store } from '../store/index.ts';

const dayMs = 86_400_000;
const fromMs = Date.parse('2026-09-01T00:00:00+08:00');
const toMs = Date.parse('2026-10-01T00:00:00+08:00');
const perStreet = 250;

/** Numbers that are the same in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A made-up district: as many rows per camera and as dense on the ground as the real listings it stands for. */
function madeDistrict(cameraCount: number) {
  const roll = dice(cameraCount);
  const sideDeg = 0.05 * Math.sqrt(cameraCount / 2_000);
  const place = (): [number, number] => [121.5 + roll() * sideDeg, 29.85 + roll() * sideDeg];
  const codeOf = (i: number): string => `33020300001320${String(i).padStart(6, '0')}`;
  const streetOf = (i: number): string => `330203${String(1 + Math.floor(i / perStreet)).padStart(3, '0')}`;
  const header =
    '设备编码,设备名称,行政区域,监控点位类型,所属辖区公安机关,所属街道,设备状态,经度,纬度,朝向角,水平视场角,垂直视场角,俯角,安装高度,可视距离,建设类型,管理单位,安装时间,录像保存天数';
  const cameraRows = Array.from({ length: cameraCount }, (_, i) =>
    [
      codeOf(i),
      `camera ${i}`,
      '330203',
      (i % 3) + 1,
      `3302035${(i % 8) + 1}0000`,
      streetOf(i),
      1,
      ...place().map((degrees) => degrees.toFixed(6)),
      Math.floor(roll() * 360),
      '60,35,15,6,50',
      (i % 3) + 1,
      `owner ${i % 4}`,
      '2023-05-01',
      30,
    ].join(','),
  );
  const meta = { source: 'listing', ordinal: 0, updatedAtMs: toMs } as const;
  const history = Array.from({ length: cameraCount }, (_, i) => {
    const cameraId = codeOf(i);
    const cuts = [fromMs - dayMs, ...Array.from({ length: 6 }, () => fromMs + roll() * 30 * dayMs), toMs]
      .map((atMs) => Math.floor(atMs / 1_000) * 1_000)
      .toSorted((a, b) => a - b);
    const spans = cuts.slice(0, -1).map((start, k) => ({ fromMs: start, toMs: cuts[k + 1] ?? toMs }));
    return {
      states: spans
        .filter((span) => span.toMs > span.fromMs)
        .map((span, k) => ({
          cameraId,
          ...span,
          state: k % 2 === 0 ? ('online' as const) : ('offline' as const),
          cause: 'power',
          ...meta,
        })),
      images: Array.from({ length: 57 }, (_one, k) => ({
        cameraId,
        checkedAtMs: fromMs + Math.floor(k * 12.5 * 3_600 + roll() * 1_800) * 1_000,
        pass: k % 2 === 0 ? ('day' as const) : ('night' as const),
        result: roll() < 0.97 ? 'normal' : 'blur',
        ...meta,
      })),
      recordings: Array.from({ length: 16 }, (_one, k) => ({
        cameraId,
        fromMs: fromMs + k * 2 * dayMs - dayMs,
        toMs: fromMs + (k + 1) * 2 * dayMs - dayMs - Math.floor(roll() * 3_600) * 1_000,
        deletedAtMs: null,
        ...meta,
      })),
      clocks: Array.from({ length: 3 }, (_one, k) => ({
        cameraId,
        measuredAtMs: fromMs + k * 9 * dayMs + Math.floor(roll() * dayMs),
        offsetS: (roll() - 0.5) * 80,
        errorS: 0.5,
        ...meta,
      })),
      stream: {
        cameraId,
        measuredAtMs: toMs - dayMs,
        ipAddress: null,
        widthPx: roll() < 0.9 ? 1_920 : 704,
        heightPx: 576,
        codec: 'H264',
        lastPullAtMs: toMs - 3_600_000,
        ...meta,
      },
    };
  });
  const keyPlaces = Array.from({ length: Math.round(cameraCount * 0.15) }, (_, i): KeyPlace => {
    const [lon, lat] = place();
    const [w, h] = [0.0004, 0.0003];
    const corners = [
      [lon, lat],
      [lon + w, lat],
      [lon + w, lat + h],
      [lon, lat + h],
      [lon, lat],
    ] as [number, number][];
    const geometry =
      i % 2 === 0
        ? { type: 'Point' as const, coordinates: [lon, lat] as [number, number] }
        : i % 4 === 1
          ? { type: 'Polygon' as const, coordinates: [corners] }
          : { type: 'LineString' as const, coordinates: corners.slice(0, 3) };
    return {
      keyPlaceId: `KP${i}`,
      name: `place ${i}`,
      kind: '广场',
      geometry,
      laneType: geometry.type === 'LineString' ? 'nonMotor' : null,
      areaCode: '330203510000',
      streetCode: streetOf((i * 7) % cameraCount),
      boundCameraIds: [codeOf((i * 13) % cameraCount)],
      updatedAtMs: toMs,
    };
  });
  const buildings = Array.from({ length: Math.round(cameraCount * 0.13) }, (_, i) => {
    const [lon, lat] = place();
    const ring = [
      [lon, lat],
      [lon + 0.0002, lat],
      [lon + 0.0002, lat + 0.0002],
      [lon, lat],
    ];
    return {
      type: 'Feature',
      properties: { id: `B${i}` },
      geometry: { type: 'Polygon', coordinates: [ring] },
    };
  });
  return { cameraFile: [header, ...cameraRows].join('\n'), history, keyPlaces, buildings };
}

async function fill(store: Store, cameraCount: number): Promise<void> {
  const { cameraFile, history, keyPlaces, buildings } = madeDistrict(cameraCount);
  const { cameras, archive } = readCameraFile(new TextEncoder().encode(cameraFile), 'cameras.csv', toMs);
  if (cameras.length !== cameraCount) throw new Error(`only ${cameras.length} cameras were read`);
  const token = { deduplicationToken: 'bench' };
  const rows = [...archive].map(([cameraId, row]) => ({ ...row, cameraId, updatedAtMs: toMs }));
  await store.insert(cameraTable, cameras, token);
  await store.insert(archiveRowTable, rows, token);
  await store.insert(keyPlaceTable, keyPlaces, token);
  await store.insert(
    stateIntervalTable,
    history.flatMap(({ states }) => states),
    token,
  );
  await store.insert(
    imageCheckTable,
    history.flatMap(({ images }) => images),
    token,
  );
  await store.insert(
    recordingSegmentTable,
    history.flatMap(({ recordings }) => recordings),
    token,
  );
  await store.insert(
    clockCheckTable,
    history.flatMap(({ clocks }) => clocks),
    token,
  );
  await store.insert(
    measuredStreamTable,
    history.map(({ stream }) => stream),
    token,
  );
  const outlines = JSON.stringify({ type: 'FeatureCollection', features: buildings });
  await importHistory(store, 'buildings', 'buildings.geojson', new TextEncoder().encode(outlines), {
    nowMs: toMs,
  });
}

/**
 * Budget: all of M1–M16 for a month of any scope, out of the store, within 1 s at 2,000 cameras and 3 s at 10,000; `first`
 * loads the month, `again` finds it in memory. The engine allows one store per process: it is closed with the bench.
 */
export async function storedFiguresBench(cameraCount: number): Promise<Bench> {
  const bench = new Bench({
    name: `a month of ${cameraCount} cameras from the store`,
    time: 1,
    iterations: 3,
    warmup: false,
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-bench-'));
  const store = await openStore({ kind: 'embedded' }, { dataDir, log: openLog({ level: 'warn' }) });
  bench.addEventListener('complete', () => {
    void store[Symbol.asyncDispose]().then(async () => rm(dataDir, { recursive: true, force: true }));
  });
  await fill(store, cameraCount);
  const figuresOf = () => openFigures(store, { nowMs: () => toMs + dayMs, asOf: 'now' });
  const kept = figuresOf();
  const month = { month: '2026-09' };
  const ask = async (figures: typeof kept, scope: string): Promise<void> => {
    const { figures: list } = await figures.report({ ...month, scope }, { mostRows: 200 });
    if (list.length < 25 || list.every(({ value }) => value === null)) throw new Error('no figures');
  };
  await ask(kept, 'district');
  bench.add('district, first', async () => ask(figuresOf(), 'district'));
  bench.add('district, again', async () => ask(kept, 'district'));
  bench.add('one street, first', async () => ask(figuresOf(), 'street:330203001'));
  bench.add('one street, again', async () => ask(kept, 'street:330203001'));
  bench.add('five figures of all streets, again', async () => {
    const { scopes } = await kept.scorecard(month, ['street'], { metrics: ['M1', 'M5', 'M6', 'M7', 'M8'] });
    if (scopes.length !== cameraCount / perStreet) throw new Error(`${scopes.length} streets`);
  });
  bench.add('M7 and M8 by day, again', async () => {
    await kept.scorecard(month, ['day'], { metrics: ['M7', 'M8'] });
  });
  return bench;
}
