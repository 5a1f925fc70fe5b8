import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import { Session } from 'chdb';

/** What stands in an address beside settings and `param_*`. */
const reserved = new Set(['query', 'query_id', 'database', 'user', 'password', 'default_format', 'role']);

/** Settings of the HTTP layer itself, which the engine does not know. */
const layerSettings = new Set([
  'enable_http_compression',
  'http_zlib_compression_level',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'wait_end_of_query',
  'buffer_size',
]);

/** Parts of the interface that this server does not have; asking for them must not look like success. */
const missing = new Set(['session_id', 'compress', 'decompress']);

interface Served {
  readonly dir: string;
  /** Of the user `default`; null: any login is accepted. */
  readonly password: string | null;
}

/** Answer one request as ClickHouse would: rows, or an error with its status, code header and text. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: Served,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const queryId = url.searchParams.get('query_id') ?? randomUUID();
  response.setHeader('X-ClickHouse-Query-Id', queryId);
  try {
    if (url.pathname === '/ping') {
      response.end('Ok.\n');
      return;
    }
    const body = await bodyOf(request);
    refuseWrongLogin(request, url.searchParams, served.password);
    const result = await run(url.searchParams, body, served.dir);
    response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    response.setHeader('X-ClickHouse-Summary', JSON.stringify(result.summary));
    send(request, response, url.searchParams, result.bytes);
  } catch (error) {
    const { code, message } = exceptionOf(error);
    response.statusCode = statusOf(message);
    response.setHeader('X-ClickHouse-Exception-Code', String(code));
    response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    send(request, response, url.searchParams, Buffer.from(`${message}\n`));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  switch (request.headers['content-encoding'] ?? 'identity') {
    case 'identity':
      return await buffer(request);
    case 'gzip':
      return await buffer(request.pipe(createGunzip()));
    default:
      throw new Error('Code: 48. DB::Exception: This test server reads gzip only. (NOT_IMPLEMENTED)');
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  parameters: URLSearchParams,
  bytes: Buffer,
): void {
  const asked = (request.headers['accept-encoding'] ?? '').includes('gzip');
  if (!asked || parameters.get('enable_http_compression') !== '1') {
    response.end(bytes);
    return;
  }
  response.setHeader('Content-Encoding', 'gzip');
  response.end(gzipSync(bytes, { level: 1 }));
}

function refuseWrongLogin(
  request: IncomingMessage,
  parameters: URLSearchParams,
  password: string | null,
): void {
  if (password === null) return;
  const [, basic = ''] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const [user, given] = Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s);
  const isRight =
    basic === ''
      ? parameters.get('password') === password || request.headers['x-clickhouse-key'] === password
      : user === 'default' && given === password;
  if (isRight) return;
  throw new Error(
    'Code: 516. DB::Exception: default: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)',
  );
}

/** One statement in a session of its own, so that no setting or parameter outlives its request. */
async function run(
  parameters: URLSearchParams,
  body: Buffer,
  dir: string,
): Promise<{ bytes: Buffer; summary: object }> {
  const session = new Session(dir);
  try {
    const set = settingsOf(parameters);
    const database = parameters.get('database') ?? 'default';
    // A statement each, so that an error in one is told as its own.
    await session.queryAsync(`USE \`${database.replaceAll('`', '\\`')}\``);
    if (set !== '') await session.queryAsync(set);
    const query = parameters.get('query');
    const statement = query === null ? body : Buffer.concat([Buffer.from(`${query}\n`), body]);
    const result = await session.queryAsync(statement.toString('utf8'), {
      format: parameters.get('default_format') ?? 'TabSeparated',
    });
    return {
      bytes: Buffer.from(result.bytes()),
      summary: { read_rows: String(result.rowsRead), read_bytes: String(result.bytesRead) },
    };
  } finally {
    session.close();
  }
}

function settingsOf(parameters: URLSearchParams): string {
  const statements: string[] = [];
  for (const [name, value] of parameters) {
    if (missing.has(name)) {
      throw new Error(`Code: 48. DB::Exception: This test server has no ${name}. (NOT_IMPLEMENTED)`);
    }
    if (reserved.has(name) || layerSettings.has(name)) continue;
    if (!/^\w+$/.test(name)) {
      throw new Error(`Code: 115. DB::Exception: Unknown setting '${name}'. (UNKNOWN_SETTING)`);
    }
    const text = value.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
    statements.push(`SET ${name} = '${text}'`);
  }
  return statements.join('; ');
}

function exceptionOf(error: unknown): { code: number; message: string } {
  const found = error instanceof Error ? error.message : String(error);
  const code = /^Code: (\d+)/.exec(found)?.[1];
  if (code !== undefined) return { code: Number(code), message: found };
  return { code: 1_002, message: `Code: 1002. DB::Exception: ${found} (UNKNOWN_EXCEPTION)` };
}

const notThere =
  /^(UNKNOWN_(TABLE|DATABASE|FUNCTION|IDENTIFIER|TYPE|STORAGE|SETTING|FORMAT)|TABLE_.*EXISTS|NO_SUCH_COLUMN_IN_TABLE)/;
const notUnderstood = /^(SYNTAX_ERROR|CANNOT_PARSE_|TYPE_MISMATCH|INCORRECT_DATA|BAD_ARGUMENTS)/;

/** As in ClickHouse's `exceptionCodeToHTTPStatus`. */
function statusOf(message: string): number {
  const name = /\(([A-Z0-9_]+)\)\s*$/.exec(message)?.[1] ?? '';
  if (name === 'AUTHENTICATION_FAILED') return 403;
  if (notThere.test(name)) return 404;
  if (notUnderstood.test(name)) return 400;
  if (name === 'NOT_IMPLEMENTED') return 501;
  return 500;
}
