import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { material } from '../../test/material.ts';
import type { Camera, FoundCamera } from '../../contracts/index.ts';
import { readCameraFile } from './camera-file.ts';
import { correctedFile, remarksColumn } from './correct-file.ts';
import { explainCameraCode } from './explain-code.ts';
import { exportCameraFile } from './export-file.ts';
import { planImport } from './import-plan.ts';
import { registerFound } from './register.ts';

const sample = join(import.meta.dirname, '..', '..', 'sample', 'cameras.csv');
const nowMs = Date.UTC(2026, 8, 1);
const read = (content: Uint8Array | string, name = 'cameras.csv') =>
  readCameraFile(typeof content === 'string' ? Buffer.from(content) : content, name, nowMs);

const headers = 'SBBM,SBMC,XZQY,JKDWLX,SSXQGAJG,SBZT,JD,WD,ZBX,IPV4,MACDZ,SBXLH,AZDZ';
const line = (serial: number, over: Record<number, string> = {}): string =>
  [
    `33020300001320${String(serial).padStart(6, '0')}`,
    `枪机 ${serial}`,
    '330203',
    '1',
    '330203540000',
    '1',
    `121.5${serial}`,
    `29.8${serial}`,
    'WGS-84',
    `10.20.0.${serial}`,
    `9C-8E-CD-00-00-${String(serial).padStart(2, '0')}`,
    `6J0AB${String(serial).padStart(6, '0')}`,
    '槐安街',
  ]
    .map((cell, index) => over[index] ?? cell)
    .join(',');
const table = (...lines: readonly string[]): string => [headers, ...lines].join('\n');

describe('export and import', () => {
  test.each([
    ['csv', 'pinyin'],
    ['csv', 'chinese'],
    ['xlsx', 'pinyin'],
    ['xlsx', 'chinese'],
  ] as const)('%s with %s headers: reading back changes nothing', (format, headerKind) => {
    const { cameras, archive } = read(readFileSync(sample));
    const file = exportCameraFile(cameras, archive, { format, headers: headerKind });
    const back = read(file.content, file.fileName);
    expect(back.rejected).toEqual([]);
    expect(planImport(back, cameras)).toMatchObject({ cameras: [], unchangedCount: cameras.length });
    expect([...back.archive]).toEqual([...archive]);
  });

  const folder = material('data/district-month');
  test.skipIf(folder === null)(
    `a whole district in either system of coordinates${folder === null ? ' (it is not here)' : ''}`,
    () => {
      for (const name of ['cameras.csv', 'cameras-gbk.csv', 'cameras.xlsx']) {
        const { cameras, archive } = read(readFileSync(join(folder ?? '', name)), name);
        expect(cameras.length).toBeGreaterThan(1_000);
        const file = exportCameraFile(cameras, archive, { format: 'csv', headers: 'chinese' });
        const back = read(file.content, file.fileName);
        expect(planImport(back, cameras).cameras).toEqual([]);
        const shifted = cameras.map((camera): Camera => ({ ...camera, declaredCoordinateSystem: 'GCJ-02' }));
        const other = exportCameraFile(shifted, archive, { format: 'csv', headers: 'chinese' });
        expect(planImport(read(other.content, other.fileName), shifted).cameras).toEqual([]);
      }
    },
    120_000,
  );

  test('text that a spreadsheet would run is disarmed, and comes back as it was', () => {
    const { cameras, archive } = read(table(line(1, { 1: '=1+1', 12: '@cmd' })));
    const file = exportCameraFile(cameras, archive, { format: 'csv', headers: 'pinyin' });
    expect(Buffer.from(file.content).toString('utf8')).toContain("'=1+1");
    expect(planImport(read(file.content), cameras).cameras).toEqual([]);
  });
});

