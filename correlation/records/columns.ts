import { PipelineError } from '../../kernel/index.ts';
import type { RecordProfile } from './profile.ts';
import type { TableRow } from './table.ts';

export type ColumnName = keyof RecordProfile['columns'];

/** Which cell of a row holds what, and how the file calls it. */
export interface Header {
  readonly line: number;
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<ColumnName, number>;
  readonly personalIndexes: readonly number[];
}

/** A header without the marks of a template: `设备编码（*）` is `设备编码`. */
const plain = (text: string): string =>
  text
    .replaceAll(/[(（][^)）]*[)）]/g, '')
    .replaceAll(/[*\s\uFEFF]/g, '')
    .toLowerCase();

/** Exports often carry a title and a date above the header. */
const titleLines = 10;

/**
 * Find the header line and what stands where.
 * @throws PipelineError IMPORT_FILE_UNREADABLE naming the columns that are missing and those that were found.
 */
export function findHeader(rows: readonly TableRow[], fileName: string, profile: RecordProfile): Header {
  // A profile without text columns is of a source without words.
  const required = (['sourceId', 'reportedAt', 'text'] as const).filter(
    (name) => profile.columns[name] !== undefined,
  );
  const candidates = rows.slice(0, titleLines).map((row) => headerOf(row, profile));
  const found = candidates.find(({ indexOf }) => required.every((name) => indexOf.has(name)));
  if (found !== undefined) return found;
  const nearest = candidates.toSorted((one, other) => other.indexOf.size - one.indexOf.size)[0];
  const missing = required.filter((name) => nearest?.indexOf.has(name) !== true);
  const wanted = missing.map((name) => (profile.columns[name] ?? []).join(' or ')).join('; ');
  throw new PipelineError(
    'IMPORT_FILE_UNREADABLE',
    `${fileName} has no column ${wanted}. Found were: ${(nearest?.names ?? []).slice(0, 40).join(', ') || 'none'}.`,
    {
      hint: `Choose another mapping profile than "${profile.name}", or name the file's own headers in a copy of it.`,
    },
  );
}

function headerOf({ line, cells }: TableRow, profile: RecordProfile): Header {
  const names = cells.map((cell) => cell.replace(/^\uFEFF/, '').trim());
  const position = new Map<string, number>();
  for (const [index, name] of names.entries())
    if (!position.has(plain(name))) position.set(plain(name), index);
  const indexOf = new Map<ColumnName, number>();
  for (const [column, headers = []] of Object.entries(profile.columns)) {
    const at = headers.map((header) => position.get(plain(header))).find((index) => index !== undefined);
    if (at !== undefined) indexOf.set(column as ColumnName, at);
  }
  const personal = new Set(profile.personalData.map(plain));
  const used = new Set(indexOf.values());
  const personalIndexes = names.flatMap((name, index) =>
    personal.has(plain(name)) && !used.has(index) ? [index] : [],
  );
  return { line, names, indexOf, personalIndexes };
}
