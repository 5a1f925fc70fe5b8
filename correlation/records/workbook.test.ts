import * as xlsx from '@e965/xlsx';
import { expect, test } from 'vitest';
import { isWorkbook, readWorkbook } from './workbook.ts';

function bookOf(rows: readonly (readonly unknown[])[]): Uint8Array {
  const book = xlsx.utils.book_new();
  const sheet = xlsx.utils.aoa_to_sheet(
    rows.map((row) => [...row]),
    { UTC: true },
  );
  xlsx.utils.book_append_sheet(book, sheet);
  return new Uint8Array(xlsx.write(book, { type: 'buffer', bookType: 'xlsx', cellDates: false }) as Buffer);
}

test('cells read as a CSV of the same table would: text, numbers, days, flags, nothing', () => {
  const content = bookOf([
    ['编码', '经度', '安装时间', '标志', '备注'],
    ['33020300001320000101', 121.518345, new Date(Date.UTC(2020, 8, 15)), true, null],
    [null, null, null, null, null],
    ['33020300001320000102', -4.5, new Date(Date.UTC(2020, 8, 15, 6, 30)), false, 'x'],
  ]);
  expect(isWorkbook(content)).toBe(true);
  expect(readWorkbook(content, 'a.xlsx')).toEqual([
    { line: 1, cells: ['编码', '经度', '安装时间', '标志', '备注'] },
    { line: 2, cells: ['33020300001320000101', '121.518345', '2020-09-15', '1', ''] },
    { line: 4, cells: ['33020300001320000102', '-4.5', '2020-09-15 06:30:00', '0', 'x'] },
  ]);
});

test('what is no workbook, is cut off, or claims to unpack to gigabytes is refused', () => {
  const content = bookOf([['a'], ['1']]);
  expect(() => readWorkbook(content.subarray(0, content.length / 2), 'cut.xlsx')).toThrow(
    /cut off or damaged/,
  );
  const bomb = Uint8Array.from(content);
  const directory = Buffer.from(bomb.buffer).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  new DataView(bomb.buffer).setUint32(directory + 24, 0xffff_fff0, true);
  expect(() => readWorkbook(bomb, 'bomb.xlsx')).toThrow(/more than 1 GB/);
  expect(isWorkbook(new TextEncoder().encode('a,b'))).toBe(false);
});
