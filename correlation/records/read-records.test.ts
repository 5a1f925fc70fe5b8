import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { material } from '../../test/material.ts';
import { checkProfile, loadProfile, readRecords, type RecordProfile, shippedProfiles } from './index.ts';

const call110 = await loadProfile('call110');
const residentReport = await loadProfile('resident-report');
const defaults = { areaCode: '330203000000' };
const read = (text: string | Uint8Array, profile: RecordProfile = call110) =>
  readRecords({
    content: typeof text === 'string' ? Buffer.from(text) : text,
    fileName: 'calls.csv',
    profile,
    defaults,
  });

const header = 'JJDBH,BJSJ,BJRMC,LXDH,JQDZ,BJNR,JQLBDM,TZDBH,SJCPH,FXDWJD,FXDWWD';
const goodRow = '1,2026-06-15 08:34:20,王小明,13800001111,槐安街14号,有人偷倒渣土,06011,HAJ-017,,121.5,29.8';

test('the sample: three calls, and nothing of who called', () => {
  const content = readFileSync(join(import.meta.dirname, '../../sample/reports.csv'));
  const { records, rejected, duplicates } = read(content);
  expect(records.map(({ sourceId, kind }) => [sourceId, kind])).toEqual([
    ['33020320260614004417', 'illegal_dumping'],
    ['33020320260615001102', 'illegal_dumping'],
    ['33020320260615001127', 'noise'],
  ]);
  expect(records[1]).toMatchObject({
    areaCode: '330203540000',
    reportedAtMs: Date.parse('2026-06-15T08:34:20+08:00'),
    poleNumber: 'HAJ-017',
    lonDeg: 121.543386,
    importedFrom: 'calls.csv:3',
  });
  expect([...rejected, ...duplicates]).toEqual([]);
  expect(JSON.stringify(records)).not.toMatch(/某某|0000000000/);
});

test.each([
  ['UTF-8', (text: string) => Buffer.from(text)],
  ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
  ['UTF-16 LE', (text: string) => iconv.encode(text, 'utf-16le', { addBOM: true })],
  ['UTF-16 BE', (text: string) => iconv.encode(text, 'utf-16be', { addBOM: true })],
  ['GBK', (text: string) => iconv.encode(text, 'gbk')],
  ['GB18030', (text: string) => iconv.encode(text, 'gb18030')],
])('the same file in %s gives the same records', (_, encode) => {
  const file = `${header}\r\n${goodRow}\r\n`;
  expect(read(encode(file)).records).toEqual(read(file).records);
});

test('a caller appears nowhere, however the number is written', () => {
  const texts = [
    '王小明说有人偷倒渣土，电话13800001111',
    '请回电 138-0000-1111 或 +86 138 0000 1111',
    '身份证33020319900101123X，座机0574-87654321',
    '电话１３８００００１１１１，一三八零零零零一一一一',
    '联系人：赵钱孙，邮箱 who@example.cn',
  ];
  const rows = texts.map((text, index) =>
    goodRow.replace('有人偷倒渣土', text).replace(/^1/, String(index + 1)),
  );
  const { records } = read([header, ...rows].join('\n'));
  expect(records).toHaveLength(texts.length);
  expect(JSON.stringify(records)).not.toMatch(
    /王小明|赵钱孙|1380|138-|138 |8765|19900101|１３８|一三八|example/,
  );
  expect(records[0]?.text).toBe('〔姓名〕说有人偷倒渣土，电话〔号码〕');
  // What correlation needs is left alone.
  expect(records[0]).toMatchObject({ address: '槐安街14号', poleNumber: 'HAJ-017' });
});

test('each bad row is named by line, column, value and reason; the good ones are taken', () => {
  const change = (from: string, to: string): string => goodRow.replace(from, to);
  const { records, rejected } = read(
    [
      header,
      goodRow,
      change('1,2026-06-15 08:34:20', '2,2026-02-30 08:00:00'),
      change('1,', ','),
      change('121.5,29.8', '29.8,121.5').replace('1,', '3,'),
      change('121.5,29.8', '0,0').replace('1,', '4,'),
      change('有人偷倒渣土', '有人,偷倒渣土').replace('1,', '5,'),
      change('有人偷倒渣土', '=HYPERLINK("http://x")')
        .replace('1,', '6,')
        .replace('=HYPERLINK("http://x")', '=1+1'),
      change('槐安街14号', '"槐安街\n14号"').replace('1,', '7,'),
      change('1,', '8,'),
    ].join('\n'),
  );
  expect(records.map(({ sourceId, importedFrom }) => [sourceId, importedFrom])).toEqual([
    ['1', 'calls.csv:2'],
    ['7', 'calls.csv:9'],
    ['8', 'calls.csv:11'],
  ]);
  expect(rejected.map(({ line, column, found }) => [line, column, found])).toEqual([
    [3, 'BJSJ', '2026-02-30 08:00:00'],
    [4, 'JJDBH', ''],
    [5, 'FXDWJD', '29.8'],
    [6, 'FXDWJD', '0'],
    [7, null, null],
    [8, 'BJNR', '=1+1'],
  ]);
  expect(rejected[2]?.reason).toContain('swapped');
  expect(rejected[4]?.reason).toContain('12 cells');
});

test('a quote that never closes costs one row, not the rest of the file', () => {
  const { records, rejected } = read(
    [header, goodRow, goodRow.replace('1,', '2,').replace('有人', '"有人'), goodRow.replace('1,', '3,')].join(
      '\n',
    ),
  );
  expect(records.map(({ sourceId }) => sourceId)).toEqual(['1', '3']);
  expect(rejected).toMatchObject([{ line: 3, column: null }]);
});

