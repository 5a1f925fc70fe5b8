import { z } from 'zod';
import { columnsOf, createTableSql, observationTable, type Table } from '../../contracts/index.ts';
import { type Log, PipelineError } from '../../kernel/index.ts';
import { identifier } from './sql.ts';
import type { Statements } from './statements.ts';

/** Settings that every table of the database has, also those that migrations make. */
const tableSettings: Readonly<Record<string, number>> = {
  // Off by default: without it a token means nothing. Counted in batches, of all partitions together.
  non_replicated_deduplication_window: 10_000,
  // The offset of a batch is committed right after it, so the batch must survive a power cut (2.6 ms per batch).
  fsync_after_insert: 1,
  fsync_part_directory: 1,
};

const StoredColumn = z.object({ table: z.string(), name: z.string(), type: z.string() });
const StoredTable = z.object({
  name: z.string(),
  engine_full: z.string(),
  sorting_key: z.string(),
});

/** Make missing tables and add missing columns; both follow from the contracts alone. */
export async function deriveTables(
  statements: Statements,
  tables: readonly Table[],
  log: Log,
): Promise<void> {
  for (const table of tables) await statements.run(createTableSql(table), `create table ${table.name}`);
  const stored = await storedColumns(statements);
  for (const table of tables) {
    for (const { name, type } of columnsOf(table)) {
      if (stored.get(table.name)?.has(name) === true) continue;
      await statements.run(
        `ALTER TABLE ${identifier(table.name)} ADD COLUMN IF NOT EXISTS ${identifier(name)} ${type}`,
        `add column ${table.name}.${name}`,
      );
      log.info({ table: table.name, column: name, type }, 'column added to the store');
    }
  }
}

/**
 * Compare what is stored with what the contracts say. Columns that no contract has any more are left alone: a newer
 * version may run beside this one.
 * @throws PipelineError STORE_SCHEMA_DRIFT naming table, column and both types.
 */
export async function checkTables(statements: Statements, tables: readonly Table[]): Promise<void> {
  const columns = await storedColumns(statements);
  const found = new Map((await storedTables(statements)).map((stored) => [stored.name, stored]));
  for (const table of tables) {
    for (const { name, type } of columnsOf(table)) {
      const storedType = columns.get(table.name)?.get(name) ?? 'nothing';
      if (sameSql(storedType, type)) continue;
      throw drift(`Column ${table.name}.${name} is stored as ${storedType}; the contract says ${type}.`);
    }
    const stored = found.get(table.name);
    const key = table.orderBy.join(', ');
    // ClickHouse keeps the brackets of a single column.
    const storedKey = stored?.sorting_key.replaceAll(/[()]/g, '') ?? '';
    if (stored === undefined || !sameSql(storedKey, key)) {
      throw drift(`Table ${table.name} is sorted by ${storedKey}; the contract says ${key}.`);
    }
    const version = /ReplacingMergeTree\((?:'[^']*', )*(\w+)\)/.exec(stored.engine_full)?.[1];
    if (version !== table.versionBy) {
      throw drift(
        `Table ${table.name} keeps the row with the highest ${version ?? '(nothing)'}; the contract says ${table.versionBy ?? '(nothing)'}.`,
      );
    }
  }
}

const drift = (found: string): PipelineError =>
  new PipelineError('STORE_SCHEMA_DRIFT', found, {
    hint: 'Write a migration in store/clickhouse/migrations that brings the stored table to the contract.',
  });

/** Turn the settings on wherever they differ, so that a table added later cannot be forgotten. */
export async function settleTables(statements: Statements): Promise<void> {
  for (const { name, engine_full: engine } of await storedTables(statements)) {
    const wanted = Object.entries(tableSettings).filter(
      ([setting, value]) => !new RegExp(`\\b${setting} = ${value}\\b`).test(engine),
    );
    if (wanted.length === 0) continue;
    const changes = wanted.map(([setting, value]) => `${setting} = ${value}`).join(', ');
    await statements.run(
      `ALTER TABLE ${identifier(name)} MODIFY SETTING ${changes}`,
      `settings of table ${name}`,
    );
  }
}

/** Keep observations for so many days of captured time; nothing is rewritten where that is so already. */
export async function keepObservations(statements: Statements, days: number): Promise<void> {
  const { name } = observationTable;
  const stored = (await storedTables(statements)).find((table) => table.name === name);
  if (stored === undefined || stored.engine_full.includes(`toIntervalDay(${days})`)) return;
  await statements.run(
    `ALTER TABLE ${identifier(name)} MODIFY TTL
     toDateTime(fromUnixTimestamp64Milli(capturedAtMs)) + INTERVAL ${days} DAY`,
    `retention of table ${name}`,
  );
}

async function storedTables(statements: Statements): Promise<z.infer<typeof StoredTable>[]> {
  return await statements.select(
    `SELECT name, engine_full, sorting_key FROM system.tables
     WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND NOT startsWith(name, '.inner')`,
    {},
    StoredTable,
    'read the tables',
  );
}

async function storedColumns(statements: Statements): Promise<Map<string, Map<string, string>>> {
  const rows = await statements.select(
    'SELECT table, name, type FROM system.columns WHERE database = currentDatabase()',
    {},
    StoredColumn,
    'read the columns',
  );
  return new Map(
    Object.entries(Object.groupBy(rows, ({ table }) => table)).map(([table, of]) => [
      table,
      new Map((of ?? []).map(({ name, type }) => [name, type])),
    ]),
  );
}

const sameSql = (one: string, other: string): boolean =>
  one.replaceAll(/\s/g, '') === other.replaceAll(/\s/g, '');
