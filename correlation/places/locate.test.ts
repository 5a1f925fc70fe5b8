import { expect, test } from 'vitest';
import type { KnownPlace, LonLat } from '../../contracts/index.ts';
import { locate, openGazetteer, plainText } from './index.ts';
import { readChineseNumber } from './text.ts';

const origin = { lonDeg: 120.1, latDeg: 30.2 };
const metres = { lon: 96_200, lat: 110_850 };
const at = (eastM: number, northM: number): LonLat => ({
  lonDeg: origin.lonDeg + eastM / metres.lon,
  latDeg: origin.latDeg + northM / metres.lat,
});
const place = (
  kind: KnownPlace['kind'],
  name: string,
  points: LonLat[],
  given: Partial<KnownPlace> = {},
): KnownPlace => ({
  placeId: `${kind}/${name}`,
  kind,
  name,
  aliases: [],
  roads: [],
  points: [points],
  importedAtMs: 0,
  ...given,
});

/** 青莲路 runs north, 望湖街 runs east; they cross at the origin. */
const gazetteer = openGazetteer(
  [
    place('road', '青莲路', [at(0, -600), at(0, 600)]),
    place('road', '望湖街', [at(-600, 0), at(600, 0)]),
    place('crossing', '青莲路与望湖街交叉口', [at(0, 0)], { roads: ['青莲路', '望湖街'] }),
    ...[10, 20, 30, 40].map((number) =>
      place('door', `望湖街${number}号`, [at(number * 5, 8)], { roads: ['望湖街'] }),
    ),
    place('lane', '青莲路88弄', [at(5, 300)], { roads: ['青莲路'] }),
    place('pole', 'LD0042', [at(6, -200)], { roads: ['青莲路'] }),
    place('compound', '柳浪小区', [at(200, 200)]),
    place('gate', '柳浪小区南门', [at(200, 150)]),
    place('busStop', '公交柳浪站', [at(250, 5)], { roads: ['望湖街'] }),
    place('poi', '柳浪农贸市场', [at(-200, 100)]),
    place('poi', '惠民大药房柳浪店', [at(-300, 40)]),
  ],
  [{ alias: '老粮站', placeName: '柳浪农贸市场', changedAtMs: 1, isRemoved: false }],
);

const placed = (given: Partial<Parameters<typeof locate>[1]>): { eastM: number; northM: number } | null => {
  const [spot] = locate(gazetteer, {
    address: null,
    road: null,
    text: '',
    poleNumber: null,
    point: null,
    pointErrorM: 20,
    pointWrongShare: 0.2,
    ...given,
  });
  return spot === undefined
    ? null
    : {
        eastM: (spot.lonDeg - origin.lonDeg) * metres.lon,
        northM: (spot.latDeg - origin.latDeg) * metres.lat,
      };
};

test.each([
  ['青莲路与望湖街交叉口', 0, 0],
  ['青莲路望湖街路口往北80米有垃圾', 0, 80],
  ['望湖街青莲路口向东大概一百二十来米', 125, 0],
  ['青莲路和望湖街十字路口以西60米左右', -60, 0],
  ['望湖街20号门口', 100, 8],
  ['望湖街25号对面', 125, 8],
  ['青莲路88弄弄堂口', 5, 300],
  ['青莲路88弄往南五十米', 5, 250],
  ['灯杆LD0042下面', 6, -200],
  ['LD-0042号路灯杆旁', 6, -200],
  ['柳浪小区南门西侧四十米', 160, 150],
  ['公交柳浪站过去30米，靠东边', 280, 5],
  ['柳浪站旁边', 250, 5],
  ['柳浪菜场后面', -200, 100],
  ['惠民药房门口', -300, 40],
  ['老粮站那里', -200, 100],
  // Written by ear.
  ['清连路望湖街路口', 0, 0],
  ['浙江省某市某区青莲路（近望湖街路口）', 0, 0],
])('%s', (text, eastM, northM) => {
  const found = placed({ text });
  expect(Math.hypot((found?.eastM ?? 1e6) - eastM, (found?.northM ?? 1e6) - northM)).toBeLessThan(12);
});

test('a road alone is anywhere along it; what is no place is nowhere', () => {
  const spots = locate(gazetteer, {
    address: null,
    road: null,
    text: '青莲路上有堆垃圾',
    poleNumber: null,
    point: null,
    pointErrorM: 20,
    pointWrongShare: 0.2,
  });
  expect(spots.length).toBeGreaterThan(10);
  expect(spots[0]?.weight).toBeLessThan(0.2);
  expect(placed({ text: '骚扰电话' })).toBeNull();
});

test('a road in its own column is the way, the crossing in the other the start', () => {
  expect(placed({ road: '青莲路', address: '望湖街路口以北约100米' })?.northM).toBeCloseTo(100, -1);
});

test('sources that agree outweigh the one that speaks of another place', () => {
  const home = at(-500, -500);
  const found = placed({ address: '望湖街20号', text: '望湖街18号门口有人倒垃圾', point: home });
  expect(found?.eastM).toBeGreaterThan(60);
});

test('numbers as people write them', () => {
  expect(['十二', '一百二十', '两百', '一百零五', '一百三', '二〇六', '路'].map(readChineseNumber)).toEqual([
    12,
    120,
    200,
    105,
    130,
    206,
    null,
  ]);
  expect(plainText('青莲路一百二十号　三百来米')).toBe('青莲路120号300来米');
  expect(plainText('三江路')).toBe('三江路');
});
