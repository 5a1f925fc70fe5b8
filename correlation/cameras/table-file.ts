import chardet from 'chardet';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { messageOf, PipelineError } from '../../kernel/index.ts';

/** One data row: its line in the file (header = 1) and its cells by header. */
export interface TableRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Text of a file in UTF-8, UTF-16 or GBK, with or without a byte order mark. */
function decode(content: Uint8Array): string {
  const isUtf8 = (): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(content);
      return true;
    } catch {
      return false;
    }
  };
  const [first, second] = content;
  const hasUtf16Mark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const encoding = hasUtf16Mark ? 'utf-16' : isUtf8() ? 'utf-8' : (chardet.detect(content) ?? 'gb18030');
  return iconv.decode(Buffer.from(content), iconv.encodingExists(encoding) ? encoding : 'gb18030');
}

/**
 * Read a CSV table whatever its encoding.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is no table.
 */
export function readTable(
  content: Uint8Array,
  fileName: string,
): { readonly headers: readonly string[]; readonly rows: readonly TableRow[] } {
  try {
    const lines = parse(decode(content), {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const headers = (lines[0]?.record ?? []).map((header) => header.trim());
    if (headers.length < 2) throw new Error('there are no columns in its first line');
    const rows = lines.slice(1).map(({ record, info }) => ({
      line: info.lines,
      cells: Object.fromEntries(headers.map((header, index) => [header, record[index] ?? ''])),
    }));
    return { headers, rows };
  } catch (cause) {
    throw new PipelineError(
      'IMPORT_FILE_UNREADABLE',
      `${fileName} cannot be read as CSV: ${messageOf(cause)}`,
      {
        hint: 'Save the table as CSV with a header line, in UTF-8, UTF-16 or GBK.',
        cause,
      },
    );
  }
}
