import { z } from 'zod';
import { type ColumnType, columnType } from './column.ts';

export type Row = Record<string, unknown>;

/** A ClickHouse table derived from one record schema. */
export interface Table<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly schema: S;
  /** Sorting key; with `versionBy` it also names what one row is about. */
  readonly orderBy: readonly string[];
  /** The row with the highest value of this column wins (ReplacingMergeTree, read with FINAL). */
  readonly versionBy?: string;
  readonly partitionBy?: string;
  /** One row per element of this list field; the other fields repeat. */
  readonly explode?: string;
}

/** Declare a table beside its schema. */
export function table<S extends z.ZodObject>(declared: Table<S>): Table<S> {
  return declared;
}

type Column = ColumnType & { readonly name: string };

// A table never changes, and its columns are asked for with every row.
const known = new WeakMap<Table, readonly Column[]>();

/** Columns in field order: name, type and whether the value is JSON text. */
export function columnsOf(declared: Table): readonly Column[] {
  const columns = known.get(declared) ?? derivedColumns(declared);
  known.set(declared, columns);
  return columns;
}

function derivedColumns({ schema, explode }: Table): readonly Column[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    if (name === explode) return Object.entries(elementOf(field).shape).flatMap(named);
    return named([name, field]);
  });
}

function named([name, field]: [string, z.core.$ZodType]): (ColumnType & { name: string })[] {
  const found = columnType(field);
  return found === null ? [] : [{ name, ...found }];
}

function elementOf(field: z.core.$ZodType): z.ZodObject {
  if (field instanceof z.ZodArray && field.element instanceof z.ZodObject) return field.element;
  throw new TypeError('Only a list of objects can be exploded into rows.');
}

/** DDL of a table, so that a row can never drift from its schema. */
export function createTableSql(declared: Table): string {
  const columns = columnsOf(declared).map(({ name, type }) => `  ${name} ${type}`);
  const engine =
    declared.versionBy === undefined ? 'ReplacingMergeTree' : `ReplacingMergeTree(${declared.versionBy})`;
  const partition = declared.partitionBy === undefined ? '' : `\nPARTITION BY ${declared.partitionBy}`;
  return `CREATE TABLE IF NOT EXISTS ${declared.name} (\n${columns.join(',\n')}\n) ENGINE = ${engine}${partition}\nORDER BY (${declared.orderBy.join(', ')})`;
}

/** Rows of one record, ready for JSONEachRow. */
export function toRows<S extends z.ZodObject>(declared: Table<S>, record: z.infer<S>): Row[] {
  const source = record as Row;
  const { explode } = declared;
  const sources =
    explode === undefined
      ? [source]
      : (source[explode] as Row[]).map((element) => ({ ...source, ...element }));
  const columns = columnsOf(declared);
  return sources.map((from) =>
    Object.fromEntries(columns.map(({ name, isJson }) => [name, encode(from[name], isJson)])),
  );
}

const encode = (value: unknown, isJson: boolean): unknown => {
  if (value === undefined || value === null) return null;
  return isJson ? JSON.stringify(value) : value;
};

/**
 * The record a row was made of (tables without `explode`).
 * @throws z.ZodError when the row does not hold a valid record.
 */
export function fromRow<S extends z.ZodObject>(declared: Table<S>, row: Row): z.infer<S> {
  const record: Row = {};
  for (const { name, isJson, type } of columnsOf(declared)) {
    const value = row[name];
    // A field that may be left out has no other way to be missing in a table.
    if (value === null && declared.schema.shape[name] instanceof z.ZodOptional) continue;
    if (isJson && typeof value === 'string') record[name] = JSON.parse(value);
    // ClickHouse quotes 64-bit integers in JSON unless told otherwise.
    else if (type.includes('Int64') && typeof value === 'string') record[name] = Number(value);
    else record[name] = value;
  }
  return declared.schema.parse(record);
}