test('a repeated id is reported; a higher version replaces, a withdrawn one is known to be', () => {
  const { records, rejected, duplicates } = read(
    [
      'JJDBH,BJSJ,BJNR,BBH,JQCLZTDM',
      '1,2026-06-15 08:00:00,first,1,',
      '1,2026-06-15 08:00:00,second,2,',
      '2,2026-06-15 08:00:00,one,1,',
      '2,2026-06-15 08:00:00,again,1,',
      '3,2026-06-15 08:00:00,gone,1,撤销',
    ].join('\n'),
  );
  expect(records.map(({ text, status }) => [text, status])).toEqual([
    ['second', 'active'],
    ['one', 'active'],
    ['gone', 'withdrawn'],
  ]);
  expect(duplicates).toEqual([
    { line: 2, sourceId: '1', takenLine: 3 },
    { line: 5, sourceId: '2', takenLine: 4 },
  ]);
  expect(rejected).toEqual([]);
});

test('Chinese and English headers, titles above them, own separators, each row its own coordinate system', () => {
  const chinese = read(
    '街道上报表\n\n上报编号（*）;上报时间;问题描述;坐标系;经度;纬度\n9;2026/6/15 8:34;路边有建筑垃圾;gcj02;121.5;29.8',
    residentReport,
  );
  const english = read(
    'report_id,submittedAt,category,content,lng,lat\n9,2026-06-15T00:34:00Z,Illegal dumping,"bricks, a heap",121.5,29.8',
    residentReport,
  );
  const [inChinese] = chinese.records;
  const [inEnglish] = english.records;
  expect([inChinese?.kind, inEnglish?.kind]).toEqual(['illegal_dumping', 'illegal_dumping']);
  expect(inChinese?.reportedAtMs).toBe(inEnglish?.reportedAtMs);
  expect(inEnglish).toMatchObject({ lonDeg: 121.5, latDeg: 29.8, areaCode: defaults.areaCode });
  // GCJ-02 lies 300 to 700 m off in China.
  const offM = Math.hypot(
    ((inChinese?.lonDeg ?? 0) - 121.5) * 96_500,
    ((inChinese?.latDeg ?? 0) - 29.8) * 110_850,
  );
  expect(offM).toBeGreaterThan(300);
  expect(offM).toBeLessThan(700);
});

test.each([
  ['nothing in it', '', /is empty/],
  ['a workbook', 'PK\u0003\u0004…', /cut off or damaged/],
  ['a video', Buffer.from([0, 0, 0, 24, 0x66, 0x74, 0x79, 0x70, 0, 0]), /not a text file/],
  ['other columns', 'a,b,c\n1,2,3', /no column JJDBH or 接警单编号; BJSJ[\s\S]*Found were: a, b, c/],
  ['plain text', 'hello', /no column/],
])('a file with %s is refused as a whole, saying what was found', (_, content, message) => {
  expect(() => read(content)).toThrowError(
    expect.objectContaining({ code: 'IMPORT_FILE_UNREADABLE', message: expect.stringMatching(message) }),
  );
});

test('a bad profile names its bad keys, a missing one what there is', async () => {
  const wrong = { ...call110, colums: {}, dateFormats: [] };
  expect(() => checkProfile(wrong, 'mine.yaml')).toThrowError(
    /mine.yaml[\s\S]*(colums[\s\S]*dateFormats|dateFormats[\s\S]*colums)/,
  );
  await expect(loadProfile('call911')).rejects.toMatchObject({
    code: 'IMPORT_PROFILE_INVALID',
    hint: expect.stringContaining('call110, call110-gcj02'),
  });
  await expect(loadProfile('./nowhere.yaml')).rejects.toMatchObject({ code: 'IMPORT_PROFILE_INVALID' });
  for (const name of await shippedProfiles()) expect((await loadProfile(name)).name).toBe(name);
});

const cityRecords = material('data/record-city/records');
test.skipIf(cityRecords === null)(
  'a month of generated calls: planted faults are found, planted people are not (needs the record-city material)',
  () => {
    const file = (name: string): Uint8Array => readFileSync(join(cityRecords ?? '', name));
    const inGcj02 = { ...call110, coordinates: { ...call110.coordinates, system: 'GCJ-02' } } as const;
    const results = [
      read(file('jjd_110.csv'), inGcj02),
      read(file('resident_hotline.csv'), residentReport),
      read(file('resident_web.csv'), residentReport),
    ];
    const truth = JSON.parse(readFileSync(join(cityRecords ?? '', '../truth.json'), 'utf8')) as {
      records: Record<string, { broken: string | null; cancelled?: boolean }>;
    };
    const brokenRows = (stem: string): number =>
      Object.entries(truth.records).filter(
        ([id, { broken }]) => id.startsWith(`${stem}:`) && broken !== null && broken !== 'duplicate_id',
      ).length;
    for (const [index, stem] of ['jjd_110', 'resident_hotline', 'resident_web'].entries()) {
      const lines = results[index]?.rejected.filter(({ code }) => code !== 'duplicate_id');
      expect(new Set(lines?.map(({ line }) => line)).size, stem).toBe(brokenRows(stem));
    }
    expect(results.flatMap(({ records }) => records).length).toBeGreaterThan(1_300);
    // Personal data of this material: names end in 测试, phones begin with 1990000, id numbers hold 19000101.
    expect(JSON.stringify(results)).not.toMatch(/测试|1990000|19000101/);
  },
);
