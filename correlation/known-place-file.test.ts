import { expect, test } from 'vitest';
import iconv from 'iconv-lite';
import { readKnownPlaceFile } from './known-place-file.ts';
import { fromWgs84 } from './coordinates.ts';

const place = { lonDeg: 121.5435, latDeg: 29.8684 };

test('a gazetteer comes as a table too, in GBK and in the datum of the map it was drawn on', () => {
  const shifted = fromWgs84(place, 'GCJ-02');
  const table = [
    '名称,类别,别名,所在道路,经度,纬度,坐标串,坐标系',
    `砚池巷小学,poi,砚池小学；砚小,砚池巷,${shifted.lonDeg},${shifted.latDeg},,GCJ-02`,
    '槐安街,道路,,,,,"121.5400,29.8684; 121.5500,29.8684",',
    '望河路,道路,,,,,"LINESTRING (121.5517 29.8684, 121.5517 29.8745)",WGS-84',
    '槐安街望河路口,路口,,槐安街、望河路,121.5517,29.8684,,',
    '无名,没有的类别,,,121.5,29.8,,',
    '无坐标,poi,,,,,,',
    ',poi,,,121.5,29.8,,',
  ].join('\r\n');
  const { places, rejected } = readKnownPlaceFile(iconv.encode(table, 'gbk'), '地名.csv', 1);
  expect(places.map(({ placeId, roads, aliases }) => [placeId, roads, aliases])).toEqual([
    ['poi/砚池巷小学', ['砚池巷'], ['砚池小学', '砚小']],
    ['road/槐安街', [], []],
    ['road/望河路', [], []],
    ['crossing/槐安街望河路口', ['槐安街', '望河路'], []],
  ]);
  const [school] = places[0]?.points[0] ?? [];
  expect(school?.lonDeg).toBeCloseTo(place.lonDeg, 8);
  expect(school?.latDeg).toBeCloseTo(place.latDeg, 8);
  expect(places[2]?.points).toEqual([
    [
      { lonDeg: 121.5517, latDeg: 29.8684 },
      { lonDeg: 121.5517, latDeg: 29.8745 },
    ],
  ]);
  expect(rejected.map(({ feature }) => feature).toSorted((a, b) => a - b)).toEqual([6, 7, 8]);
});

test('a file with another ending is GeoJSON', () => {
  const file = {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { kind: 'poi', name: '示例广场' },
        geometry: { type: 'Point', coordinates: [place.lonDeg, place.latDeg] },
      },
    ],
  };
  const { places } = readKnownPlaceFile(new TextEncoder().encode(JSON.stringify(file)), 'places.geojson', 1);
  expect(places).toMatchObject([{ placeId: 'poi/示例广场', points: [[place]] }]);
});
