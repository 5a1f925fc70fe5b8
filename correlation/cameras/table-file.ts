import * as xlsx from '@e965/xlsx';
import { stringify } from 'csv-stringify/sync';

/** A table as a file that a person opens. */
export interface TableFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** Write rows as CSV (UTF-8 with BOM, which spreadsheets need) or XLSX, every cell a text: a long code stays whole. */
export function tableFile(
  name: string,
  rows: readonly (readonly string[])[],
  format: 'csv' | 'xlsx',
): TableFile {
  if (format === 'csv') {
    const text = stringify(
      rows.map((row) => [...row]),
      { bom: true },
    );
    return {
      fileName: `${name}.csv`,
      contentType: 'text/csv; charset=utf-8',
      content: Buffer.from(text, 'utf8'),
    };
  }
  const sheet = xlsx.utils.aoa_to_sheet(rows.map((row) => row.map((cell) => ({ t: 's', v: cell, z: '@' }))));
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, sheet, '一机一档');
  return {
    fileName: `${name}.xlsx`,
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    content: new Uint8Array(xlsx.write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer),
  };
}
