import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { allTables, type ImportSummary } from '../../contracts/index.ts';
import { openLog } from '../../kernel/index.ts';
import { openStore } from '../../store/index.ts';
import { scratchDir, startCli } from './cli.ts';

/** What must be found nowhere: who called, by which number, with which card, in columns and in what was said. */
const planted = [
  '欧阳示范',
  '13912345678',
  '139 1234 5678',
  '330203199001011234',
  '33020319900101123X',
  '0574-87654321',
  'caller@example.org',
  'Example Caller',
  '+1 213 555 0147',
];
/** What must be found: else the search has looked in the wrong places. */
const control = '示范路口灰色编织袋';

const call110 = `JJDBH,BJSJ,BJRMC,LXDH,BJRZJH,JQDZ,BJNR,JQLBDM,FXDWJD,FXDWWD
33020320260615009001,2026-06-15 08:34:20,欧阳示范,13912345678,330203199001011234,示范路12号,${control}，报警人欧阳示范，电话139 1234 5678，身份证33020319900101123X，座机0574-87654321,06011,121.543386,29.868526
33020320260615009002,不是时间,欧阳示范,13912345678,330203199001011234,示范路12号,欧阳示范称有人倒垃圾，回电13912345678,06011,121.543386,29.868526
`;
const resident = `工单编号,上报时间,姓名,联系电话,诉求内容,诉求地址,经度,纬度
R-9001,2026-06-15 08:36:00,欧阳示范,13912345678,${control}二，请联系欧阳示范 caller@example.org,示范路14号,121.5434,29.8685
`;
const permits = `许可编号,核准日期,许可事项,垃圾种类,地点,经度,纬度,有效期起,有效期止,状态,联系人,联系电话
P-9001,2026-06-01 10:00:00,临时堆放,装修垃圾,示范路12号,121.5434,29.8685,2026-06-01,2026-06-30,有效,欧阳示范,13912345678
`;
const rows = [
  {
    reportId: 'R-9002',
    reportedAt: '2026-06-15T08:37:00+08:00',
    reporter_name: 'Example Caller',
    reporter_phone: '+1 213 555 0147',
    content: `${control} three, ask Example Caller, +1 213 555 0147`,
    lng: 121.5434,
    lat: 29.8685,
  },
];

async function* filesIn(dir: string): AsyncGenerator<string> {
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) yield join(entry.parentPath, entry.name);
  }
}

const encodings = ['utf8', 'gb18030', 'utf16le'] as const;
const foundIn = (content: Buffer, words: readonly string[]): string[] =>
  words.filter((word) => encodings.some((encoding) => content.includes(iconv.encode(word, encoding))));

test('what is planted about callers is in no table, no message, no file, no log line and no answer', async () => {
  await using scratch = await scratchDir();
  const answers: string[] = [];
  let said = '';
  {
    await using cli = startCli(['up', '--data', scratch.dir, '--port', '0'], {
      SHARP_EYES_LOG__LEVEL: 'debug',
    });
    const [, url = ''] = await cli.says(/Page: (http:\/\/\S+)/, 60_000);
    const token = (await readFile(join(scratch.dir, 'api', 'local-token'), 'utf8')).trim();
    const ask = async (path: string, body?: string | Uint8Array): Promise<string> => {
      const response = await fetch(`${url}${path}`, {
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': typeof body === 'string' ? 'application/json' : 'application/octet-stream',
        },
        ...(body === undefined
          ? {}
          : { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body) }),
      });
      const text = await response.text();
      answers.push(text);
      expect(response.status, `${path}: ${text}`).toBe(200);
      return text;
    };
    const imported = async (profile: string, content: Uint8Array): Promise<ImportSummary> =>
      JSON.parse(await ask(`/api/records/import?profile=${profile}&fileName=${profile}.csv`, content));
    // As exported: one of them in GBK.
    expect(await imported('call110', iconv.encode(call110, 'gbk'))).toMatchObject({
      acceptedCount: 1,
      rejectedCount: 1,
    });
    expect(await imported('resident-report', Buffer.from(resident))).toMatchObject({ acceptedCount: 1 });
    expect(await imported('permit', Buffer.from(permits))).toMatchObject({ acceptedCount: 1 });
    const submission = { profile: 'resident-report', rows };
    expect(JSON.parse(await ask('/api/records', JSON.stringify(submission)))).toMatchObject({
      acceptedCount: 1,
    });
    await ask(
      '/api/public/reports',
      JSON.stringify({
        reportKey: '3f0d1f0e-6d0f-4f0e-9a51-0a7d5c1f9b11',
        text: `${control}四，我叫欧阳示范，电话13912345678`,
        placeText: '示范路12号，联系人欧阳示范',
        lonDeg: null,
        latDeg: null,
      }),
    );
    for (const path of ['/api/incidents', '/api/audit?limit=500', '/metrics']) await ask(path);
    // Written behind: the tables follow the bus.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    cli.interrupt();
    const { stdout, stderr } = await cli.finished;
    said = stdout + stderr;
  }
  expect(foundIn(Buffer.from(said + answers.join('\n')), planted)).toEqual([]);

  const controlled: string[] = [];
  for await (const file of filesIn(scratch.dir)) {
    const content = await readFile(file);
    expect(foundIn(content, planted), file).toEqual([]);
    if (foundIn(content, [control]).length > 0) controlled.push(file);
  }
  // The messages of the bus lie in its files as they are.
  expect(controlled.some((file) => file.includes('bus'))).toBe(true);

  // The store's files are compressed: each table is read whole.
  const log = openLog({ level: 'error' });
  await using store = await openStore({ kind: 'embedded' }, { dataDir: scratch.dir, log });
  const Row = z.record(z.string(), z.unknown());
  let seen = 0;
  for (const { name } of allTables) {
    const stored = JSON.stringify(await store.query(`SELECT * FROM ${name}`, {}, Row));
    expect(foundIn(Buffer.from(stored), planted), name).toEqual([]);
    seen += stored.split(control).length - 1;
  }
  // The call, the two reports, the one from the public page.
  expect(seen).toBeGreaterThanOrEqual(4);
}, 180_000);
