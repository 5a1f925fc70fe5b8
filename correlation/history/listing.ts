import { gunzipSync } from 'node:zlib';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { readTable } from '../records/table.ts';
import { isWorkbook, readWorkbook } from '../records/workbook.ts';

/** What a cell says, or in words what is wrong with it. */
export type Cell<T> = { readonly value: T } | { readonly problem: string };

/** One column of a listing and how its cells are read. */
export interface Column<T> {
  readonly names: readonly string[];
  /** The file may lack it; its cells are then read as blank. */
  readonly isOptional?: boolean;
  readonly read: (text: string) => Cell<T>;
}

export type Columns<T> = { readonly [K in keyof T]: Column<T[K]> };

/** A cell of a row that was not taken. */
export interface RefusedCell {
  readonly line: number;
  readonly column: string;
  readonly found: string;
  readonly reason: string;
}

export interface Listing<T> {
  readonly rows: readonly T[];
  /** Where each of the rows stands in the file. */
  readonly lines: readonly number[];
  readonly rejected: readonly RefusedCell[];
}

/** An unpacked listing is at most this large; a packed file that is larger is refused. */
const mostUnpackedBytes = 1024 * 1024 * 1024;

/**
 * Unpack a gzip file; any other is given back as it is.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is damaged or becomes too large.
 */
export function unpacked(content: Uint8Array, fileName: string): Uint8Array {
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content;
  try {
    return gunzipSync(content, { maxOutputLength: mostUnpackedBytes });
  } catch (cause) {
    throw new PipelineError('IMPORT_FILE_UNREADABLE', `${fileName} cannot be unpacked: ${messageOf(cause)}`, {
      hint: 'Pack it again with gzip, or bring it in unpacked; at most 1 GB of text.',
      cause,
    });
  }
}

const plain = (text: string): string => text.trim().toLowerCase();

/**
 * Read a listing (states, exclusions, checks, …) in CSV of any encoding, gzip or XLSX. Good rows are taken whatever the
 * others hold.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is no table or a column is missing.
 */
export function readListing<T extends object>(
  content: Uint8Array,
  fileName: string,
  columns: Columns<T>,
): Listing<T> {
  const bytes = unpacked(content, fileName);
  const { rows, broken } = isWorkbook(bytes)
    ? { rows: readWorkbook(bytes, fileName), broken: [] }
    : readTable(bytes, fileName, { encoding: 'auto', delimiter: 'auto' });
  const [head, ...dataRows] = rows;
  const headers = (head?.cells ?? []).map(plain);
  const fields = Object.keys(columns) as (keyof T & string)[];
  const places = fields.map((field) => {
    const { names, isOptional } = columns[field];
    const position = headers.findIndex((header) => names.some((name) => plain(name) === header));
    if (position < 0 && isOptional !== true) {
      throw new PipelineError('IMPORT_FILE_UNREADABLE', `${fileName} has no column ${names.join(' or ')}.`, {
        hint: `Found were: ${headers.join(', ')}.`,
      });
    }
    return { field, position, name: head?.cells[position]?.trim() ?? names[0] ?? field };
  });
  const rejected: RefusedCell[] = broken.map(({ line, reason }) => ({ line, column: '', found: '', reason }));
  const taken: T[] = [];
  const lines: number[] = [];
  for (const { line, cells } of dataRows) {
    const row: Partial<Record<keyof T, unknown>> = {};
    let isGood = true;
    for (const { field, position, name } of places) {
      const found = (cells[position] ?? '').trim();
      const cell = columns[field].read(found);
      if ('value' in cell) row[field] = cell.value;
      else {
        isGood = false;
        rejected.push({ line, column: name, found, reason: cell.problem });
      }
    }
    if (!isGood) continue;
    taken.push(row as T);
    lines.push(line);
  }
  return { rows: taken, lines, rejected };
}
