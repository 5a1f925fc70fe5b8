import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { readKeyPlaces } from './key-places.ts';

const id = '33020300001320000101';
const header = '编号,名称,类别,车道类型,所属街道,所属辖区公安机关,绑定摄像机,经度,纬度,坐标,坐标系';
const rows = [
  `P1,路口,城乡主要路段,,330203001,330203510000,${id},121.53,29.87,,`,
  `R1,辅道,城乡主要路段,非机动车道,330203001,330203510000,${id};33020300001320000102,,,"121.53,29.87; 121.54,29.87",`,
  'A1,广场,广场,,330203001,330203510000,,,,"POLYGON ((121.53 29.87, 121.54 29.87, 121.54 29.88, 121.53 29.87))",WGS-84',
  'G1,路口,广场,,330203001,330203510000,,121.534567,29.867544,,GCJ-02',
  'X1,路口,广场,,330203001,,,121.53,29.87,,',
  'X2,路口,广场,,330203001,330203510000,,121.53,,"121.53,abc",',
];
const table = [header, ...rows].join('\r\n');

test('points, areas and road sections come from a table in any encoding, each bad row named by its line', () => {
  for (const content of [new TextEncoder().encode(table), iconv.encode(table, 'gbk')]) {
    const { places, rejected } = readKeyPlaces(content, 'places.csv', 1);
    expect(places.map(({ keyPlaceId, geometry, laneType }) => [keyPlaceId, geometry.type, laneType])).toEqual(
      [
        ['P1', 'Point', null],
        ['R1', 'LineString', 'nonMotor'],
        ['A1', 'Polygon', null],
        ['G1', 'Point', null],
      ],
    );
    expect(places[1]?.boundCameraIds).toHaveLength(2);
    expect(rejected.map(({ feature }) => feature)).toEqual([6, 7]);
  }
});

test('a place in GCJ-02 is converted', () => {
  const { places } = readKeyPlaces(new TextEncoder().encode(table), 'places.csv', 1);
  const coordinates = places[3]?.geometry.coordinates as [number, number];
  expect(Math.abs(coordinates[0] - 121.534567)).toBeGreaterThan(0.003);
});

test('heights of GeoJSON are left out', () => {
  const feature = {
    type: 'Feature',
    properties: { id: 'H1', policeCode: '330203510000' },
    geometry: {
      type: 'LineString',
      coordinates: [
        [121.53, 29.87, 4.2],
        [121.54, 29.87, 4.4],
      ],
    },
  };
  const content = JSON.stringify({ type: 'FeatureCollection', features: [feature] });
  const { places, rejected } = readKeyPlaces(new TextEncoder().encode(content), 'places.geojson', 1);
  expect(rejected).toEqual([]);
  expect(places[0]?.geometry.coordinates).toEqual([
    [121.53, 29.87],
    [121.54, 29.87],
  ]);
});