describe('an import upon what is on file', () => {
  const { cameras: existing } = read(table(line(1), line(2), line(3)));

  test('a new address is told as a move; the streams of the device stay', () => {
    const streams = [{ role: 'main' as const, uri: 'rtsp://10.20.0.1/main', credentialRef: 'north' }];
    const known = existing.map((camera) => ({ ...camera, streams, onvifAddress: 'http://10.20.0.1/onvif' }));
    const plan = planImport(read(table(line(1, { 9: '10.20.0.99' }), line(2), line(4))), known);
    expect(plan).toMatchObject({ addedCount: 1, changedCount: 1, unchangedCount: 1 });
    expect(plan.moved).toEqual([
      { cameraId: '33020300001320000001', fromIp: '10.20.0.1', toIp: '10.20.0.99' },
    ]);
    expect(plan.cameras[0]).toMatchObject({
      ipAddress: '10.20.0.99',
      streams,
      onvifAddress: 'http://10.20.0.1/onvif',
    });
    expect(plan.cameras[0]?.updatedAtMs).toBeGreaterThan(known[0]?.updatedAtMs ?? 0);
  });

  test('columns that the file does not have leave things as they are', () => {
    const short = 'SBBM,SBMC,XZQY,JKDWLX,SSXQGAJG,SBZT\n33020300001320000002,新名,330203,2,330203540000,1';
    const [changed] = planImport(read(short), existing).cameras;
    expect(changed).toMatchObject({ name: '新名', pointClass: 2, ipAddress: '10.20.0.2', lonDeg: 121.52 });
  });

  test('the same device under another code is told, by serial number or MAC address', () => {
    const plan = planImport(
      read(table(line(7, { 11: '6J0AB000002' }), line(8, { 10: '9c:8e:cd:00:00:03', 11: '' }), line(9))),
      existing,
    );
    expect(plan.issues).toMatchObject([
      {
        kind: 'identity_conflict',
        row: 1,
        line: 2,
        column: 'SBXLH',
        found: '6J0AB000002',
        reason: expect.stringContaining('33020300001320000002') as unknown,
      },
      {
        kind: 'identity_conflict',
        row: 2,
        column: 'MACDZ',
        reason: expect.stringContaining('33020300001320000003') as unknown,
      },
    ]);
    // Within one file as well; what stands for nothing is no identity.
    expect(
      planImport(read(table(line(5, { 11: 'SAME-1234X' }), line(6, { 11: 'same-1234x' }))), []).issues,
    ).toHaveLength(2);
    expect(
      planImport(read(table(line(5, { 10: '', 11: '0000000' }), line(6, { 10: '', 11: '0000000' }))), [])
        .issues,
    ).toEqual([]);
  });
});

test('the corrected file has the repairs, and says of each row what is left', () => {
  const content = table(
    line(1, { 6: '29.81', 7: '121.51' }),
    line(2, { 0: '３３０２０３００００１３２００００００２' }),
    line(3, { 5: '9' }),
    line(4),
  );
  for (const bytes of [Buffer.from(content), Buffer.from(`\uFEFF${content}`, 'utf16le')]) {
    const file = read(bytes);
    const fixed = correctedFile(bytes, 'cameras.csv', file, file.issues);
    expect(fixed.fileName).toBe('cameras-corrected.csv');
    const text = Buffer.from(fixed.content).toString('utf8');
    expect(text.split('\n')[0]).toContain(remarksColumn);
    const again = read(fixed.content);
    expect(again.cameras.map(({ cameraId }) => cameraId.slice(-1))).toEqual(['1', '2', '4']);
    expect(again.issues.filter(({ severity }) => severity === 'repairable')).toEqual([]);
    expect(again.cameras[0]).toMatchObject({ lonDeg: 121.51, latDeg: 29.81 });
    expect(text.split('\n')[3]).toContain('错误');
    // Correcting what is corrected adds no second column.
    const twice = correctedFile(fixed.content, fixed.fileName, again, again.issues);
    expect(Buffer.from(twice.content).toString('utf8').split('\n')[0]).toBe(text.split('\n')[0]);
  }
});

test('a row whose quotes do not close is in the corrected file, where it stood, with the reason', () => {
  const bytes = Buffer.from(table(line(1), line(2).replace('枪机 2', '"枪机 2'), line(3, { 5: '9' })));
  const file = read(bytes);
  const text = Buffer.from(correctedFile(bytes, 'cameras.csv', file, file.issues).content).toString('utf8');
  const lines = text.trimEnd().split(/\r?\n/);
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(/^33020300001320000002,枪机 2,.*错误.*quotes/);
  expect(lines[3]).toMatch(/^33020300001320000003,枪机 3,.*错误/);
});

