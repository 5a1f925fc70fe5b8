import * as xlsx from '@e965/xlsx';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { TableRow } from './table.ts';

/** A sheet that claims more is not a table of ours, or wants to fill the memory. */
const mostCells = 20_000_000;
const mostBytes = 200 * 1024 * 1024;

/** Whether a file is an XLSX workbook (a ZIP container). */
export const isWorkbook = (content: Uint8Array): boolean =>
  content[0] === 0x50 && content[1] === 0x4b && content[2] === 3 && content[3] === 4;

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
