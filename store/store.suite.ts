import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import {
  allTables,
  commandTable,
  observationTable,
  officialRecordTable,
  sceneEventTable,
  type SceneEvent,
  type Table,
  table,
} from '../contracts/index.ts';
import { openLog } from '../kernel/index.ts';
import { openStore, type Store, type StoreOptions } from './index.ts';
import { arbitraryOf } from './testing/arbitrary.ts';
import { batchOf, rowsPerBatch } from './testing/batches.ts';
import { committedBatches, type Task } from './testing/insert-until-killed.ts';
import type { Place, Places } from './testing/place.ts';

const log = openLog({ level: 'silent' });
const Count = z.object({ count: z.number() });

/** Three days ago: old enough to be settled, young enough for the retention of observations. */
const originMs = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 3 * 86_400_000 + 3_600_000;

const keyOf = (declared: Table, record: Record<string, unknown>): string =>
  JSON.stringify(declared.orderBy.map((column) => record[column]));

/** Up to `count` valid records of a table, each about something else; the same at every run. */
function recordsOf<S extends z.ZodObject>(declared: Table<S>, count: number): z.infer<S>[] {
  const values = fc.sample(arbitraryOf(declared.schema), { numRuns: count, seed: 7 });
  // Through JSON as on the wire: it knows no -0.
  const records = values.map((value) => declared.schema.parse(JSON.parse(JSON.stringify(value))));
  return [...new Map(records.map((record) => [keyOf(declared, record), record])).values()];
}

async function countOf(store: Store, tableName: string): Promise<number | undefined> {
  const [row] = await store.query(`SELECT count() AS count FROM ${tableName}`, {}, Count);
  return row?.count;
}

