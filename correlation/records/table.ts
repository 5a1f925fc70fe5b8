import chardet from 'chardet';
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import iconv from 'iconv-lite';
import { PipelineError } from '../../kernel/index.ts';
import type { RecordProfile } from './profile.ts';

/** One row of a file: where it stands and its cells in order. */
export interface TableRow {
  /** First line of the row in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A stretch of the file that could not be split into cells. */
export interface BrokenRow {
  readonly line: number;
  readonly reason: string;
  /** The line as it stands in the file, without its end. */
  readonly text: string;
}

function isUtf8(content: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}

/** UTF-8 with a few broken bytes: read as anything else it would be broken all through. */
function isMostlyUtf8(content: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(content);
  const foreign = text.match(/[^\p{ASCII}]/gu)?.length ?? 0;
  const broken = text.match(/\uFFFD/g)?.length ?? 0;
  return broken * 20 < foreign;
}

function encodingOf(content: Uint8Array, wanted: RecordProfile['encoding']): string {
  const [first, second, third] = content;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (wanted !== 'auto') return wanted;
  if (isUtf8(content) || isMostlyUtf8(content)) return 'utf-8';
  const detected = chardet.detect(content);
  // A table of short Chinese cells is often taken for another East Asian encoding; here it is not one.
  return detected === 'UTF-16LE' || detected === 'UTF-16BE' ? detected : 'gb18030';
}

const unreadable = (fileName: string, found: string, hint: string): PipelineError =>
  new PipelineError('IMPORT_FILE_UNREADABLE', `${fileName} ${found}.`, { hint });

const saveAsCsv = 'Save the table as CSV with a header line, in UTF-8, UTF-16, GBK or GB18030.';

/** What the first bytes say when this is no text at all. */
function binaryKind(content: Uint8Array): string | null {
  const head = Buffer.from(content.subarray(0, 8)).toString('latin1');
  if (head.startsWith('PK')) return 'is a ZIP container (an XLSX workbook?), not a CSV';
  if (head.startsWith('ÐÏ\u0011à')) return 'is an old Excel or Word file (.xls, .doc), not a CSV';
  if (head.startsWith('%PDF')) return 'is a PDF, not a CSV';
  return null;
}

/**
 * Text of a file, without byte order mark.
 * @throws PipelineError IMPORT_FILE_UNREADABLE for an empty or a binary file.
 */
function decode(content: Uint8Array, fileName: string, wanted: RecordProfile['encoding']): string {
  if (content.byteLength === 0) throw unreadable(fileName, 'is empty', saveAsCsv);
  const kind = binaryKind(content);
  if (kind !== null) throw unreadable(fileName, kind, saveAsCsv);
  const text = iconv.decode(Buffer.from(content), encodingOf(content, wanted));
  if (text.includes('\0')) throw unreadable(fileName, 'is not a text file', saveAsCsv);
  return text;
}

const delimiterOf = (text: string): string => {
  const head = text.slice(0, 4_096).split(/\r?\n/, 3).join('\n');
  const count = (delimiter: string): number => head.split(delimiter).length;
  return [',', ';', '\t', '|'].toSorted((one, other) => count(other) - count(one))[0] ?? ',';
};

/**
 * Split a file into rows. A row with broken quotes is named and left out, and the next line starts anew, so that
 * one slip of a pen does not swallow the rest of the file.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is no table.
 */
export function readTable(
  content: Uint8Array,
  fileName: string,
  profile: Pick<RecordProfile, 'encoding' | 'delimiter'>,
): { readonly rows: readonly TableRow[]; readonly broken: readonly BrokenRow[] } {
  const text = decode(content, fileName, profile.encoding);
  const delimiter = profile.delimiter === 'auto' ? delimiterOf(text) : profile.delimiter;
  const rows: TableRow[] = [];
  const broken: BrokenRow[] = [];
  const lines = text.split(/(?<=\n)/);
  let startLine = 0;
  while (startLine < lines.length) {
    const taken: TableRow[] = [];
    let lastLine = startLine;
    try {
      parse(lines.slice(startLine).join(''), {
        delimiter,
        relax_column_count: true,
        on_record: (cells: string[], { lines: linesRead }) => {
          const firstLine = lastLine + 1;
          lastLine = startLine + linesRead;
          if (cells.some((cell) => cell.trim() !== '')) taken.push({ line: firstLine, cells });
          return null;
        },
      });
      rows.push(...taken);
      break;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      rows.push(...taken);
      broken.push({
        line: lastLine + 1,
        reason: 'the quotes of this row do not close properly',
        text: (lines[lastLine] ?? '').trimEnd(),
      });
      startLine = lastLine + 1;
    }
  }
  return { rows, broken };
}

/** A table as CSV in UTF-8, with the mark by which spreadsheets know it. */
export const writeCsv = (rows: readonly (readonly (string | number | null)[])[]): Uint8Array =>
  new TextEncoder().encode(
    stringify(
      rows.map((row) => [...row]),
      { bom: true, record_delimiter: 'windows' },
    ),
  );
