import { z } from 'zod';
import { columnsOf, fromRow, type Row, type Table, toRows } from '../../contracts/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { QueryParams, Store } from '../store.ts';
import type { Connection } from './connection.ts';
import { identifier, literal } from './sql.ts';
import type { Statements } from './statements.ts';

/** One statement writes at most this many rows: one block, so one part per partition and bounded memory. */
const maxRowsPerStatement = 20_000;

const AnyRow = z.record(z.string(), z.unknown());

/** The store on ClickHouse; it closes the connection it was given. */
export class ClickHouseStore implements Store {
  readonly #connection: Connection;
  #isClosed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert<S extends z.ZodObject>(
    table: Table<S>,
    records: readonly z.infer<S>[],
    { deduplicationToken }: { readonly deduplicationToken: string },
  ): Promise<void> {
    const rows = records.flatMap((record) => toRows(table, record));
    const names = columnsOf(table).map(({ name }) => identifier(name));
    for (let start = 0; start < rows.length; start += maxRowsPerStatement) {
      // The same batch is cut at the same rows, so each piece has its own token and can be retried alone.
      const token = start === 0 ? deduplicationToken : `${deduplicationToken}#${start}`;
      await this.#statements().insert(
        // In the statement, not beside it: given beside, the in-process connection would keep the token for later inserts.
        `${identifier(table.name)} (${names.join(', ')}) SETTINGS insert_deduplication_token = ${literal(token)}`,
        rows.slice(start, start + maxRowsPerStatement),
        `insert into ${table.name}`,
      );
    }
  }

  async find<S extends z.ZodObject>(
    table: Table<S>,
    filter: {
      readonly where?: string;
      readonly params?: QueryParams;
      readonly orderBy?: string;
      readonly limit?: number;
    } = {},
  ): Promise<z.infer<S>[]> {
    if (table.explode !== undefined) {
      throw new PipelineError(
        'STORE_QUERY',
        `Table ${table.name} holds one row per element of ${table.explode}, not whole records.`,
        { hint: 'Use query() for it.' },
      );
    }
    const names = columnsOf(table).map(({ name }) => identifier(name));
    const sql = [
      `SELECT ${names.join(', ')} FROM ${identifier(table.name)} FINAL`,
      ...(filter.where === undefined ? [] : [`WHERE (${filter.where})`]),
      ...(filter.orderBy === undefined ? [] : [`ORDER BY ${filter.orderBy}`]),
      ...(filter.limit === undefined ? [] : [`LIMIT ${Math.trunc(filter.limit)}`]),
    ].join('\n');
    const rows = await this.#statements().select(sql, filter.params ?? {}, AnyRow, `find in ${table.name}`);
    return rows.map((row) => recordOf(table, row));
  }

  async remove(
    table: Table,
    { where, params }: { readonly where: string; readonly params: QueryParams },
  ): Promise<void> {
    await this.#statements().run(
      `ALTER TABLE ${identifier(table.name)} DELETE WHERE ${where} SETTINGS mutations_sync = 2`,
      `remove from ${table.name}`,
      params,
    );
  }

  async query<S extends z.ZodType>(sql: string, params: QueryParams, row: S): Promise<z.infer<S>[]> {
    return await this.#statements().select(sql, params, row, 'query');
  }

  #statements(): Statements {
    if (!this.#isClosed) return this.#connection.statements;
    throw new PipelineError('STORE_UNREACHABLE', `The store at ${this.#connection.where} was closed here.`, {
      hint: 'Whoever opened the store must close it last.',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#connection[Symbol.asyncDispose]();
  }
}

function recordOf<S extends z.ZodObject>(table: Table<S>, row: Row): z.infer<S> {
  try {
    return fromRow(table, row);
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    const key = table.orderBy.map((name) => `${name} ${String(row[name])}`).join(', ');
    throw new PipelineError(
      'STORE_SCHEMA_DRIFT',
      `A row of ${table.name} (${key}) holds no valid record: ${what}`,
      {
        hint: 'A field was added or narrowed after the row was written: write a migration that fills it.',
        cause,
      },
    );
  }
}