/** What every connection to the store must do. */
export function storeSuite(name: string, openPlaces: () => Promise<Places>): void {
  describe(`store: ${name}`, () => {
    let places: Places;
    beforeAll(async () => {
      places = await openPlaces();
    });
    afterAll(async () => {
      await places[Symbol.asyncDispose]();
    });

    const open = (place: Place, options: Partial<StoreOptions> = {}): Promise<Store> =>
      openStore(place.config, { dataDir: place.dataDir, log, ...options });

    test('a record of any table comes back as it was', async () => {
      await using store = await open(await places.fresh());
      const whole = allTables.filter(({ explode }) => explode === undefined);
      expect(whole.length).toBeGreaterThan(7);
      for (const declared of whole) {
        const records = recordsOf(declared, 60);
        expect(records.length, declared.name).toBeGreaterThan(20);
        await store.insert(declared, records, { deduplicationToken: 'first' });
        const found = new Map(
          (await store.find(declared)).map((record) => [keyOf(declared, record), record]),
        );
        expect([...found.keys()].toSorted()).toEqual(
          records.map((record) => keyOf(declared, record)).toSorted(),
        );
        for (const record of records)
          expect(found.get(keyOf(declared, record)), declared.name).toEqual(record);
      }
    });

    test('an observation comes back as one row per detection', async () => {
      await using store = await open(await places.fresh());
      const [observation] = batchOf(0, originMs);
      const detections = ['a', 'b'].map((trackId) => ({ ...observation!.detections[0]!, trackId }));
      await store.insert(
        observationTable,
        [
          { ...observation!, detections },
          { ...observation!, detections: [] },
        ],
        { deduplicationToken: 'x' },
      );
      const Row = z.object({ trackId: z.string(), capturedAtMs: z.int(), wNorm: z.number() });
      expect(
        await store.query('SELECT trackId, capturedAtMs, wNorm FROM observation ORDER BY trackId', {}, Row),
      ).toEqual(['a', 'b'].map((trackId) => ({ trackId, capturedAtMs: originMs, wNorm: 0.125 })));
      await expect(store.find(observationTable)).rejects.toMatchObject({ code: 'STORE_QUERY' });
    });

    test('a batch sent again under its token counts once, also in the views, also after a restart', async () => {
      const place = await places.fresh();
      const send = async (store: Store, index: number, token: string): Promise<void> => {
        await store.insert(observationTable, batchOf(index, originMs), { deduplicationToken: token });
      };
      const inView = 'SELECT toInt64(sum(observations)) AS count FROM observation_hourly';
      {
        await using store = await open(place);
        await send(store, 0, 'a');
        await send(store, 0, 'a');
        await send(store, 1, 'b');
        await Promise.all([
          send(store, 2, 'c'),
          send(store, 2, 'c'),
          send(store, 3, 'd'),
          send(store, 3, 'd'),
        ]);
        await send(store, 0, 'a');
        expect(await store.query(inView, {}, Count)).toEqual([{ count: 4 * rowsPerBatch }]);
      }
      await using store = await open(place);
      await send(store, 1, 'b');
      await send(store, 3, 'd');
      expect(await store.query(inView, {}, Count)).toEqual([{ count: 4 * rowsPerBatch }]);
      expect(await countOf(store, 'observation')).toBe(4 * rowsPerBatch);
      // It is the token that tells batches apart: the same rows under another token are another batch.
      await send(store, 1, 'again');
      expect(await store.query(inView, {}, Count)).toEqual([{ count: 5 * rowsPerBatch }]);
    });

    test('a batch of many rows is written once however often it is sent', async () => {
      await using store = await open(await places.fresh());
      const records = Array.from({ length: 900 }, (_, index) => batchOf(index, originMs)).flat();
      expect(records.length).toBe(45_000);
      for (let sent = 0; sent < 2; sent++) {
        await store.insert(observationTable, records, { deduplicationToken: 'many' });
      }
      expect(await countOf(store, 'observation')).toBe(45_000);
    });

    test('deduplication is on for every table, and for one that a later version adds', async () => {
      const place = await places.fresh();
      const later = table({ ...commandTable, name: 'added_later' });
      {
        await using store = await open(place);
        expect(await countOf(store, 'command')).toBe(0);
      }
      await using store = await open(place, { tables: [...allTables, later] });
      const tables = await store.query(
        "SELECT name, create_table_query AS ddl FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
        {},
        z.object({ name: z.string(), ddl: z.string() }),
      );
      expect(tables.map((found) => found.name)).toEqual(
        expect.arrayContaining([
          ...allTables.map((declared) => declared.name),
          'added_later',
          'observation_hourly',
        ]),
      );
      for (const found of tables) {
        expect(found.ddl, found.name).toMatch(/non_replicated_deduplication_window = [1-9]\d{3}/);
      }
    });

    test('the newest version of a record wins, in whatever order they come', async () => {
      await using store = await open(await places.fresh());
      const [event] = recordsOf(sceneEventTable, 1) as [SceneEvent];
      for (const revision of [0, 2, 1]) {
        await store.insert(sceneEventTable, [{ ...event, revision, ruleId: `rule ${revision}` }], {
          deduplicationToken: `r${revision}`,
        });
      }
      expect(await store.find(sceneEventTable)).toEqual([{ ...event, revision: 2, ruleId: 'rule 2' }]);
    });

    test('records are found by condition, order and limit, and a parameter is never SQL', async () => {
      await using store = await open(await places.fresh());
      const injection = "x' OR 1 = 1; DROP TABLE record; --";
      const records = recordsOf(officialRecordTable, 6).map((record, index) => ({
        ...record,
        sourceId: `${index}`,
        reportedAtMs: 1_000 + index,
        text: index === 5 ? injection : record.text,
        source: index < 2 ? ('call110' as const) : ('permit' as const),
      }));
      await store.insert(officialRecordTable, records, { deduplicationToken: 'records' });
      const ids = async (filter: Parameters<Store['find']>[1]): Promise<string[]> =>
        (await store.find(officialRecordTable, filter)).map(({ sourceId }) => sourceId);

      expect(
        await ids({
          where: 'reportedAtMs >= {fromMs:Int64} OR source = {source:String}',
          params: { fromMs: 1_004, source: 'call110' },
          orderBy: 'reportedAtMs DESC',
          limit: 3,
        }),
      ).toEqual(['5', '4', '1']);
      expect(await ids({ where: 'text = {text:String}', params: { text: injection } })).toEqual(['5']);
      expect(
        await ids({
          where: 'has({ids:Array(String)}, sourceId)',
          params: { ids: ['1', '3', "'"] },
          orderBy: 'sourceId',
        }),
      ).toEqual(['1', '3']);
      expect(await ids({ where: 'text = {text:String}', params: { text: "x' OR '1'='1" } })).toEqual([]);
      expect(await countOf(store, 'record')).toBe(6);
    });

    test('parameters keep their type, 64-bit integers arrive as numbers, and rows are checked', async () => {
      await using store = await open(await places.fresh());
      const Row = z.object({
        text: z.string(),
        big: z.int(),
        none: z.null(),
        list: z.array(z.int()),
        yes: z.boolean(),
      });
      const text = "tab\t, newline\n, \\ and '; {x:String} 雪亮";
      expect(
        await store.query(
          'SELECT {text:String} AS text, {big:Int64} AS big, {none:Nullable(Int64)} AS none, {list:Array(Int64)} AS list, {yes:Bool} AS yes',
          { text, big: 1_764_000_000_123, none: null, list: [1, 2], yes: true },
          Row,
        ),
      ).toEqual([{ text, big: 1_764_000_000_123, none: null, list: [1, 2], yes: true }]);
      await expect(store.query("SELECT 'x' AS count", {}, Count)).rejects.toMatchObject({
        code: 'STORE_QUERY',
      });
    });

    test('a wrong statement is told with the code and the words of ClickHouse', async () => {
      await using store = await open(await places.fresh());
      await expect(store.query('SELEC 1', {}, Count)).rejects.toMatchObject({
        code: 'STORE_QUERY',
        message: expect.stringMatching(/62 SYNTAX_ERROR/),
        retryable: false,
      });
      await expect(store.find(commandTable, { where: 'nope = 1' })).rejects.toMatchObject({
        code: 'STORE_QUERY',
        message: expect.stringMatching(/47 UNKNOWN_IDENTIFIER \(find in command\).*nope/),
      });
      expect(await countOf(store, 'command')).toBe(0);
    });

    test('what can never succeed is not called retryable, and a closed store says that it is closed', async () => {
      await using store = await open(await places.fresh());
      await expect(
        store.query(
          'SELECT {x:Int64} AS count',
          { x: 10n as unknown as number, y: Symbol('no') as never },
          Count,
        ),
      ).rejects.toMatchObject({ code: 'STORE_QUERY', retryable: false });
      const [command] = recordsOf(commandTable, 1);
      await expect(
        store.insert(commandTable, [{ ...command!, issuedAtMs: 1n as unknown as number }], {
          deduplicationToken: 'x',
        }),
      ).rejects.toMatchObject({ code: 'STORE_QUERY', retryable: false });
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await expect(store.query('SELECT 1 AS count', {}, Count)).rejects.toMatchObject({
        code: 'STORE_UNREACHABLE',
        retryable: false,
      });
    });

    describe('a changed contract', () => {
      const Visit = z.strictObject({ visitId: z.string(), atMs: z.int() });
      const visits = table({ name: 'visit', schema: Visit, orderBy: ['visitId'] });
      const withNote = table({ ...visits, schema: Visit.extend({ note: z.string().nullable() }) });
      const withRequired = table({ ...visits, schema: Visit.extend({ kind: z.enum(['walk', 'ride']) }) });
      const withOtherType = table({ ...visits, schema: Visit.extend({ atMs: z.string() }) });
      const none = { migrationsDir: '' };
      const migrations = async (files: Readonly<Record<string, string>>): Promise<string> => {
        const folder = await mkdtemp(join(tmpdir(), 'sharp-eyes-migrations-'));
        onTestFinished(async () => {
          await rm(folder, { recursive: true });
        });
        for (const [file, sql] of Object.entries(files)) await writeFile(join(folder, file), sql);
        return folder;
      };

      test('a new field is one edit: its column is added, older records stay', async () => {
        const place = await places.fresh();
        none.migrationsDir = await migrations({});
        {
          await using store = await open(place, { ...none, tables: [visits] });
          await store.insert(visits, [{ visitId: 'old', atMs: 1 }], { deduplicationToken: '1' });
        }
        await using store = await open(place, { ...none, tables: [withNote] });
        await store.insert(withNote, [{ visitId: 'new', atMs: 2, note: 'x' }], { deduplicationToken: '2' });
        expect(await store.find(withNote, { orderBy: 'atMs' })).toEqual([
          { visitId: 'old', atMs: 1, note: null },
          { visitId: 'new', atMs: 2, note: 'x' },
        ]);
      });

      test('a stored row that the contract no longer allows is told, not guessed', async () => {
        const place = await places.fresh();
        none.migrationsDir = await migrations({});
        {
          await using store = await open(place, { ...none, tables: [visits] });
          await store.insert(visits, [{ visitId: 'old', atMs: 1 }], { deduplicationToken: '1' });
        }
        await using store = await open(place, { ...none, tables: [withRequired] });
        await expect(store.find(withRequired)).rejects.toMatchObject({
          code: 'STORE_SCHEMA_DRIFT',
          message: expect.stringMatching(/visitId old/),
        });
      });

      test('a field of another type, another key or another version column is refused by name', async () => {
        const place = await places.fresh();
        none.migrationsDir = await migrations({});
        await (await open(place, { ...none, tables: [visits] }))[Symbol.asyncDispose]();
        const cases: readonly (readonly [Table, RegExp])[] = [
          [withOtherType, /visit\.atMs is stored as Int64; the contract says String/],
          [{ ...visits, orderBy: ['atMs'] }, /visit is sorted by visitId; the contract says atMs/],
          [{ ...visits, versionBy: 'atMs' }, /highest \(nothing\); the contract says atMs/],
        ];
        for (const [changed, message] of cases) {
          await expect(open(place, { ...none, tables: [changed] })).rejects.toMatchObject({
            code: 'STORE_SCHEMA_DRIFT',
            message: expect.stringMatching(message),
            hint: expect.stringMatching(/migration/),
          });
        }
        // With the migration that the hint asks for, it opens.
        const migrationsDir = await migrations({
          '0001-visit-time-as-text.sql': 'ALTER TABLE visit MODIFY COLUMN atMs String;\n',
        });
        await (await open(place, { tables: [withOtherType], migrationsDir }))[Symbol.asyncDispose]();
      });

      test('migrations run once and in order, and a changed file is refused', async () => {
        const place = await places.fresh();
        const first = "-- one\nALTER TABLE visit ADD COLUMN IF NOT EXISTS extra String DEFAULT 'a;b';\n";
        const second =
          "INSERT INTO visit (visitId, atMs, extra) SELECT concat(visitId, '+'), atMs, extra FROM visit;\n";
        const start = { '0001-extra.sql': first };
        const both = { ...start, '0002-copy.sql': second };
        const openWith = async (files: Readonly<Record<string, string>>): Promise<Store> =>
          await open(place, { tables: [visits], migrationsDir: await migrations(files) });
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
      const place = await places.fresh();
      {
        await using store = await open(place);
        await store.insert(observationTable, batchOf(0, originMs), { deduplicationToken: 'a' });
        await store.query('SELECT 1 AS count', {}, Count);
      }
      const forget = await mkdtemp(join(tmpdir(), 'sharp-eyes-migrations-'));
      onTestFinished(async () => {
        await rm(forget, { recursive: true });
      });
      await writeFile(join(forget, '9999-forget.sql'), 'TRUNCATE TABLE schema_migration;\n');
      await (await open(place, { migrationsDir: forget }))[Symbol.asyncDispose]();
      await using store = await open(place);
      await store.insert(observationTable, batchOf(1, originMs), { deduplicationToken: 'b' });
      expect(
        await store.query('SELECT toInt64(sum(observations)) AS count FROM observation_hourly', {}, Count),
      ).toEqual([{ count: 2 * rowsPerBatch }]);
    });

    test('kill −9 at ten random moments loses nothing and doubles nothing', async () => {
      const place = await places.fresh();
      const folder = await mkdtemp(join(tmpdir(), 'sharp-eyes-kills-'));
      onTestFinished(async () => {
        await rm(folder, { recursive: true });
      });
      const offsetFile = join(folder, 'offset');
      const task: Task = { ...place, offsetFile, originMs, until: Number.MAX_SAFE_INTEGER };
      const delaysMs: number[] = [];
      for (let kill = 0; kill < 10; kill++) {
        const before = await committedBatches(offsetFile);
        const consumer = startConsumer(task);
        await consumer.said('open');
        // Each life gets somewhere, however busy the machine is; the moment of its end is chance.
        while ((await committedBatches(offsetFile)) < before + 3) {
          expect(consumer.complaints()).toBe('');
          await delay(5);
        }
        const delayMs = Math.random() * 150;
        delaysMs.push(delayMs);
        await delay(delayMs);
        if (kill % 2 === 1 && places.restartServer !== null) {
          await places.restartServer();
          await delay(delayMs);
        }
        await consumer.kill();
      }
      const batches = (await committedBatches(offsetFile)) + 5;
      const last = startConsumer({ ...task, until: batches });
      await last.said('done');
      await last.ended();

      await using store = await open(place);
      const expected = Array.from({ length: batches }, (_, index) => batchOf(index, originMs)).flat();
      const Sums = z.object({ count: z.int(), distinct: z.int(), sum: z.int() });
      expect(
        await store.query(
          'SELECT count() AS count, uniqExact(trackId, capturedAtMs) AS distinct, sum(capturedAtMs - {originMs:Int64}) AS sum FROM observation',
          { originMs },
          Sums,
        ),
        `killed after ${delaysMs.map(Math.round).join(', ')} ms`,
      ).toEqual([
        {
          count: expected.length,
          distinct: expected.length,
          sum: expected.reduce((sum, { capturedAtMs }) => sum + capturedAtMs - originMs, 0),
        },
      ]);
      // Rows of a table may be merged when they are equal; the counts of the view add up for ever.
      expect(
        await store.query('SELECT toInt64(sum(observations)) AS count FROM observation_hourly', {}, Count),
      ).toEqual([{ count: expected.length }]);
      expect(batches).toBeGreaterThanOrEqual(35);
    }, 60_000);
  });
}

function startConsumer(task: Task): {
  said(word: string): Promise<void>;
  kill(): Promise<void>;
  ended(): Promise<void>;
  complaints(): string;
} {
  const script = join(import.meta.dirname, 'testing', 'insert-until-killed.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'close');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const words = new Set<string>();
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => words.add(line));
  return {
    said: async (word) => {
      while (!words.has(word)) {
        const [line] = (await Promise.race([once(lines, 'line'), gone])) as [unknown];
        if (typeof line === 'string' || words.has(word)) continue;
        throw new Error(`The consumer ended before it said "${word}":\n${complaints}`);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    ended: async () => {
      await gone;
    },
    complaints: () => complaints,
  };
}
