import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { observationTable, type Table, table } from '../../contracts/index.ts';
import type { Store } from '../index.ts';
import { batchOf, rowsPerBatch } from './batches.ts';
import { Count, countOf, openAt, originMs, temporaryFolder } from './opened.ts';
import type { Places } from './place.ts';

/** What a store does when a later version of the product opens it. */
export function contractChangeSuite(fresh: Places['fresh']): void {
  describe('a changed contract', () => {
    const Visit = z.strictObject({ visitId: z.string(), atMs: z.int() });
    const visits = table({ name: 'visit', schema: Visit, orderBy: ['visitId'] });
    const withNote = table({ ...visits, schema: Visit.extend({ note: z.string().nullable() }) });
    const withRequired = table({ ...visits, schema: Visit.extend({ kind: z.enum(['walk', 'ride']) }) });
    const withOtherType = table({ ...visits, schema: Visit.extend({ atMs: z.string() }) });
    const none = { migrationsDir: '' };
    const migrations = async (files: Readonly<Record<string, string>>): Promise<string> => {
      const folder = await temporaryFolder();
      for (const [file, sql] of Object.entries(files)) await writeFile(join(folder, file), sql);
      return folder;
    };

    test('a new field is one edit: its column is added, older records stay', async () => {
      const place = await fresh();
      none.migrationsDir = await migrations({});
      {
        await using store = await openAt(place, { ...none, tables: [visits] });
        await store.insert(visits, [{ visitId: 'old', atMs: 1 }], { deduplicationToken: '1' });
      }
      await using store = await openAt(place, { ...none, tables: [withNote] });
      await store.insert(withNote, [{ visitId: 'new', atMs: 2, note: 'x' }], { deduplicationToken: '2' });
      expect(await store.find(withNote, { orderBy: 'atMs' })).toEqual([
        { visitId: 'old', atMs: 1, note: null },
        { visitId: 'new', atMs: 2, note: 'x' },
      ]);
    });

    test('a stored row that the contract no longer allows is told, not guessed', async () => {
      const place = await fresh();
      none.migrationsDir = await migrations({});
      {
        await using store = await openAt(place, { ...none, tables: [visits] });
        await store.insert(visits, [{ visitId: 'old', atMs: 1 }], { deduplicationToken: '1' });
      }
      await using store = await openAt(place, { ...none, tables: [withRequired] });
      await expect(store.find(withRequired)).rejects.toMatchObject({
        code: 'STORE_SCHEMA_DRIFT',
        message: expect.stringMatching(/visitId old/),
      });
    });

    test('a field of another type, another key or another version column is refused by name', async () => {
      const place = await fresh();
      none.migrationsDir = await migrations({});
      await (await openAt(place, { ...none, tables: [visits] }))[Symbol.asyncDispose]();
      const cases: readonly (readonly [Table, RegExp])[] = [
        [withOtherType, /visit\.atMs is stored as Int64; the contract says String/],
        [{ ...visits, orderBy: ['atMs'] }, /visit is sorted by visitId; the contract says atMs/],
        [{ ...visits, versionBy: 'atMs' }, /highest \(nothing\); the contract says atMs/],
      ];
      for (const [changed, message] of cases) {
        await expect(openAt(place, { ...none, tables: [changed] })).rejects.toMatchObject({
          code: 'STORE_SCHEMA_DRIFT',
          message: expect.stringMatching(message),
          hint: expect.stringMatching(/migration/),
        });
      }
      // With the migration that the hint asks for, it opens.
      const migrationsDir = await migrations({
        '0001-visit-time-as-text.sql': 'ALTER TABLE visit MODIFY COLUMN atMs String;\n',
      });
      await (await openAt(place, { tables: [withOtherType], migrationsDir }))[Symbol.asyncDispose]();
    });

    test('migrations run once and in order, and a changed file is refused', async () => {
      const place = await fresh();
      const first = "-- one\nALTER TABLE visit ADD COLUMN IF NOT EXISTS extra String DEFAULT 'a;b';\n";
      const second =
        "INSERT INTO visit (visitId, atMs, extra) SELECT concat(visitId, '+'), atMs, extra FROM visit;\n";
      const start = { '0001-extra.sql': first };
      const both = { ...start, '0002-copy.sql': second };
      const openWith = async (files: Readonly<Record<string, string>>): Promise<Store> =>
        await openAt(place, { tables: [visits], migrationsDir: await migrations(files) });
      {
        await using store = await openWith(start);
        await store.insert(visits, [{ visitId: 'a', atMs: 1 }], { deduplicationToken: '1' });
      }
      for (let opened = 0; opened < 2; opened++) {
        await using store = await openWith(both);
        expect((await store.find(visits, { orderBy: 'visitId' })).map(({ visitId }) => visitId)).toEqual([
          'a',
          'a+',
        ]);
        expect(
          await store.query(
            'SELECT extra FROM visit WHERE visitId = {id:String}',
            { id: 'a+' },
            z.object({ extra: z.string() }),
          ),
        ).toEqual([{ extra: 'a;b' }]);
      }
      await expect(openWith({ ...both, '0001-extra.sql': `${first}SELECT 1;\n` })).rejects.toMatchObject({
        code: 'STORE_MIGRATION_CHANGED',
        message: expect.stringMatching(/0001-extra\.sql/),
      });
      await expect(
        openWith({ ...both, '0003-bad.sql': 'SELECT 1;\nALTER TABLE nope DROP COLUMN x;\n' }),
      ).rejects.toMatchObject({
        code: 'STORE_QUERY',
        message: expect.stringMatching(/0003-bad\.sql, statement 2/),
      });
      // An older version beside a newer one goes on.
      await (await openWith(start))[Symbol.asyncDispose]();
      // What failed was not recorded as done: corrected, it runs.
      await using store = await openWith({
        ...both,
        '0003-bad.sql': 'ALTER TABLE visit DROP COLUMN IF EXISTS x;\n',
      });
      expect(await countOf(store, 'schema_migration FINAL')).toBe(3);
    });
  });

  test('the shipped migrations are harmless when they run again', async () => {
    const place = await fresh();
    {
      await using store = await openAt(place);
      await store.insert(observationTable, batchOf(0, originMs), { deduplicationToken: 'a' });
      await store.query('SELECT 1 AS count', {}, Count);
    }
    const forget = await temporaryFolder();
    await writeFile(join(forget, '9999-forget.sql'), 'TRUNCATE TABLE schema_migration;\n');
    await (await openAt(place, { migrationsDir: forget }))[Symbol.asyncDispose]();
    await using store = await openAt(place);
    await store.insert(observationTable, batchOf(1, originMs), { deduplicationToken: 'b' });
    expect(
      await store.query('SELECT toInt64(sum(observations)) AS count FROM observation_hourly', {}, Count),
    ).toEqual([{ count: 2 * rowsPerBatch }]);
  });
}
