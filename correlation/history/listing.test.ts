import { gzipSync } from 'node:zlib';
import * as xlsx from '@e965/xlsx';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { readClocks, readStates, readStreams } from './readers.ts';

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
  for (const file of files) {
    expect(readStates(file, 'states')).toEqual({ rows: expected, lines: [2, 3], rejected: [] });
  }
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
    {
      cameraId: id,
      measuredAtMs: 0,
      ipAddress: '10.0.0.1',
      widthPx: null,
      heightPx: null,
      codec: null,
      lastPullAtMs: null,
    },
  ]);
});

test('times are read in the forms in which platforms write them', () => {
  const forms = [
    '2026/6/15 0:00:00',
    '20260615000000',
    '2026-06-15 00:00',
    '2026-06-14T16:00:00Z',
    '2026-06-15',
  ];
  const { rows: read, rejected } = readStates(
    bytes([header, ...forms.map((form) => `${id},online,${form},,`)].join('\n')),
    'states.csv',
  );
  expect(rejected).toEqual([]);
  expect(read.map(({ fromMs }) => fromMs)).toEqual(forms.map(() => expected[0]?.fromMs));
});

test('a code that a spreadsheet cut short is refused, not kept as another camera', () => {
  const { rows: read, rejected } = readStates(
    bytes(`${header}\n3.30203E+19,online,2026-06-15T00:00:00+08:00,,`),
    'states.csv',
  );
  expect(read).toEqual([]);
  expect(rejected[0]?.reason).toMatch(/keep the column as text/);
});
