import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { drainPending } from 'chdb';
import { type ChdbConnection, createChdbConnection } from 'chdb/connection';
import { z } from 'zod';
import { type Config, messageOf, PipelineError, systemCodeOf } from '../../kernel/index.ts';
import type { Location } from './errors.ts';
import { refuseFolderInUse, whyRefused } from './refused-folder.ts';
import { identifier } from './sql.ts';
import { type Statements, statementsOn } from './statements.ts';

/** One way to ClickHouse, in process or over HTTP, inside the product's own database. */
export interface Connection extends Location, AsyncDisposable {
  readonly statements: Statements;
}

/**
 * Constant for all statements, because a `SET` on the in-process connection stays for what follows; whatever
 * differs from call to call belongs into the statement's own SETTINGS.
 */
const settings = {
  // Counts must arrive as numbers; servers before 25.8 quote them.
  output_format_json_quote_64bit_integers: 0,
  // Servers may collect small inserts by default: then an answer would come before the rows are durable.
  async_insert: 0,
  // A retried batch must not be counted twice by the views behind a table.
  deduplicate_blocks_in_dependent_materialized_views: 1,
} as const;

// Every error is thrown; the client would print it to the console as well, with the statement.
const quiet = { level: ClickHouseLogLevel.OFF };

type Environment = Readonly<Record<string, string | undefined>>;
type ConfigOf<K> = Extract<Config['store'], { kind: K }>;

/**
 * Connect, and make the database where it is missing.
 * @param environment holds the password under the name that the configuration gives.
 * @throws PipelineError DATA_DIR_IN_USE, DATA_DIR_UNUSABLE, DISK_FULL, CONFIG_INVALID, STORE_UNREACHABLE, STORE_QUERY.
 */
export async function connect(
  config: Config['store'],
  { dataDir, environment }: { dataDir: string; environment: Environment },
): Promise<Connection> {
  return config.kind === 'embedded'
    ? await connectInProcess(join(dataDir, 'store'), 'sharp_eyes')
    : await connectOverHttp(config, environment);
}

async function connectInProcess(folder: string, database: string): Promise<Connection> {
  await makeFolder(folder);
  await refuseFolderInUse(folder);
  let connection: ChdbConnection;
  try {
    connection = createChdbConnection({ path: folder });
  } catch (cause) {
    throw await whyRefused(folder, cause);
  }
  const client = createClient({
    connection: asClientConnection(connection),
    clickhouse_settings: settings,
    log: quiet,
  });
  const location: Location = { where: folder, isRemote: false };
  const statements = statementsOn(client, location);
  const close = async (): Promise<void> => {
    await client.close();
    // close() returns before the engine has let go of the folder when a statement was still running.
    await drainPending();
  };
  try {
    await makeDatabase(statements, database);
    // Stays for the connection, as the `database` of a client over HTTP does.
    await statements.run(`USE ${identifier(database)}`, `use database ${database}`);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...location, statements, [Symbol.asyncDispose]: close };
}

/** The same interface: chDB declares it from `@clickhouse/client-common`, the client from a copy of its own. */
const asClientConnection = (connection: ChdbConnection) =>
  connection as unknown as NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

async function connectOverHttp(
  config: ConfigOf<'clickhouse'>,
  environment: Environment,
): Promise<Connection> {
  const { origin, pathname } = new URL(config.url);
  const location: Location = { where: origin, isRemote: true };
  const password = passwordOf(config, environment);
  const open = (database: string) =>
    createClient({
      // Only the origin: a login in the address would end up in logs, and the client takes a path for a database.
      url: origin,
      ...(pathname === '/' ? {} : { pathname }),
      username: config.user,
      password,
      database,
      application: 'sharp-eyes',
      request_timeout: 60_000,
      compression: { request: true, response: true },
      clickhouse_settings: settings,
      log: quiet,
    });
  // A server refuses every statement that names a database it does not have, also the one that would make it.
  const outside = open('default');
  try {
    await makeDatabase(statementsOn(outside, location), config.database);
  } finally {
    await outside.close();
  }
  const client = open(config.database);
  return {
    ...location,
    statements: statementsOn(client, location),
    [Symbol.asyncDispose]: async () => {
      await client.close();
    },
  };
}

/** Asks first: where an administrator made the database, the user needs no right to make one. */
async function makeDatabase(statements: Statements, database: string): Promise<void> {
  const found = await statements.select(
    'SELECT name FROM system.databases WHERE name = {database:String}',
    { database },
    z.object({ name: z.string() }),
    `look for database ${database}`,
  );
  if (found.length > 0) return;
  await statements.run(
    `CREATE DATABASE IF NOT EXISTS ${identifier(database)} ENGINE = Atomic`,
    `create database ${database}`,
  );
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new PipelineError(
      systemCodeOf(cause) === 'ENOSPC' ? 'DISK_FULL' : 'DATA_DIR_UNUSABLE',
      `The folder ${folder} cannot be made: ${messageOf(cause)}`,
      { hint: 'Set dataDir to a folder that this user may write to, on a disk with room.', cause },
    );
  }
}

function passwordOf({ passwordEnv: name }: ConfigOf<'clickhouse'>, environment: Environment): string {
  if (name === undefined) return '';
  const password = environment[name];
  if (password !== undefined) return password;
  throw new PipelineError('CONFIG_INVALID', `store.passwordEnv names ${name}, which is not set.`, {
    hint: `Set the environment variable ${name} to the password of store.user, or leave store.passwordEnv out.`,
  });
}
