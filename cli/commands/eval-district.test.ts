import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evalImport } from './eval-import.ts';
import { evalMeasures } from './eval-measures.ts';

const a = '33020300001320000101';
const b = '33020300001320000102';
const columns =
  '设备编码,设备名称,设备厂商,行政区域,监控点位类型,安装地址,经度,纬度,坐标系,位置类型,联网属性,所属辖区公安机关,所属街道,安装时间,管理单位,管理单位联系方式,录像保存天数,设备状态,所属部门/行业,分辨率,朝向角';
const camera = (code: string, heading: string, days = '30'): string =>
  `${code},中山西路1号,厂商甲,330203,1,中山西路1号,121.53,29.87,WGS-84,4,1,330203540000,330203001,2023-05-01,街道,0574,${days},1,08,1920*1080,${heading}`;
const collection = (...features: unknown[]): string =>
  JSON.stringify({ type: 'FeatureCollection', features });
const street = {
  type: 'Feature',
  properties: { level: 'street', code: '330203001' },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [121.52, 29.86],
        [121.54, 29.86],
        [121.54, 29.88],
        [121.52, 29.88],
        [121.52, 29.86],
      ],
    ],
  },
};

/** Two cameras over one day: one online all the time, the other for half of it and excluded for a quarter. */
const files: Readonly<Record<string, string | Uint8Array>> = {
  'meta.json': JSON.stringify({
    district: '330203',
    from: '2026-06-15T00:00:00+08:00',
    to: '2026-06-16T00:00:00+08:00',
    asOf: '2026-06-16T00:00:00+08:00',
    instant: '2026-06-15T22:30:00+08:00',
    reference: { lon0: 121.53, lat0: 29.87 },
  }),
  'cameras.csv': `\uFEFF${[columns, camera(a, '0'), camera(b, '90')].join('\r\n')}`,
  'streets.geojson': collection(street),
  'buildings.geojson': collection(),
  'key-places.geojson': collection(),
  'states.csv': [
    'code,state,fromISO,toISO,cause',
    `${a},online,2026-06-15T00:00:00+08:00,,`,
    `${b},online,2026-06-15T00:00:00+08:00,2026-06-15T12:00:00+08:00,`,
    `${b},offline,2026-06-15T12:00:00+08:00,2026-06-16T00:00:00+08:00,power`,
    `${b},offline,2026-06-15T12:00:00+08:00,2026-06-15T12:00:00+08:00,zeroLength`,
  ].join('\n'),
  'exclusions.csv': [
    'id,cameraCode,from,to,reason,approver,createdAt,evidence',
    `X1,${b},2026-06-15T18:00:00+08:00,2026-06-16T00:00:00+08:00,plannedMaintenance,p,2026-06-14T00:00:00+08:00,`,
  ].join('\n'),
  'prober-outages.csv': 'id,policeCode,from,to,reason,loggedAt\n',
  'image-checks.csv.gz': gzipSync('code,time,pass,result\n'),
  'recordings.csv.gz': gzipSync('code,from,to\n'),
  'streams.csv': `code,ip,width,height,codec,measuredAt,lastPullOk\n${a},10.0.0.1,1920,1080,,,\n${b},10.0.0.2,704,576,,,\n`,
  'catalog.csv': 'code,name\n',
  'clocks.csv': 'code,measuredAt,offsetSeconds\n',
  'osd-checks.csv': 'code,time,dateTimePresent,dateTimeMoving,placeNameMatches,sceneNotCovered\n',
  'faults.csv': 'id,code,kind,occurredAt,detectedAt,repairedAt,limitHours\n',
  'expected.json': JSON.stringify({
    notes: { stateRowsIgnored: 1 },
    scopes: {
      district: {
        M5b: {
          value: 0.5,
          numerator: 1,
          denominator: 2,
          tolerance: { abs: 1e-9 },
          sampleCoverage: 1,
          status: 'ok',
          fullHd: 1,
        },
        M7: {
          value: 36 / 42,
          numerator: 36 * 3_600,
          denominator: 42 * 3_600,
          tolerance: { abs: 1e-9 },
          sampleCoverage: 1,
          status: 'ok',
          raw: { value: 0.75, numerator: 36 * 3_600, denominator: 48 * 3_600 },
          excluded: { records: 1, cameras: 1, approvedSeconds: 6 * 3_600 },
        },
      },
    },
    exclusionVerdicts: [{ id: 'X1', cameraCode: b, verdict: 'accepted' }],
  }),
  'cameras-defects.csv': `\uFEFF${[columns, camera(a, '0', '７０'), camera(b, '-400')].join('\r\n')}`,
  'baseline-warnings.json': '[]',
  'defects.json': JSON.stringify([
    { row: 1, line: 2, column: '录像保存天数', kind: 'fullwidth_digits', severity: 'repairable' },
    { row: 2, line: 3, column: '朝向角', kind: 'heading_range', severity: 'error' },
  ]),
};