describe('devices that were found', () => {
  const { cameras: existing } = read(table(line(1), line(2)));
  const context = {
    nowMs: nowMs + 1,
    civilCode: '330203',
    areaCode: '330203540000',
    codeOf: () => '33020399001329000001',
  };
  const device = (over: Partial<FoundCamera>): FoundCamera => ({
    cameraId: null,
    name: 'T-1',
    manufacturer: 'T',
    model: '1',
    serialNumber: null,
    macAddress: null,
    ipAddress: '10.20.0.50',
    onvifAddress: 'http://10.20.0.50/onvif/device_service',
    channel: null,
    declaredWidthPx: 1_920,
    declaredHeightPx: 1_080,
    streams: [{ role: 'main', uri: 'rtsp://10.20.0.50/main', credentialRef: null }],
    ...over,
  });
  const outcome = (over: Partial<FoundCamera>) => registerFound(existing, [device(over)], context);

  test.each([
    ['serial number', { serialNumber: '6J0AB000001' }, 'moved'],
    ['MAC address', { macAddress: '9c:8e:cd:00:00:01' }, 'moved'],
    ['IP address', { ipAddress: '10.20.0.1', serialNumber: null }, 'changed'],
  ])('are known by their %s', (_by, over, expected) => {
    const { cameras, report } = outcome(over);
    expect(report.items).toMatchObject([{ cameraId: '33020300001320000001', outcome: expected }]);
    expect(cameras[0]).toMatchObject({ name: '枪机 1', lonDeg: 121.51, streams: [{ role: 'main' }] });
  });

  test('another device at a known address is another camera', () => {
    const { report } = outcome({
      ipAddress: '10.20.0.1',
      serialNumber: 'OTHER-123',
      macAddress: 'AA-BB-CC-00-00-01',
    });
    expect(report.items).toMatchObject([{ cameraId: '33020399001329000001', outcome: 'added' }]);
  });

  test('a code that is given for a device on file under another is refused', () => {
    const { cameras, report } = outcome({ cameraId: '33020300001320000002', serialNumber: '6J0AB000001' });
    expect(report.items).toMatchObject([
      { outcome: 'refused', reason: expect.stringContaining('33020300001320000001') as unknown },
    ]);
    expect(cameras).toEqual([]);
  });

  test('finding it twice changes nothing the second time', () => {
    const first = outcome({ serialNumber: 'NEW-00017X' });
    const second = registerFound(
      [...existing, ...first.cameras],
      [device({ serialNumber: 'NEW-00017X' })],
      context,
    );
    expect(first.report.items[0]?.outcome).toBe('added');
    expect(second).toMatchObject({ cameras: [], report: { items: [{ outcome: 'unchanged' }] } });
  });
});

describe('a code explained', () => {
  test('part by part', () => {
    const { parts, isValid } = explainCameraCode('33020300081320000123', {
      civilCode: '330203',
      name: '海曙区',
    });
    expect(isValid).toBe(true);
    expect(parts.map(({ digits, zh }) => [digits, zh])).toEqual([
      ['33', '浙江省'],
      ['02', '地市代码 02'],
      ['03', '海曙区'],
      ['00', '未使用基层接入单位'],
      ['08', '城市管理接入'],
      ['132', '网络摄像机 (IPC)'],
      ['0', '监控报警专网 / 公安视频传输网'],
      ['000123', '序号 123'],
    ]);
  });
  test('the parts are the code, and what is no camera is said', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{20}$/), (code) => {
        const { parts, isValid, problems } = explainCameraCode(code, null);
        expect(parts.map(({ digits }) => digits).join('')).toBe(code);
        expect(isValid).toBe(problems.length === 0);
        if (!['131', '132'].includes(code.slice(10, 13))) expect(isValid).toBe(false);
      }),
    );
    expect(explainCameraCode('3.30203E+19', null)).toMatchObject({ isValid: false, parts: [] });
  });
});
