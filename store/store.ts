import type { z } from 'zod';
import type { Table } from '../contracts/index.ts';

export type QueryParams = Readonly<
  Record<string, string | number | boolean | null | readonly (string | number)[]>
>;

/** Where the district's memory lies: one SQL (ClickHouse's), in process or over HTTP. */
export interface Store extends AsyncDisposable {
  /**
   * Write records of one table.
   * @param options.deduplicationToken the same batch under the same token is written once, however often it is sent.
   * @throws PipelineError STORE_UNREACHABLE (retryable), STORE_QUERY, DISK_FULL.
   */
  insert<S extends z.ZodObject>(
    table: Table<S>,
    records: readonly z.infer<S>[],
    options: { readonly deduplicationToken: string },
  ): Promise<void>;

  /**
   * Whole records of one table, each in its newest version.
   * @param filter.where SQL condition with `{name:Type}` parameters; none: all records.
   */
  find<S extends z.ZodObject>(
    table: Table<S>,
    filter?: {
      readonly where?: string;
      readonly params?: QueryParams;
      readonly orderBy?: string;
      readonly limit?: number;
    },
  ): Promise<z.infer<S>[]>;

  /**
   * Delete rows of a table for good, all versions of them; resolves when they are gone.
   * @param filter.where SQL condition with `{name:Type}` parameters.
   */
  remove(table: Table, filter: { readonly where: string; readonly params: QueryParams }): Promise<void>;

  /** Rows of any SELECT, each checked by `row`. Table names need no database prefix. */
  query<S extends z.ZodType>(sql: string, params: QueryParams, row: S): Promise<z.infer<S>[]>;
}