let dir: string;
let said: string;
const signal = new AbortController().signal;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-eval-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(dir, { recursive: true });
});

async function change(name: string, from: string, to: string): Promise<void> {
  const content = await readFile(join(dir, name), 'utf8');
  expect(content).toContain(from);
  await writeFile(join(dir, name), content.replace(from, to));
}

test('figures that are all equal are said to be, and written where asked', async () => {
  const json = join(dir, 'result.json');
  await evalMeasures(dir, { json }, signal);
  expect(said).toMatch(
    /9 rows imported .* 0 refused; \d+ values of 1 scopes from 1 camera files .* 0 differ/,
  );
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ mismatches: [], scopeCount: 1 });
});

test.each([
  ['a numerator', 'expected.json', '"numerator":129600', '"numerator":129601', /M7 +numerator/],
  ['a verdict', 'expected.json', '"accepted"', '"filedLate"', /X1 +verdict/],
  ['a variant', 'expected.json', '"fullHd":1', '"fullHd":2', /M5b +fullHd/],
  ['a figure nobody computes', 'expected.json', '"M5b"', '"M99"', /M99 +figure +there ≠ missing/],
  ['a refused row', 'states.csv', ',power', '\nnothing,asleep,,,', /states.csv line 5/],
])('%s that differs misses the goal and is named', async (_what, name, from, to, named) => {
  await change(name, from, to);
  await expect(evalMeasures(dir, {}, signal)).rejects.toMatchObject({ code: 'EVAL_GOAL_MISSED' });
  expect(said).toMatch(named);
});

test('a folder without cameras is told so', async () => {
  await rm(join(dir, 'cameras.csv'));
  await expect(evalMeasures(dir, {}, signal)).rejects.toMatchObject({ code: 'IMPORT_FILE_NOT_FOUND' });
});

test('planted defects are named and repaired; a repair that does not restore the camera misses the goal', async () => {
  await change('cameras-defects.csv', '７０', '３０');
  await evalImport(dir, {}, signal);
  expect(said).toMatch(
    /^2 of 2 defects of 2 kinds named, 0 false alarms, 1 of 1 repairs restored; 1 rows taken, 1 refused/,
  );
  await change('cameras-defects.csv', '３０', '７０');
  await expect(evalImport(dir, {}, signal)).rejects.toMatchObject({ code: 'EVAL_GOAL_MISSED' });
  expect(said).toMatch(/not restored: row 1/);
});

test('a defect in another place, and an objection nobody planted, are told apart', async () => {
  await change('cameras-defects.csv', '７０', '３０');
  await change('defects.json', '"line":3', '"line":4');
  await expect(evalImport(dir, {}, signal)).rejects.toMatchObject({ code: 'EVAL_GOAL_MISSED' });
  expect(said).toMatch(/missed: row 2, line 4/);
  expect(said).toMatch(/false alarm: row 2, line 3/);
});
