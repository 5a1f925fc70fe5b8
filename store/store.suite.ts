import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  allTables,
  commandTable,
  observationTable,
  officialRecordTable,
  sceneEventTable,
  type SceneEvent,
  table,
} from '../contracts/index.ts';
import type { Store } from './index.ts';
import { batchOf, rowsPerBatch } from './testing/batches.ts';
import { contractChangeSuite } from './testing/contract-change.suite.ts';
import { killSuite } from './testing/kill.suite.ts';
import { Count, countOf, keyOf, openAt, originMs, recordsOf } from './testing/opened.ts';
import type { Places } from './testing/place.ts';

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

    test('a record of any table comes back as it was', async () => {
      await using store = await openAt(await places.fresh());
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
      await using store = await openAt(await places.fresh());
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
        await using store = await openAt(place);
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
      await using store = await openAt(place);
      await send(store, 1, 'b');
      await send(store, 3, 'd');
      expect(await store.query(inView, {}, Count)).toEqual([{ count: 4 * rowsPerBatch }]);
      expect(await countOf(store, 'observation')).toBe(4 * rowsPerBatch);
      // It is the token that tells batches apart: the same rows under another token are another batch.
      await send(store, 1, 'again');
      expect(await store.query(inView, {}, Count)).toEqual([{ count: 5 * rowsPerBatch }]);
    });

    test('a batch of many rows is written once however often it is sent', async () => {
      await using store = await openAt(await places.fresh());
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
        await using store = await openAt(place);
        expect(await countOf(store, 'command')).toBe(0);
      }
      await using store = await openAt(place, { tables: [...allTables, later] });
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
      await using store = await openAt(await places.fresh());
      const [event] = recordsOf(sceneEventTable, 1) as [SceneEvent];
      for (const revision of [0, 2, 1]) {
        await store.insert(sceneEventTable, [{ ...event, revision, ruleId: `rule ${revision}` }], {
          deduplicationToken: `r${revision}`,
        });
      }
      expect(await store.find(sceneEventTable)).toEqual([{ ...event, revision: 2, ruleId: 'rule 2' }]);
    });

    test('records are found by condition, order and limit, and a parameter is never SQL', async () => {
      await using store = await openAt(await places.fresh());
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
      await using store = await openAt(await places.fresh());
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
      await using store = await openAt(await places.fresh());
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
      await using store = await openAt(await places.fresh());
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

    contractChangeSuite(() => places.fresh());
    killSuite(() => places);
  });
}
