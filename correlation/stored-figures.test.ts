import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  archiveRowTable,
  cameraTable,
  type Figure,
  keyPlaceTable,
  type MeasureScorecard,
} from '../contracts/index.ts';
import { openLog } from '../kernel/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { material } from '../test/material.ts';
import { readCameraFile, readKeyPlaces } from './cameras/index.ts';
import { type Figures, openFigures, scopeKinds } from './figures.ts';
import {
  compareWithReference,
  districtFilesIn,
  importHistory,
  readFolderMeta,
  Reference,
} from './history/index.ts';
import type { District } from './measures/index.ts';

const dir = material('data/district-month');
const folder = dir ?? '';

const noDistrict: District = {
  cameras: [],
  keyPlaces: [],
  states: new Map(),
  measured: new Map(),
  catalogue: null,
  buildings: [],
  window: { fromMs: 0, toMs: 1 },
  instantMs: 0,
  reference: { lonDeg: 0, latDeg: 0 },
};

describe.skipIf(dir === null)('a month of 2,000 cameras from the store (needs data/district-month)', () => {
  let dataDir: string;
  let store: Store;
  let figures: Figures;
  let window: { fromMs: number; toMs: number };

  async function importListings(nowMs: number): Promise<void> {
    for (const { kind, fileName } of await districtFilesIn(folder)) {
      const content = await readFile(join(folder, fileName));
      if (kind === 'key-places') {
        const { places } = readKeyPlaces(content, fileName, nowMs);
        await store.insert(keyPlaceTable, places, { deduplicationToken: `places ${nowMs}` });
      } else await importHistory(store, kind, fileName, content, { nowMs });
    }
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-stored-figures-'));
    store = await openStore({ kind: 'embedded' }, { dataDir, log: openLog({ level: 'error' }) });
    const meta = await readFolderMeta(folder);
    window = { fromMs: meta.from, toMs: meta.to };
    const { cameras, archive } = readCameraFile(
      await readFile(join(folder, 'cameras-gbk.csv')),
      'cameras-gbk.csv',
      meta.asOf,
    );
    const rows = [...archive].map(([cameraId, row]) => ({ ...row, cameraId, updatedAtMs: meta.asOf }));
    await store.insert(cameraTable, cameras, { deduplicationToken: 'cameras' });
    await store.insert(archiveRowTable, rows, { deduplicationToken: 'archive' });
    await importListings(meta.asOf);
    figures = openFigures(store, { nowMs: () => meta.asOf + 86_400_000, asOf: 'now' });
  }, 300_000);

  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true, force: true });
  });

  const byScope = ({ scopes }: MeasureScorecard): Map<string, readonly Figure[]> =>
    new Map(scopes.map(({ scope, figures: list }) => [scope, list]));

  test('every figure of 49 scopes is the one computed elsewhere, though nobody tells the store its middle or its evening', async () => {
    const whole: unknown = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
    const reference = Reference.parse(whole);
    const found = byScope(await figures.scorecard(window, scopeKinds));
    const { comparedCount, mismatches } = compareWithReference(
      noDistrict,
      { ...reference, exclusionVerdicts: [], capCuts: [], perCamera: {} },
      (scope) => found.get(scope) ?? null,
    );
    expect(mismatches).toEqual([]);
    expect(comparedCount).toBeGreaterThan(5_000);
    expect([...found.keys()].filter((scope) => scope.startsWith('owner:')).length).toBeGreaterThan(1);
  }, 120_000);

  test('importing everything a second time changes nothing', async () => {
    const before = await figures.scorecard(window, ['district', 'street']);
    await importListings(window.toMs + 3_600_000);
    expect(await figures.scorecard(window, ['district', 'street'])).toEqual(before);
  }, 300_000);

  test('a figure opens page by page to the cameras that cost most, down to the seconds of one of them', async () => {
    const query = { ...window, scope: 'street:330203003' };
    const first = await figures.rows(query, { metric: 'M7', offset: 0, limit: 50 });
    const second = await figures.rows(query, { metric: 'M7', offset: 50, limit: 50 });
    const costs = [...first.rows, ...second.rows].map((row) => row.denominator - row.numerator);
    expect(costs).toHaveLength(100);
    expect(costs).toEqual(costs.toSorted((a, b) => b - a));
    expect(first.total).toBe(first.figure.rowCount);
    const costliest = first.rows[0];
    const period = await figures.camera(window, costliest?.cameraId ?? '');
    const m7 = period.figures.find(({ metric }) => metric === 'M7');
    expect(m7).toMatchObject({ numerator: costliest?.numerator, denominator: costliest?.denominator });
    const spanned = period.states.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    expect(spanned).toBe(window.toMs - window.fromMs);
  }, 60_000);

  test('days add up to the window, in a street as in the district', async () => {
    for (const scope of ['district', 'street:330203003']) {
      const report = await figures.report({ ...window, scope }, { metrics: ['M7'], mostRows: 0 });
      const days = await figures.scorecard({ ...window, scope }, ['day'], { metrics: ['M7'] });
      const sum = (of: (figure: Figure) => number): number =>
        days.scopes.reduce(
          (total, one) => total + (one.figures[0] === undefined ? 0 : of(one.figures[0])),
          0,
        );
      expect(days.scopes).toHaveLength(30);
      expect(sum((figure) => figure.numerator)).toBe(report.figures[0]?.numerator);
      expect(sum((figure) => figure.denominator)).toBe(report.figures[0]?.denominator);
    }
  }, 60_000);

  test('what a person typed in afterwards is told beside the online rate', async () => {
    const { figures: list } = await figures.report(window, { metrics: ['M7'], mostRows: 0 });
    const variants = list[0]?.variants;
    expect(variants?.['manualSeconds']).toBeGreaterThan(0);
    expect(variants?.['withoutManual']).not.toBe(list[0]?.value);
  }, 60_000);

  test('a planned camera at the largest blind spot gains ground, and blind spots come largest first', async () => {
    const spots = await figures.blindSpots(window, { offset: 0, limit: 20 });
    expect(spots.items.map(({ size }) => size)).toEqual(
      spots.items.map(({ size }) => size).toSorted((a, b) => b - a),
    );
    const at = spots.items[0]?.at ?? { lonDeg: 0, latDeg: 0 };
    const wide = { horizontalFieldAngleDeg: 360, headingDeg: 0, viewDistanceM: 30 };
    const { items } = await figures.whatIf(window, { ...at, ...wide, pointClass: 1 });
    expect(Math.max(...items.map(({ gained }) => gained))).toBeGreaterThan(10);
    for (const { gained } of items) expect(gained).toBeGreaterThanOrEqual(0);
  }, 60_000);
});
