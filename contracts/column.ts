import { z } from 'zod';

/** ClickHouse type of a field where the one derived from its schema is not the best; `false`: not stored. */
export const column = z.registry<{ readonly type: string | false }>();

/** What a zod schema says about one stored column. */
export interface ColumnType {
  /** ClickHouse type, e.g. `Nullable(Int64)`. */
  readonly type: string;
  /** Objects and lists of objects are stored as JSON text. */
  readonly isJson: boolean;
}

const plain = (type: string): ColumnType => ({ type, isJson: false });
const jsonText: ColumnType = { type: 'String', isJson: true };

/**
 * Derive the ClickHouse column of a field from its schema.
 *
 * string → String, int → Int64, number → Float64, boolean → Bool, enum and literal → LowCardinality(String),
 * nullable and optional → Nullable, list of scalars → Array, everything else → JSON text.
 * @returns null for a field that is registered as not stored.
 */
export function columnType(schema: z.core.$ZodType): ColumnType | null {
  const registered = column.get(schema as z.ZodType)?.type;
  if (registered === false) return null;
  const derived = derive(schema);
  if (registered === undefined || derived === null) return derived;
  return { type: registered, isJson: derived.isJson };
}

function derive(schema: z.core.$ZodType): ColumnType | null {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  switch (def.type) {
    case 'string':
      return plain('String');
    case 'number':
      return plain(isInteger(schema) ? 'Int64' : 'Float64');
    case 'boolean':
      return plain('Bool');
    case 'enum':
      return plain('LowCardinality(String)');
    case 'literal':
      return plain(typeof def.values[0] === 'number' ? 'Int64' : 'LowCardinality(String)');
    case 'nullable':
    case 'optional':
      return nullable(columnType(def.innerType));
    case 'default':
    case 'readonly':
      return columnType(def.innerType);
    case 'array': {
      const element = columnType(def.element) ?? jsonText;
      return element.isJson ? jsonText : plain(`Array(${element.type})`);
    }
    default:
      return jsonText;
  }
}

function nullable(inner: ColumnType | null): ColumnType | null {
  if (inner === null) return null;
  if (inner.type.startsWith('LowCardinality(')) {
    return plain(`LowCardinality(Nullable(${inner.type.slice('LowCardinality('.length, -1)}))`);
  }
  // ClickHouse has no Nullable(Array): a missing list is stored as JSON text.
  return inner.type.startsWith('Array(')
    ? { type: 'Nullable(String)', isJson: true }
    : { type: `Nullable(${inner.type})`, isJson: inner.isJson };
}

function isInteger(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodNumberFormat || (schema instanceof z.ZodNumber && schema.isInt);
}
