import { expect, test } from 'vitest';
import { plainText } from '../places/index.ts';
import { saidSpans } from './said-time.ts';

const hourMs = 3_600_000;
const reportedAtMs = Date.parse('2026-05-20T10:30:00+08:00');
const isSaid = (text: string, time: string): boolean =>
  saidSpans(plainText(text), reportedAtMs, 8 * hourMs).some(
    ({ fromMs, toMs, errorMs }) =>
      Date.parse(`2026-05-${time}:00+08:00`) >= fromMs - errorMs &&
      Date.parse(`2026-05-${time}:00+08:00`) <= toMs + errorMs,
  );

test.each([
  ['昨天夜里十一点多', '19T23:30', '19T21:00'],
  ['今天凌晨三点左右', '20T03:10', '20T06:00'],
  ['前天下午', '18T15:00', '18T09:00'],
  ['昨天半夜', '20T01:30', '19T14:00'],
  ['昨晚后半夜', '20T03:00', '19T12:00'],
  ['上午八点半不到', '20T08:20', '20T09:30'],
  ['半小时前', '20T10:00', '20T08:00'],
  ['两个小时前', '20T08:30', '20T05:00'],
  ['刚刚', '20T10:20', '20T07:00'],
  ['5月18日晚上九点', '18T21:10', '19T21:10'],
  ['大前天早上七点多', '17T07:30', '18T07:30'],
])('%s', (text, inside, outside) => {
  expect([isSaid(text, inside), isSaid(text, outside)]).toEqual([true, false]);
});

test('a text without a time says none', () => {
  expect(saidSpans(plainText('路边有一堆砖头，三号楼门口'), reportedAtMs, 8 * hourMs)).toEqual([]);
});
