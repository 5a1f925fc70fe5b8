import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Log, PipelineError } from '../../kernel/index.ts';
import { statementsOf } from './sql.ts';
import type { Statements } from './statements.ts';

interface Migration {
  readonly number: number;
  readonly fileName: string;
  readonly sha256: string;
  readonly statements: readonly string[];
}

const Applied = z.object({ number: z.int(), fileName: z.string(), sha256: z.string() });

const createMigrationTable = `CREATE TABLE IF NOT EXISTS schema_migration (
  number UInt32,
  fileName String,
  sha256 String,
  appliedAt DateTime64(3, 'UTC') DEFAULT now64(3)
) ENGINE = ReplacingMergeTree ORDER BY number`;

/**
 * Apply the migrations that are not recorded yet, in the order of their numbers.
 *
 * A migration is recorded after its last statement. One that was interrupted, or that two processes began at the
 * same time, runs again from its first statement: every statement must be harmless when it runs twice.
 * @throws PipelineError STORE_MIGRATION_CHANGED when an applied file is no longer what it was; STORE_QUERY.
 */
export async function migrate(statements: Statements, folder: string, log: Log): Promise<void> {
  await statements.run(createMigrationTable, 'create the record of migrations');
  const applied = await statements.select(
    'SELECT number, fileName, sha256 FROM schema_migration FINAL',
    {},
    Applied,
    'read the record of migrations',
  );
  const appliedByNumber = new Map(applied.map((row) => [row.number, row]));
  const known = await migrationsIn(folder);
  for (const migration of known) {
    const before = appliedByNumber.get(migration.number);
    appliedByNumber.delete(migration.number);
    if (before === undefined) await apply(statements, migration, log);
    else if (before.sha256 !== migration.sha256) throw changed(migration, before);
  }
  for (const { fileName } of appliedByNumber.values()) {
    log.warn({ migration: fileName }, 'the store was migrated by a newer version than this one');
  }
}

async function apply(statements: Statements, migration: Migration, log: Log): Promise<void> {
  const { number, fileName, sha256 } = migration;
  for (const [index, statement] of migration.statements.entries()) {
    await statements.run(statement, `migration ${fileName}, statement ${index + 1}`);
  }
  // A SELECT instead of VALUES: it takes parameters on both connections.
  await statements.run(
    'INSERT INTO schema_migration (number, fileName, sha256) SELECT {number:UInt32}, {fileName:String}, {sha256:String}',
    `record migration ${fileName}`,
    { number, fileName, sha256 },
  );
  log.info({ migration: fileName }, 'store migrated');
}

const changed = (migration: Migration, before: z.infer<typeof Applied>): PipelineError =>
  new PipelineError(
    'STORE_MIGRATION_CHANGED',
    `Migration ${migration.fileName} is not the one that was applied (${before.fileName}): sha256 ${migration.sha256}, then ${before.sha256}.`,
    { hint: 'Restore the file as it was and put the change into a new migration with the next number.' },
  );

/** @throws PipelineError STORE_MIGRATION_CHANGED when two files share a number. */
async function migrationsIn(folder: string): Promise<Migration[]> {
  const fileNames = (await readdir(folder)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).toSorted();
  const migrations: Migration[] = [];
  for (const fileName of fileNames) {
    const script = await readFile(join(folder, fileName), 'utf8');
    const number = Number(fileName.slice(0, 4));
    const twin = migrations.find((other) => other.number === number);
    if (twin !== undefined) {
      throw new PipelineError('STORE_MIGRATION_CHANGED', `${twin.fileName} and ${fileName} share a number.`, {
        hint: 'Give the newer one the next free number.',
      });
    }
    const sha256 = createHash('sha256').update(script).digest('hex');
    migrations.push({ number, fileName, sha256, statements: statementsOf(script) });
  }
  return migrations;
}
