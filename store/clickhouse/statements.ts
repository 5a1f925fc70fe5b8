import type { ClickHouseClient } from '@clickhouse/client';
import { z } from 'zod';
import { PipelineError } from '../../kernel/index.ts';
import type { QueryParams } from '../store.ts';
import { type Location, storeError } from './errors.ts';

/** Statements on one connection, their errors told in the product's words. */
export interface Statements {
  /** A statement without a result. */
  run(sql: string, doing: string, params?: QueryParams): Promise<void>;
  /** Rows of a SELECT, each checked by `row`. */
  select<S extends z.ZodType>(sql: string, params: QueryParams, row: S, doing: string): Promise<z.infer<S>[]>;
  /** Append rows; `target` is all that stands between INSERT INTO and FORMAT. */
  insert(target: string, rows: readonly object[], doing: string): Promise<void>;
}

export function statementsOn(client: ClickHouseClient, location: Location): Statements {
  const told = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw storeError(cause, location, doing);
    }
  };
  return {
    run: (sql, doing, params = {}) =>
      told(doing, async () => {
        await client.command({ query: sql, query_params: { ...params } });
      }),
    select: async (sql, params, row, doing) => {
      const rows = await told(doing, async () => {
        const result = await client.query({ query: sql, query_params: { ...params }, format: 'JSONEachRow' });
        return await result.json<unknown>();
      });
      const checked = z.array(row).safeParse(rows);
      if (checked.success) return checked.data;
      throw new PipelineError(
        'STORE_QUERY',
        `Unexpected rows (${doing}): ${z.prettifyError(checked.error)}`,
        {
          hint: 'The SELECT and the schema of its rows must name the same columns with the same types.',
          cause: checked.error,
        },
      );
    },
    insert: (target, rows, doing) =>
      told(doing, async () => {
        await client.insert({ table: target, values: [...rows], format: 'JSONEachRow' });
      }),
  };
}
