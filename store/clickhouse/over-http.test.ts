import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { incidentTable } from '../../contracts/index.ts';
import { openLog } from '../../kernel/index.ts';
import { startTestClickHouse, type TestClickHouse } from '../../test/clickhouse/index.ts';
import { openStore } from '../index.ts';
import { storeSuite } from '../store.suite.ts';
import type { Places } from '../testing/place.ts';

const log = openLog({ level: 'silent' });

/** A real server, with a login in the address where it needs one: `http://user:password@host:8123`. */
const named = process.env['CLICKHOUSE_URL'];

if (named === undefined) storeSuite('clickhouse over HTTP: test server over chDB', onTestServer);
else storeSuite('clickhouse over HTTP: server at CLICKHOUSE_URL', async () => onServer(new URL(named)));

const configFor = (url: string, database = `sharp_eyes_test_${randomUUID().replaceAll('-', '')}`) => ({
  kind: 'clickhouse' as const,
  url,
  user: 'default',
  database,
});

async function onTestServer(): Promise<Places> {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-clickhouse-'));
  let server: TestClickHouse = await startTestClickHouse({ dir });
  const { url } = server;
  return {
    fresh: async () => ({ config: configFor(url), dataDir: dir }),
    restartServer: async () => {
      await server.kill();
      server = await startTestClickHouse({ dir, port: Number(new URL(url).port) });
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await rm(dir, { recursive: true });
    },
  };
}

function onServer(url: URL): Places {
  const username = decodeURIComponent(url.username) || 'default';
  const password = decodeURIComponent(url.password);
  // Consumers that the suite starts read it from there too.
  process.env['CLICKHOUSE_TEST_PASSWORD'] = password;
  const databases: string[] = [];
  return {
    fresh: async () => {
      const config = { ...configFor(url.href), user: username, passwordEnv: 'CLICKHOUSE_TEST_PASSWORD' };
      databases.push(config.database);
      return { config, dataDir: '' };
    },
    restartServer: null,
    [Symbol.asyncDispose]: async () => {
      const client = createClient({ url: url.origin, username, password });
      for (const database of databases)
        await client.command({ query: `DROP DATABASE IF EXISTS ${database} SYNC` });
      await client.close();
    },
  };
}

test.skipIf(named === undefined)(
  'a real ClickHouse server does the same (CLICKHOUSE_URL names none: the test server over chDB stood in)',
  async () => {
    await using places = onServer(new URL(named ?? ''));
    const { config, dataDir } = await places.fresh();
    await using store = await openStore(config, { dataDir, log });
    const Version = z.object({ version: z.string() });
    const [found] = await store.query('SELECT version() AS version', {}, Version);
    expect(Number(found?.version.split('.')[0])).toBeGreaterThanOrEqual(24);
  },
);

test('three that open an empty database at the same time make one schema', async () => {
  const places = named === undefined ? await onTestServer() : onServer(new URL(named));
  await using _places = places;
  const { config, dataDir } = await places.fresh();
  const stores = await Promise.all([1, 2, 3].map(async () => await openStore(config, { dataDir, log })));
  for (const store of stores) await store[Symbol.asyncDispose]();
  await using store = await openStore(config, { dataDir, log });
  expect(await store.find(incidentTable)).toEqual([]);
});

test('a server that is not there is told as such, and may be tried again', async () => {
  const vacant = createServer();
  await new Promise<void>((resolve) => vacant.listen(0, '127.0.0.1', resolve));
  const { port } = vacant.address() as AddressInfo;
  await new Promise((resolve) => vacant.close(resolve));
  await expect(openStore(configFor(`http://127.0.0.1:${port}`), { dataDir: '', log })).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    retryable: true,
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

test('a server that is something else than ClickHouse is told as such', async () => {
  const stranger = createServer((_request, response) => {
    response.statusCode = 404;
    response.end('<html>nginx</html>');
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const { port } = stranger.address() as AddressInfo;
  await expect(openStore(configFor(`http://127.0.0.1:${port}`), { dataDir: '', log })).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    message: expect.stringContaining('nginx'),
  });
  await new Promise((resolve) => stranger.close(resolve));
});

test('a wrong password is told without the password, a missing one by the name of its variable', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-clickhouse-'));
  await using server = await startTestClickHouse({ dir, password: 'right-one' });
  const config = { ...configFor(server.url), passwordEnv: 'STORE_PASSWORD' };
  const openWith = (environment: Readonly<Record<string, string>>) =>
    openStore(config, { dataDir: '', log, environment });
  const refused = await openWith({ STORE_PASSWORD: 'wrong-one' }).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'STORE_QUERY',
    retryable: false,
    hint: expect.stringContaining('store.passwordEnv'),
  });
  expect(String(refused)).not.toContain('wrong-one');
  await expect(openWith({})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('STORE_PASSWORD'),
  });
  await (await openWith({ STORE_PASSWORD: 'right-one' }))[Symbol.asyncDispose]();
  await server.stop();
  await rm(dir, { recursive: true });
});
