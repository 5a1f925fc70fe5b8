import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { material } from '../../test/material.ts';
import { loadProfile, readRecords, type RecordFile } from './index.ts';
import { readMoment } from './dates.ts';
import { withoutPersonalData } from './personal-data.ts';
import { topicOf } from './topic.ts';

const read = async (profileName: string, content: string): Promise<RecordFile> =>
  readRecords({
    content: Buffer.from(content),
    fileName: 'rows.csv',
    profile: await loadProfile(profileName),
    defaults: { areaCode: 'a' },
  });

test('12-hour dates and the clocks of a zone with summer time', () => {
  const zone = 'America/New_York';
  const moment = (text: string): string =>
    new Date(readMoment(text, ['MM/dd/yyyy hh:mm:ss a'], zone) ?? 0).toISOString();
  expect(moment('01/05/2026 12:00:09 AM')).toBe('2026-01-05T05:00:09.000Z');
  expect(moment('07/05/2026 12:00:09 PM')).toBe('2026-07-05T16:00:09.000Z');
  expect(moment('03/08/2026 03:30:00 AM')).toBe('2026-03-08T07:30:00.000Z');
  expect(readMoment('13/05/2026 12:00:09 AM', ['MM/dd/yyyy hh:mm:ss a'], zone)).toBeNull();
  expect(readMoment('01/05/2026 13:00:09 AM', ['MM/dd/yyyy hh:mm:ss a'], zone)).toBeNull();
});

test('one id for two matters is refused, a correction of one is taken', async () => {
  const header = 'case_code,main_type,sub_type,description,report_time,version,update_time,status';
  const { records, rejected } = await read(
    'enforcement-case',
    [
      header,
      '7,01,11,路边倒了建筑垃圾,2026-03-01 10:00:00.0,1,2026-03-01 11:00:00.0,处置中',
      '7,01,11,路边倒了建筑垃圾,2026-03-01 10:00:00.0,2,2026-03-01 12:00:00.0,作废',
      '7,05,07,乱停车,2026-03-04 10:00:00.0,1,2026-03-04 11:00:00.0,处置中',
    ].join('\n'),
  );
  expect(records).toMatchObject([{ sourceVersion: 2, status: 'withdrawn', kind: 'illegal_dumping' }]);
  expect(rejected).toMatchObject([{ row: 3, column: 'case_code', code: 'duplicate_id' }]);
});

test('a permit holds its days and hours', async () => {
  const { records, rejected } = await read(
    'permit',
    [
      '许可编号,许可事项,联系人,联系电话,地点,有效期起,有效期止,允许时段,状态,录入时间',
      'p1,临时堆放,王某某,13900000000,某路1号,2026-03-01,2026-03-02,20:00-次日06:00,有效,2026-02-20 10:00:00',
      'p2,临时堆放,王某某,13900000000,某路1号,2026-03-01,2026-03-02,晚上,有效,2026-02-20 10:00:00',
    ].join('\n'),
  );
  expect(records[0]?.validity).toEqual({
    fromMs: Date.parse('2026-03-01T00:00:00+08:00'),
    toMs: Date.parse('2026-03-03T00:00:00+08:00'),
    dailyFromMin: 1_200,
    dailyToMin: 360,
    utcOffsetMin: 480,
  });
  expect(rejected).toMatchObject([{ row: 2, column: '允许时段' }]);
  expect(JSON.stringify(records)).not.toMatch(/王某某|139/);
});

test.each([
  ['有人趁天黑往河边卸了一车碎砖', 'illegal_dumping'],
  ['楼下垃圾桶又满出来了，没人收', 'household_waste'],
  ['两户人家为倒垃圾打起来了', 'dispute'],
  ['咨询装修垃圾怎么处理', 'other'],
  ['渣土车一路撒漏', 'road_spill'],
  ['小轿车横在消防通道，车过不去', 'lane_obstruction'],
  ['配电箱冒黑烟', 'smoke_fire'],
  ['电动车差点摔倒，路上一大堆拉圾', 'illegal_dumping'],
  ['人行道地砖松动', 'other'],
] as const)('"%s" is about %s', (text, kind) => {
  expect(topicOf(text)).toBe(kind);
});

test('names behind a cue go, words that are none stay', () => {
  const clean = (text: string): string => withoutPersonalData(text, []);
  expect(clean('（联系人赵小明，电话13811112222）')).toBe('（联系人〔姓名〕，电话〔号码〕）');
  expect(clean('联系人：钱多多 138 1111 2222')).not.toMatch(/钱多多|1111/);
  expect(clean('报警人要求处理')).toBe('报警人要求处理');
  expect(clean('来电人反映路口有垃圾')).toBe('来电人反映路口有垃圾');
});

const city = material('data/records');
test.skipIf(city === null)(
  'real requests of two American cities are read (needs the records material)',
  async () => {
    const file = async (name: string, profileName: string): Promise<RecordFile> =>
      readRecords({
        content: readFileSync(join(city ?? '', name)),
        fileName: name,
        profile: await loadProfile(profileName),
        defaults: { areaCode: 'a' },
      });
    const angeles = await file('myla311_2018_mini.csv', 'myla311');
    expect(angeles.rows.length + new Set(angeles.rejected.map(({ row }) => row)).size).toBe(10_000);
    expect(angeles.rejected.length).toBeLessThan(20);
    // Its manifest: 1,021 requests of illegal dumping, 1,102 without a place.
    expect(angeles.rows.filter(({ record }) => record.kind === 'illegal_dumping')).toHaveLength(1_021);
    expect(angeles.rows.filter(({ record }) => record.lonDeg === null)).toHaveLength(1_102);
    const [first] = angeles.records;
    expect(new Date(first?.reportedAtMs ?? 0).toISOString()).toBe('2018-01-01T08:00:09.000Z');
    const york = await file('nyc311_sample_1000.csv', 'nyc311');
    expect(york.rows.length).toBeGreaterThan(980);
    const placed = york.records.filter(({ lonDeg }) => lonDeg !== null);
    expect(placed.length).toBeGreaterThan(700);
    expect(placed.every(({ lonDeg, latDeg }) => Number(lonDeg) < -73 && Number(latDeg) > 40)).toBe(true);
  },
);
