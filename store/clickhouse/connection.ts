import { ClickHouseLogLevel } from '@clickhouse/client';
import { z } from 'zod';
import type { Location } from './errors.ts';
import { identifier } from './sql.ts';
import type { Statements } from './statements.ts';

/** One way to ClickHouse, in process or over HTTP, inside the product's own database. */
export interface Connection extends Location, AsyncDisposable {
  readonly statements: Statements;
}

/**
 * Constant for all statements, because a `SET` on the in-process connection stays for what follows; whatever
 * differs from call to call belongs into the statement's own SETTINGS.
 */
export const settings = {
  // Counts must arrive as numbers; servers before 25.8 quote them.
  output_format_json_quote_64bit_integers: 0,
  // Servers may collect small inserts by default: then an answer would come before the rows are durable.
  async_insert: 0,
  // A retried batch must not be counted twice by the views behind a table.
  deduplicate_blocks_in_dependent_materialized_views: 1,
} as const;

// Every error is thrown; the client would print it to the console as well, with the statement.
export const quiet = { level: ClickHouseLogLevel.OFF };

/** Asks first: where an administrator made the database, the user needs no right to make one. */
export async function makeDatabase(statements: Statements, database: string): Promise<void> {
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
