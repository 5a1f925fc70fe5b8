import { isWorkbook } from '../records/workbook.ts';
import { type CameraFile, cameraRows, plainHeader } from './camera-file.ts';
import type { CameraFileIssue } from './issue.ts';
import { type TableFile, tableFile } from './table-file.ts';

/** Column that the corrected file has more: what is left to do in a row, and what was done. */
export const remarksColumn = '核对意见';

const inWords = ({ severity, column, reason, repairedTo }: CameraFileIssue): string => {
  const mark = { error: '错误', warning: '提示', repairable: '已修正' }[severity];
  return `【${mark}】${column}: ${reason}${repairedTo === undefined ? '' : ` → ${repairedTo}`}`;
};

/**
 * The file as it should be: the same columns and rows, repairs done, and in one more column what is wrong in each row.
 * Rows with errors stay as they are, to be put right by hand; one whose quotes do not close is cut at every comma. The same
 * kind of file as came in.
 * @param issues everything that was found, also beside the file itself.
 */
export function correctedFile(
  content: Uint8Array,
  fileName: string,
  file: CameraFile,
  issues: readonly CameraFileIssue[],
): TableFile {
  const { rows: all, broken } = cameraRows(content, fileName);
  const [head, ...whole] = all;
  const headers = head?.cells ?? [];
  const torn = broken.map(({ line, text }) => ({ line, cells: text.replaceAll('"', '').split(/[,;\t|]/) }));
  const rows = [...whole, ...torn].toSorted((a, b) => a.line - b.line);
  const at = (column: string): number => headers.findIndex((header) => plainHeader(header) === column);
  const remarksAt = at(remarksColumn);
  const byLine = Map.groupBy(issues, ({ line }) => line);
  const fixed = rows.map(({ line, cells }) => {
    const next = headers.map((_, position) => cells[position] ?? '');
    const found = byLine.get(line) ?? [];
    for (const { severity, kind, column, repairedTo } of found) {
      const position = at(column);
      if (severity !== 'repairable' || repairedTo === undefined || position < 0) continue;
      if (kind === 'coordinate_swapped') {
        const [lon, lat] = [at(file.headers.get('lonDeg') ?? ''), at(file.headers.get('latDeg') ?? '')];
        [next[lon], next[lat]] = [next[lat] ?? '', next[lon] ?? ''];
      } else next[position] = repairedTo;
    }
    const remarks = found.map(inWords).join(' ');
    return remarksAt < 0 ? [...next, remarks] : next.with(remarksAt, remarks);
  });
  const name = fileName.replace(/\.[^.]*$/, '') || 'cameras';
  const allHeaders = remarksAt < 0 ? [...headers, remarksColumn] : headers;
  return tableFile(`${name}-corrected`, [allHeaders, ...fixed], isWorkbook(content) ? 'xlsx' : 'csv');
}
