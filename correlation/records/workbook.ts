import * as xlsx from '@e965/xlsx';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { TableRow } from './table.ts';

/** A sheet that claims more is not a table of ours, or wants to fill the memory. */
const mostCells = 20_000_000;
const mostBytes = 200 * 1024 * 1024;
const mostUnpackedBytes = 1024 * 1024 * 1024;

/** Whether a file is an XLSX workbook (a ZIP container). */
export const isWorkbook = (content: Uint8Array): boolean =>
  content[0] === 0x50 && content[1] === 0x4b && content[2] === 3 && content[3] === 4;

const directoryEnd = 0x06054b50;
const directoryEntry = 0x02014b50;
/** A comment of up to 65,535 bytes may stand behind the end record. */
const longestEnd = 65_557;

/** Bytes that a ZIP container says it becomes; null when its directory cannot be found. */
function unpackedBytes(content: Uint8Array): number | null {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  let end = content.byteLength - 22;
  while (end >= Math.max(0, content.byteLength - longestEnd) && view.getUint32(end, true) !== directoryEnd)
    end--;
  if (end < 0 || view.getUint32(end, true) !== directoryEnd) return null;
  let at = view.getUint32(end + 16, true);
  let sum = 0;
  while (at + 46 <= content.byteLength && view.getUint32(at, true) === directoryEntry) {
    sum += view.getUint32(at + 24, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return sum;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** The text of a cell as a CSV of the same table would show it: days as `YYYY-MM-DD`, numbers with a point. */
function textOf(cell: xlsx.CellObject | undefined): string {
  const value = cell?.v;
  if (cell === undefined || value === undefined) return '';
  if (value instanceof Date) {
    const day = `${value.getUTCFullYear()}-${two(value.getUTCMonth() + 1)}-${two(value.getUTCDate())}`;
    const time = [value.getUTCHours(), value.getUTCMinutes(), value.getUTCSeconds()];
    return time.every((part) => part === 0) ? day : `${day} ${time.map(two).join(':')}`;
  }
  if (cell.t === 'e') return cell.w ?? '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
}

/**
 * Rows of the first sheet of an XLSX workbook; formulas give the value they last had.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it cannot be opened, has no sheet or is unreasonably large.
 */
export function readWorkbook(content: Uint8Array, fileName: string): readonly TableRow[] {
  const refuse = (found: string, cause?: unknown): PipelineError =>
    new PipelineError('IMPORT_FILE_UNREADABLE', `${fileName} ${found}.`, {
      hint: 'Save it again as XLSX without a password, or as CSV in UTF-8.',
      cause,
    });
  if (content.byteLength > mostBytes) throw refuse('is larger than 200 MB');
  const becomes = unpackedBytes(content);
  if (becomes === null) throw refuse('is cut off or damaged');
  if (becomes > mostUnpackedBytes) throw refuse('would unpack to more than 1 GB');
  let book: xlsx.WorkBook;
  try {
    book = xlsx.read(content, { type: 'array', cellDates: true, UTC: true, dense: true, cellFormula: false });
  } catch (cause) {
    throw refuse(`is no workbook that can be opened: ${messageOf(cause)}`, cause);
  }
  const sheet = book.Sheets[book.SheetNames[0] ?? ''];
  const range = sheet?.['!ref'];
  const cells = sheet?.['!data'];
  if (sheet === undefined || range === undefined || cells === undefined)
    throw refuse('has no sheet with cells');
  const { s: first, e: last } = xlsx.utils.decode_range(range);
  if ((last.r - first.r + 1) * (last.c - first.c + 1) > mostCells) throw refuse('claims too many cells');
  const rows: TableRow[] = [];
  for (let r = first.r; r <= last.r; r++) {
    const texts = Array.from({ length: last.c - first.c + 1 }, (_, c) => textOf(cells[r]?.[first.c + c]));
    if (texts.some((text) => text.trim() !== '')) rows.push({ line: r + 1, cells: texts });
  }
  return rows;
}

/** Numbers stay numbers; codes are given as text. */
export type SheetCell = string | number | null;

/** An XLSX workbook of plain cells; no cell is ever a formula. */
export function writeWorkbook(
  sheets: readonly { readonly name: string; readonly rows: readonly (readonly SheetCell[])[] }[],
): Uint8Array {
  const book = xlsx.utils.book_new();
  for (const { name, rows } of sheets) {
    const sheet = xlsx.utils.aoa_to_sheet(rows.map((row) => [...row]));
    xlsx.utils.book_append_sheet(book, sheet, name);
  }
  return xlsx.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Uint8Array;
}
