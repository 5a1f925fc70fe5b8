import { gzipSync } from 'node:zlib';
import * as xlsx from '@e965/xlsx';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { districtOf } from './district-history.ts';
import { readClocks, readExclusions, readFaults, readOsdChecks, readStates, readStreams } from './readers.ts';

const id = '33020300001320000101';
const header = 'code,state,fromISO,toISO,cause';
const rows = [
  `${id},online,2026-06-15T00:00:00+08:00,2026-06-15T06:00:00+08:00,`,
  `${id},offline,2026-06-15T06:00:00+08:00,,断电`,
];
const text = [header, ...rows].join('\r\n');
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const expected = [
  {
    cameraId: id,
    state: 'online',
    fromMs: Date.parse('2026-06-15T00:00:00+08:00'),
    toMs: Date.parse('2026-06-15T06:00:00+08:00'),
    cause: '',
  },
  {
    cameraId: id,
    state: 'offline',
    fromMs: Date.parse('2026-06-15T06:00:00+08:00'),
    toMs: null,
    cause: '断电',
  },
];

test('the same listing in UTF-8, GBK, gzip and XLSX gives the same rows', () => {
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(
    book,
    xlsx.utils.aoa_to_sheet([header, ...rows].map((line) => line.split(','))),
  );
  const workbook = xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
  const files = [bytes(text), bytes(`\uFEFF${text}`), iconv.encode(text, 'gbk'), gzipSync(text), workbook];
  for (const file of files) expect(readStates(file, 'states')).toEqual({ rows: expected, rejected: [] });
});

test('a time without a zone is Chinese time', () => {
  const { rows: read } = readStates(bytes(`${header}\n${id},online,2026-06-15 00:00:00,,`), 'states.csv');
  expect(read[0]?.fromMs).toBe(expected[0]?.fromMs);
});

test('each bad cell is named by line and column, the other rows are taken', () => {
  const content = [text, `${id},asleep,2026-06-31T00:00:00+08:00,,`, `,online,yesterday,,`].join('\r\n');
  const { rows: read, rejected } = readStates(bytes(content), 'states.csv');
  expect(read).toHaveLength(2);
  expect(rejected.map(({ line, column, found }) => [line, column, found])).toEqual([
    [4, 'state', 'asleep'],
    [4, 'fromISO', '2026-06-31T00:00:00+08:00'],
    [5, 'code', ''],
    [5, 'fromISO', 'yesterday'],
  ]);
});

test('a missing column and a damaged gzip file are refused with what to do', () => {
  expect(() => readStates(bytes('code,state\n1,online'), 'states.csv')).toThrow(/no column fromISO/);
  expect(() => readStates(gzipSync(text).subarray(0, 40), 'states.csv.gz')).toThrow(/cannot be unpacked/);
});

test('a blank offset is a failed measurement, a blank size a stream that gave none', () => {
  const clocks = readClocks(
    bytes(`code,measuredAt,offsetSeconds\n${id},2026-06-15T00:00:00+08:00,`),
    'clocks.csv',
  );
  expect(clocks.rows[0]?.offsetS).toBeNull();
  const streams = readStreams(
    bytes(`code,ip,width,height,codec,measuredAt,lastPullOk\n${id},10.0.0.1,,,,,`),
    's.csv',
  );
  expect(streams.rows).toEqual([
    { cameraId: id, ipAddress: '10.0.0.1', widthPx: null, heightPx: null, lastPullAtMs: null },
  ]);
});

test('the pieces of a district are put together; rows that end before they begin are counted, not used', () => {
  const state = (from: string, to: string): string =>
    `${id},online,2026-06-15T${from}+08:00,2026-06-15T${to}+08:00,`;
  const states = readStates(
    bytes([header, state('02:00:00', '02:00:00'), state('01:00:00', '03:00:00')].join('\n')),
    's',
  );
  const osd = readOsdChecks(
    bytes(
      `code,time,dateTimePresent,dateTimeMoving,placeNameMatches,sceneNotCovered\n${id},2026-06-15T01:00:00+08:00,1,,0,1`,
    ),
    'o',
  );
  const exclusions = readExclusions(
    bytes(
      `id,cameraCode,from,to,reason,approver,createdAt,evidence\nX1,${id},2026-06-15T01:00:00+08:00,2026-06-15T02:00:00+08:00,trialRun,a,,`,
    ),
    'e',
  );
  const faults = readFaults(
    bytes(
      `id,code,kind,occurredAt,detectedAt,repairedAt,limitHours\nF1,${id},clock,2026-06-15T01:00:00+08:00,2026-06-15T01:10:00+08:00,,24`,
    ),
    'f',
  );
  const window = { fromMs: expected[0]?.fromMs ?? 0, toMs: expected[0]?.toMs ?? 0 };
  const { district, stateRowsIgnored } = districtOf(
    {
      cameras: [],
      archive: new Map(),
      keyPlaces: [],
      outlines: [],
      buildings: [
        {
          level: '',
          code: 'B1',
          rings: [
            [
              [121.53, 29.87],
              [121.54, 29.87],
              [121.53, 29.88],
            ],
          ],
        },
      ],
      states: states.rows,
      exclusions: exclusions.rows,
      proberOutages: [],
      imageChecks: [],
      recordings: [],
      streams: [],
      catalogue: [{ cameraId: id, name: '' }],
      clocks: [],
      osdChecks: osd.rows,
      faults: faults.rows,
    },
    { window, instantMs: window.fromMs, reference: { lonDeg: 121.53, latDeg: 29.87 } },
  );
  expect(stateRowsIgnored).toBe(1);
  expect(district.states.get(id)?.map(({ state: name }) => name)).toEqual(['unknown', 'online', 'unknown']);
  expect(district.osdChecks?.get(id)?.[0]?.findings).toEqual([true, null, false, true]);
  expect(district.exclusions?.[0]?.createdAtMs).toBeNull();
  expect(district.buildings[0]?.[1]?.xM).toBeCloseTo(966.118, 2);
  expect(district.catalogue?.has(id)).toBe(true);
});
