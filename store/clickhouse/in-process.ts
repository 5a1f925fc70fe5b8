import { mkdir } from 'node:fs/promises';
import { createClient } from '@clickhouse/client';
import { drainPending } from 'chdb';
import { type ChdbConnection, createChdbConnection } from 'chdb/connection';
import { messageOf, PipelineError, systemCodeOf } from '../../kernel/index.ts';
import { type Connection, makeDatabase, quiet, settings } from './connection.ts';
import type { Location } from './errors.ts';
import { refuseFolderInUse, whyRefused } from './refused-folder.ts';
import { identifier } from './sql.ts';
import { statementsOn } from './statements.ts';

const database = 'sharp_eyes';

/**
 * Open ClickHouse's engine in this process. Importing this file maps the engine (about 200 MB), so only a process that
 * needs it should.
 * @throws PipelineError DATA_DIR_IN_USE, DATA_DIR_UNUSABLE, DISK_FULL, STORE_QUERY.
 */
export async function connectInProcess(folder: string): Promise<Connection> {
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
