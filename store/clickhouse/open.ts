import { join } from 'node:path';
import { allTables, observationTable, type Table } from '../../contracts/index.ts';
import { type Config, type Log, messageOf, PipelineError } from '../../kernel/index.ts';
import type { Store } from '../store.ts';
import { ClickHouseStore } from './clickhouse-store.ts';
import type { Connection } from './connection.ts';
import { migrate } from './migrations.ts';
import { connectOverHttp, type Environment } from './over-http.ts';
import { checkTables, deriveTables, keepObservations, settleTables } from './schema.ts';

/** What the caller of `openStore` hands in. */
export interface StoreOptions {
  /** The embedded store lies in `<dataDir>/store`. */
  readonly dataDir: string;
  readonly log: Log;
  /** Where `store.passwordEnv` is looked up; the environment of the process by default. */
  readonly environment?: Environment;
  /** Tables to derive; all by default. */
  readonly tables?: readonly Table[];
  /** Folder of numbered migrations; the shipped ones by default. */
  readonly migrationsDir?: string;
}

/** What the law asks at least. */
const leastDays = 30;
const shippedMigrations = join(import.meta.dirname, 'migrations');

/**
 * Open the store and bring its tables to what the contracts say.
 * @throws PipelineError DATA_DIR_IN_USE, DATA_DIR_UNUSABLE, DISK_FULL, CONFIG_INVALID, SETUP_MISSING, STORE_UNREACHABLE (retryable),
 *   STORE_QUERY, STORE_SCHEMA_DRIFT, STORE_MIGRATION_CHANGED.
 */
export async function openStore(config: Config['store'], options: StoreOptions): Promise<Store> {
  const { dataDir, log, environment = process.env, tables = allTables } = options;
  const connection =
    config.kind === 'embedded'
      ? await connectEmbedded(join(dataDir, 'store'))
      : await connectOverHttp(config, environment);
  try {
    const { statements, where } = connection;
    // New columns before migrations, which may fill them; the comparison after, which they may have to satisfy.
    await deriveTables(statements, tables, log);
    await migrate(statements, options.migrationsDir ?? shippedMigrations, log);
    await checkTables(statements, tables);
    await settleTables(statements);
    if (tables.includes(observationTable))
      await keepObservations(statements, config.observationDays ?? leastDays);
    log.debug({ where }, 'store open');
    return new ClickHouseStore(connection);
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}

async function connectEmbedded(folder: string): Promise<Connection> {
  // Only here: a process of a cluster never needs the engine.
  const engine = await import('./in-process.ts').catch((cause: unknown) => {
    throw new PipelineError('SETUP_MISSING', `The embedded store cannot be loaded: ${messageOf(cause)}`, {
      hint: 'It runs on Linux (glibc) and macOS. Run the set-up again, or use a server: store.kind clickhouse.',
      cause,
    });
  });
  return await engine.connectInProcess(folder);
}
