import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Table } from '../../contracts/index.ts';
import { openLog } from '../../kernel/index.ts';
import { openStore, type Store, type StoreOptions } from '../index.ts';
import { arbitraryOf } from './arbitrary.ts';
import type { Place } from './place.ts';

const log = openLog({ level: 'silent' });
export const Count = z.object({ count: z.number() });

/** Three days ago: old enough to be settled, young enough for the retention of observations. */
export const originMs = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 3 * 86_400_000 + 3_600_000;

export const keyOf = (declared: Table, record: Record<string, unknown>): string =>
  JSON.stringify(declared.orderBy.map((column) => record[column]));

/** Up to `count` valid records of a table, each about something else; the same at every run. */
export function recordsOf<S extends z.ZodObject>(declared: Table<S>, count: number): z.infer<S>[] {
  const values = fc.sample(arbitraryOf(declared.schema), { numRuns: count, seed: 7 });
  // Through JSON as on the wire: it knows no -0.
  const records = values.map((value) => declared.schema.parse(JSON.parse(JSON.stringify(value))));
  return [...new Map(records.map((record) => [keyOf(declared, record), record])).values()];
}

export async function countOf(store: Store, tableName: string): Promise<number | undefined> {
  const [row] = await store.query(`SELECT count() AS count FROM ${tableName}`, {}, Count);
  return row?.count;
}

/** Open the store of a place, quietly. */
export const openAt = (place: Place, options: Partial<StoreOptions> = {}): Promise<Store> =>
  openStore(place.config, { dataDir: place.dataDir, log, ...options });

/** An empty folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sharp-eyes-test-'));
  onTestFinished(async () => {
    await rm(folder, { recursive: true });
  });
  return folder;
}
