import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestClickHouse, type TestClickHouse } from './index.ts';

/** Each expectation is what ClickHouse's manual says of its HTTP interface. */
let server: TestClickHouse;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-http-'));
  server = await startTestClickHouse({ dir });
});
afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true });
});

const ask = async (
  parameters: Readonly<Record<string, string>>,
  init: RequestInit = {},
): Promise<{ status: number; text: string; exceptionCode: string | null }> => {
  const response = await fetch(`${server.url}/?${new URLSearchParams(parameters).toString()}`, init);
  return {
    status: response.status,
    text: await response.text(),
    exceptionCode: response.headers.get('X-ClickHouse-Exception-Code'),
  };
};
const post = (body: string | Uint8Array<ArrayBuffer>): RequestInit => ({ method: 'POST', body });

test('it says that it is there, and listens on loopback only', async () => {
  expect(await (await fetch(`${server.url}/ping`)).text()).toBe('Ok.\n');
  expect(new URL(server.url).hostname).toBe('127.0.0.1');
});

test('a query comes in the address, in the body, or begins in the one and ends in the other', async () => {
  expect((await ask({ query: 'SELECT 1' })).text).toBe('1\n');
  expect((await ask({}, post('SELECT 2'))).text).toBe('2\n');
  await ask(
    { query: 'CREATE TABLE visit (atMs Int64, name String) ENGINE = MergeTree ORDER BY atMs' },
    post(''),
  );
  await ask(
    { query: 'INSERT INTO visit FORMAT JSONEachRow' },
    post('{"atMs":1,"name":"a;b"}\n{"atMs":2,"name":"c"}\n'),
  );
  const rows = await ask({ query: 'SELECT name FROM visit ORDER BY atMs', default_format: 'JSONEachRow' });
  expect(rows.text).toBe('{"name":"a;b"}\n{"name":"c"}\n');
});

test('parameters are values, never SQL, and settings last for one request', async () => {
  const query = 'SELECT {text:String} AS text, {list:Array(String)} AS list, {none:Nullable(Int64)} AS none';
  const asked = await ask({
    query,
    default_format: 'JSONEachRow',
    param_text: "tab\\t ' OR 1=1 --",
    param_list: "['a\\'','b']",
    param_none: '\\N',
  });
  expect(JSON.parse(asked.text)).toEqual({ text: "tab\t ' OR 1=1 --", list: ["a'", 'b'], none: null });
  const threads = { query: "SELECT getSetting('max_threads')" };
  expect((await ask({ ...threads, max_threads: '3' })).text).toBe('3\n');
  expect((await ask(threads)).text).not.toBe('3\n');
});

test('an error has its status, its code in a header and its name in the text', async () => {
  const cases: readonly (readonly [Record<string, string>, number, string, string])[] = [
    [{ query: 'SELECT * FROM nope' }, 404, '60', 'UNKNOWN_TABLE'],
    [{ query: 'SELECT 1', database: 'nope' }, 404, '81', 'UNKNOWN_DATABASE'],
    [{ query: 'SELECT 1 +' }, 400, '62', 'SYNTAX_ERROR'],
    [{ query: 'SELECT 1', no_such_setting: '1' }, 404, '115', 'UNKNOWN_SETTING'],
    [{ query: 'SELECT throwIf(1)' }, 500, '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
    [{ query: 'SELECT 1', session_id: 'x' }, 501, '48', 'NOT_IMPLEMENTED'],
  ];
  for (const [parameters, status, exceptionCode, name] of cases) {
    const answer = await ask(parameters);
    expect(answer, name).toMatchObject({ status, exceptionCode });
    expect(answer.text).toMatch(new RegExp(`^Code: ${exceptionCode}\\. DB::.*\\(${name}\\)\\s*$`, 's'));
  }
});

test('bodies are compressed when asked for, in both directions', async () => {
  const sent = await ask({}, { ...post(gzipSync('SELECT 1')), headers: { 'Content-Encoding': 'zstd' } });
  expect(sent.exceptionCode).toBe('48');
  expect(
    (await ask({}, { ...post(gzipSync('SELECT 7')), headers: { 'Content-Encoding': 'gzip' } })).text,
  ).toBe('7\n');

  const raw = await new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
    request(
      `${server.url}/?query=SELECT+8&enable_http_compression=1`,
      { headers: { 'Accept-Encoding': 'gzip' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) }),
        );
      },
    )
      .on('error', reject)
      .end();
  });
  expect(raw.encoding).toBe('gzip');
  expect(gunzipSync(raw.bytes).toString()).toBe('8\n');
});

test('it comes back with its data after kill −9, and ends when told to', async () => {
  const other = await mkdtemp(join(tmpdir(), 'sharp-eyes-http-'));
  const first = await startTestClickHouse({ dir: other });
  const run = async (query: string): Promise<string> => {
    const response = await fetch(first.url, { method: 'POST', body: query });
    return await response.text();
  };
  await run('CREATE TABLE t (x Int64) ENGINE = MergeTree ORDER BY x');
  await run('INSERT INTO t VALUES (5)');
  await first.kill();
  await expect(run('SELECT 1')).rejects.toThrow(/fetch failed/);
  const second = await startTestClickHouse({ dir: other, port: Number(new URL(first.url).port) });
  expect(await run('SELECT x FROM t')).toBe('5\n');
  await second.stop();
  expect(() => process.kill(second.processId, 0)).toThrow(/ESRCH/);
  await rm(other, { recursive: true });
});
