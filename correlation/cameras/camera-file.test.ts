import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import gcoordModule from 'gcoord';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { material } from '../../test/material.ts';
import { toWgs84 } from '../coordinates.ts';
import { parseCameraCode, readCameraFile, readKeyPlaces } from './index.ts';

const gcoord = gcoordModule as unknown as typeof gcoordModule.default;

const header =
  '设备编码（*）,设备名称（*）,行政区域（*）,监控点位类型（*）,所属辖区公安机关,设备状态,经度,纬度,坐标系,安装时间,分辨率';
const row = (code: string, more = ',121.53,29.87,WGS-84,2023-05-01,1920*1080'): string =>
  `${code},中山西路1号,330203,1,330203540000,1${more}`;
const bytes = (...lines: string[]): Uint8Array => new TextEncoder().encode(lines.join('\r\n'));

test('a code is taken apart, and what is wrong with one is said', () => {
  expect(parseCameraCode('33020300001320000123')).toMatchObject({
    civilCode: '330203',
    sector: '00',
    type: '132',
  });
  expect(parseCameraCode('3302030000132000012')).toEqual({ problem: expect.stringContaining('this has 19') });
  expect(parseCameraCode('33020300991320000123')).toEqual({ problem: expect.stringContaining('sector; 99') });
  expect(parseCameraCode('33020300002000000123')).toEqual({
    problem: expect.stringContaining('200 is no camera'),
  });
});

test('good rows are taken, each bad cell is named by line, column, text and reason', () => {
  const { cameras, rejected, issues } = readCameraFile(
    bytes(
      header,
      row('33020300001320000101'),
      row('33020300001320000101'),
      row('330203'),
      row('33020300001320000102', ',121.53,north,WGS-84,2023-02-30,large'),
    ),
    'cameras.csv',
    7,
  );
  expect(cameras).toHaveLength(1);
  expect(cameras[0]).toMatchObject({
    cameraId: '33020300001320000101',
    declaredWidthPx: 1920,
    installedAtMs: Date.parse('2023-05-01T00:00:00+08:00'),
    updatedAtMs: 7,
    poleNumber: null,
  });
  expect(rejected.map(({ line, column, found }) => [line, column, found])).toEqual([
    [3, '设备编码', '33020300001320000101'],
    [4, '设备编码', '330203'],
    [5, '纬度', 'north'],
    [5, '安装时间', '2023-02-30'],
  ]);
  expect(issues.find(({ kind }) => kind === 'resolution_unparsable')).toMatchObject({
    row: 4,
    column: '分辨率',
    severity: 'warning',
  });
});

test('the same file in GBK and in UTF-16 gives the same cameras', () => {
  const text = [header, row('33020300001320000101')].join('\n');
  const inUtf8 = readCameraFile(bytes(header, row('33020300001320000101')), 'a.csv', 1);
  for (const encoding of ['gbk', 'utf-16']) {
    expect(readCameraFile(iconv.encode(text, encoding), 'a.csv', 1)).toEqual(inUtf8);
  }
});

test('GCJ-02 becomes WGS-84, a few hundred metres to the south-west', () => {
  const read = (system: string): readonly (number | null | undefined)[] => {
    const { cameras } = readCameraFile(
      bytes(header, row('33020300001320000101', `,121.53,29.87,${system},,`)),
      'a.csv',
      1,
    );
    return [cameras[0]?.lonDeg, cameras[0]?.latDeg];
  };
  expect(read('WGS-84')).toEqual([121.53, 29.87]);
  const [lonDeg, latDeg] = read('GCJ-02');
  expect(lonDeg).toBeCloseTo(121.5256, 3);
  expect(latDeg).toBeCloseTo(29.8727, 2);
});

test('GCJ-02 is inverted to a fraction of a millimetre, all over China', () => {
  const forward = (lonDeg: number, latDeg: number): [number, number] =>
    gcoord.transform<[number, number]>([lonDeg, latDeg], gcoord.WGS84, gcoord.GCJ02);
  fc.assert(
    fc.property(
      fc.double({ min: 75, max: 130, noNaN: true }),
      fc.double({ min: 20, max: 50, noNaN: true }),
      (lon, lat) => {
        const [lonDeg, latDeg] = forward(lon, lat);
        const back = toWgs84({ lonDeg, latDeg }, 'GCJ-02');
        expect(Math.abs(back.lonDeg - lon)).toBeLessThan(1e-9);
        expect(Math.abs(back.latDeg - lat)).toBeLessThan(1e-9);
      },
    ),
  );
});

test('a table without the needed columns says which are missing and which were found', () => {
  expect(() => readCameraFile(bytes('a,b', '1,2'), 'x.csv', 1)).toThrowError(/no column SBBM or 设备编码/);
  expect(() => readCameraFile(new Uint8Array([1, 2, 3]), 'x.csv', 1)).toThrowError(/no column/);
});

test('a key place that is none is named, the others are taken', () => {
  const content = JSON.stringify({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { id: 'KP1', policeCode: '1' },
        geometry: { type: 'Point', coordinates: [121, 29] },
      },
      { type: 'Feature', properties: { id: 'KP2', policeCode: '1' }, geometry: { type: 'Circle' } },
    ],
  });
  const { places, rejected } = readKeyPlaces(bytes(content), 'p.geojson', 1);
  expect(places.map(({ keyPlaceId }) => keyPlaceId)).toEqual(['KP1']);
  expect(rejected).toEqual([{ feature: 2, reason: expect.stringContaining('type') }]);
});

const dir = material('data/district-month');
test.skipIf(dir === null)(
  'pinyin keys in GBK and Chinese headers in UTF-8 hold the same 2,000 cameras (needs data/district-month)',
  () => {
    const read = (name: string) => readCameraFile(readFileSync(join(dir ?? '', name)), name, 1);
    const chinese = read('cameras.csv');
    const pinyin = read('cameras-gbk.csv');
    expect(chinese.cameras).toHaveLength(2_000);
    expect(chinese.rejected).toEqual([]);
    expect(pinyin.cameras.map(({ cameraId, name, lonDeg }) => [cameraId, name, lonDeg])).toEqual(
      chinese.cameras.map(({ cameraId, name, lonDeg }) => [cameraId, name, lonDeg]),
    );
  },
);
