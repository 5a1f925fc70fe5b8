import { createClient } from '@clickhouse/client';
import { type Config, PipelineError } from '../../kernel/index.ts';
import { type Connection, makeDatabase, quiet, settings } from './connection.ts';
import type { Location } from './errors.ts';
import { statementsOn } from './statements.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
type ServerConfig = Extract<Config['store'], { kind: 'clickhouse' }>;

/**
 * Connect to a ClickHouse server, and make the database where it is missing.
 * @param environment holds the password under the name that the configuration gives.
 * @throws PipelineError CONFIG_INVALID, STORE_UNREACHABLE (retryable), STORE_QUERY.
 */
export async function connectOverHttp(config: ServerConfig, environment: Environment): Promise<Connection> {
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

function passwordOf({ passwordEnv: name }: ServerConfig, environment: Environment): string {
  if (name === undefined) return '';
  const password = environment[name];
  if (password !== undefined) return password;
  throw new PipelineError('CONFIG_INVALID', `store.passwordEnv names ${name}, which is not set.`, {
    hint: `Set the environment variable ${name} to the password of store.user, or leave store.passwordEnv out.`,
  });
}
