import { Camera } from '../../contracts/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import type { ArchiveRow } from '../measures/index.ts';
import { readTable, type TableRow } from '../records/table.ts';
import { isWorkbook, readWorkbook } from '../records/workbook.ts';
import { cleanCell } from './cell-text.ts';
import { type CameraColumn, cameraColumns, type CellReading, requiredColumnCount } from './columns.ts';
import { type CameraFileIssue, type CellIssue, error, warning } from './issue.ts';
import {
  type CameraFileContext,
  type Fields,
  nowhere,
  type Placing,
  placeOf,
  rowIssues,
} from './row-checks.ts';

/** One thing wrong with one cell of a row that was not taken. */
export interface CameraFileProblem {
  /** Line of the file, the header being line 1. */
  readonly line: number;
  readonly column: string;
  readonly found: string;
  readonly reason: string;
}

export interface CameraFile {
  readonly cameras: readonly Camera[];
  /** What only the archive row tells, by camera code. */
  readonly archive: ReadonlyMap<string, ArchiveRow>;
  /** Rows that were not taken, cell by cell; the others are. */
  readonly rejected: readonly CameraFileProblem[];
  /** Everything that was found: errors, warnings and repairs, row by row. */
  readonly issues: readonly CameraFileIssue[];
  /** Fields of `Camera` that the file has a column for. */
  readonly writtenFields: ReadonlySet<string>;
  /** Heading by field, without the marks of a template. */
  readonly headers: ReadonlyMap<string, string>;
  /** Where each camera that was taken stands. */
  readonly places: ReadonlyMap<string, { readonly row: number; readonly line: number }>;
}

/** Rows of a camera file, the first being the headings. @throws PipelineError IMPORT_FILE_UNREADABLE. */
export function cameraRows(content: Uint8Array, fileName: string): ReturnType<typeof readTable> {
  return isWorkbook(content)
    ? { rows: readWorkbook(content, fileName), broken: [] }
    : readTable(content, fileName, { encoding: 'auto', delimiter: 'auto' });
}

/** A header without the marks of a template: `设备编码（*）` is `设备编码`. */
export const plainHeader = (text: string): string =>
  text.replaceAll(/[(（][^)）]*[)）]/g, '').replaceAll(/[*\s\uFEFF]/g, '');

/** Column of the file at each position; null where the product has no use for it. */
function findColumns(headers: readonly string[]): readonly (CameraColumn | null)[] {
  const byName = new Map(
    cameraColumns.flatMap((column) => column.names.map((name) => [plainHeader(name).toLowerCase(), column])),
  );
  const taken = new Set<CameraColumn>();
  const columns = headers.map((header) => {
    const column = byName.get(plainHeader(header).toLowerCase());
    if (column === undefined || taken.has(column)) return null;
    taken.add(column);
    return column;
  });
  const missing = cameraColumns.filter((column) => column.isNeeded && !taken.has(column));
  if (missing.length > 0) {
    const wanted = missing.map(({ names }) => names.slice(0, 2).join(' or ')).join('; ');
    throw new PipelineError('IMPORT_FILE_UNREADABLE', `The camera file has no column ${wanted}.`, {
      hint: `Found were: ${headers.join(', ')}. Pinyin keys, Chinese headers and English keys are understood.`,
    });
  }
  return columns;
}

function readCell(column: CameraColumn, header: string, raw: string): CellReading {
  const { text, issues } = cleanCell(raw, column.text);
  const about = { column, header, raw };
  if (text === '') {
    const reason = 'this column must be filled';
    if (column.isNeeded) return { ...about, value: undefined, issues: [error('required_missing', reason)] };
    const blank = column.isInArchive ? [warning('required_missing', reason)] : [];
    return { ...about, value: undefined, issues: blank };
  }
  if (issues.some(({ severity }) => severity === 'error')) return { ...about, value: undefined, issues };
  const { value, issue } = column.read(text);
  return { ...about, value, issues: issue === undefined ? issues : [...issues, issue] };
}

const blankCamera = Object.fromEntries(Object.keys(Camera.shape).map((field) => [field, null]));

function cameraOf(fields: Fields, placing: Placing, importedAtMs: number) {
  const [declaredWidthPx, declaredHeightPx] = (fields['declaredSize'] as readonly number[] | undefined) ?? [
    null,
    null,
  ];
  const known = Object.fromEntries(Object.entries(fields).filter(([field]) => field in Camera.shape));
  return Camera.safeParse({
    ...blankCamera,
    declaredCoordinateSystem: 'WGS-84',
    dutyHours: '00:00-24:00',
    streams: [],
    serialNumber: null,
    onvifAddress: null,
    positionType: null,
    retiredAtMs: null,
    declaredWidthPx,
    declaredHeightPx,
    ...known,
    lonDeg: placing.lonDeg,
    latDeg: placing.latDeg,
    updatedAtMs: importedAtMs,
  });
}

/** 经度, 纬度 and 朝向角 as they are written; null where one of them is blank. */
function placeTextOf(cells: readonly CellReading[]): string | null {
  const texts = ['lonDeg', 'latDeg', 'headingDeg'].map(
    (field) => cells.find(({ column }) => column.field === field)?.raw.trim() ?? '',
  );
  return texts.includes('') ? null : texts.join(' ');
}

const asNumberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function archiveRowOf(cells: readonly CellReading[], fields: Fields, placeText: string | null): ArchiveRow {
  const filled = new Set(
    cells.filter(({ column, raw }) => column.isInArchive && raw.trim() !== '').map(({ column }) => column),
  );
  return {
    requiredCount: requiredColumnCount,
    blankRequired: cameraColumns
      .filter((column) => column.isInArchive && !filled.has(column))
      .map(({ names }) => names[1] ?? ''),
    placeText,
    writtenLonDeg: asNumberOrNull(fields['lonDeg']),
    writtenLatDeg: asNumberOrNull(fields['latDeg']),
    resolutionText: cells.find(({ column }) => column.field === 'declaredSize')?.raw.trim() ?? '',
    isDeclaredHd: typeof fields['isDeclaredHd'] === 'boolean' ? fields['isDeclaredHd'] : null,
    isTracing: fields['isTracing'] === true,
  };
}

/** The district that most rows name. */
function commonCivilCode(
  rows: readonly TableRow[],
  columns: readonly (CameraColumn | null)[],
): string | null {
  const at = columns.findIndex((column) => column?.field === 'civilCode');
  const counts = new Map<string, number>();
  for (const { cells } of rows) {
    const { text } = cleanCell(cells[at] ?? '', 'term');
    if (/^\d{6}$/.test(text)) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/**
 * Read a camera file (一机一档) in CSV or XLSX.
 *
 * Good rows are taken whatever the others hold. What can be put right is, and is told; a code that appears twice is
 * refused the second time.
 * @param importedAtMs becomes `updatedAtMs` of every camera.
 * @param context what the rows are held against; without outlines no place can be outside the district.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is no table or a needed column is missing.
 */
export function readCameraFile(
  content: Uint8Array,
  fileName: string,
  importedAtMs: number,
  context: CameraFileContext = {},
): CameraFile {
  const { rows, broken } = cameraRows(content, fileName);
  const [head, ...dataRows] = rows;
  const headers = (head?.cells ?? []).map((cell) => cell.trim());
  const columns = findColumns(headers);
  const civilCode = context.civilCode ?? commonCivilCode(dataRows, columns);
  const checks = {
    ...context,
    asOfMs: context.asOfMs ?? importedAtMs,
    ...(civilCode === null ? {} : { civilCode }),
  };
  const issues: CameraFileIssue[] = broken.map(({ line, reason }) => ({
    ...error('quotes_broken', reason),
    row: dataRows.filter((row) => row.line < line).length + 1,
    line,
    column: '',
    found: '',
  }));
  const cameras = new Map<string, Camera>();
  const archive = new Map<string, ArchiveRow>();
  const places = new Map<string, { readonly row: number; readonly line: number }>();
  const firstRowOfCode = new Map<string, number>();
  const firstRowOfPlace = new Map<string, number>();
  const headerOf = (field: string): string =>
    plainHeader(headers[columns.findIndex((column) => column?.field === field)] ?? '');

  for (const [index, { line, cells: texts }] of dataRows.entries()) {
    const row = index + 1;
    let isRefused = false;
    const tell = (issue: CellIssue, column: string, found: string, otherRow?: number): void => {
      if (issue.severity === 'error') isRefused = true;
      issues.push({ ...issue, row, line, column, found, ...(otherRow === undefined ? {} : { otherRow }) });
    };
    if (texts.length !== headers.length) {
      const kind = texts.length < headers.length ? 'too_few_columns' : 'too_many_columns';
      tell(error(kind, `${texts.length} cells under ${headers.length} headers`), '', '');
      continue;
    }
    const readings = columns.flatMap((column, position) =>
      column === null ? [] : [readCell(column, headers[position] ?? '', texts[position] ?? '')],
    );
    const fields = Object.fromEntries(
      readings.filter(({ value }) => value !== undefined).map(({ column, value }) => [column.field, value]),
    );
    for (const { header, raw, issues: found } of readings) {
      for (const issue of found) tell(issue, plainHeader(header), raw);
    }
    const foundIn = (field: string): string =>
      readings.find(({ column }) => column.field === field)?.raw ?? '';
    const hasError = (field: string): boolean =>
      readings.some(
        ({ column, issues: found }) =>
          column.field === field && found.some(({ severity }) => severity === 'error'),
      );
    // In an unknown system the same numbers are another place.
    const placing = hasError('declaredCoordinateSystem') ? nowhere() : placeOf(fields, checks);
    for (const { field, issue } of rowIssues(fields, placing, checks)) {
      tell(issue, headerOf(field), foundIn(field));
    }

    const cameraId = typeof fields['cameraId'] === 'string' ? fields['cameraId'] : '';
    // What is no code (a number that a spreadsheet cut, say) is alike in many rows without being the same camera.
    const isCode = /^\d{20}$/.test(cameraId);
    const earlier = firstRowOfCode.get(cameraId);
    if (isCode && earlier !== undefined) {
      const reason = 'this code stands in an earlier row of the file';
      tell(error('code_duplicate', reason), headerOf('cameraId'), cameraId, earlier);
    } else if (isCode) firstRowOfCode.set(cameraId, row);
    const placeText = placeTextOf(readings);
    const twin = placeText === null ? undefined : firstRowOfPlace.get(placeText);
    if (twin !== undefined) {
      const reason = `the same place and heading as in row ${twin}`;
      tell(warning('duplicate_coordinate_heading', reason), headerOf('lonDeg'), foundIn('lonDeg'), twin);
    } else if (placeText !== null) firstRowOfPlace.set(placeText, row);

    if (isRefused) continue;
    const parsed = cameraOf(fields, placing, importedAtMs);
    if (parsed.success) {
      cameras.set(cameraId, parsed.data);
      archive.set(cameraId, archiveRowOf(readings, fields, placeText));
      places.set(cameraId, { row, line });
      continue;
    }
    for (const { path, message } of parsed.error.issues) {
      const field = String(path[0]);
      tell(error('schema', message), headerOf(field) || field, foundIn(field));
    }
  }
  return {
    cameras: [...cameras.values()],
    archive,
    rejected: issues
      .filter(({ severity }) => severity === 'error')
      .map(({ line, column, found, reason }) => ({ line, column, found, reason })),
    issues,
    writtenFields: new Set(
      columns.flatMap((column) =>
        column?.field === 'declaredSize' ? ['declaredWidthPx', 'declaredHeightPx'] : (column?.field ?? []),
      ),
    ),
    headers: new Map(
      columns.flatMap((column, position) =>
        column === null ? [] : [[column.field, plainHeader(headers[position] ?? '')] as const],
      ),
    ),
    places,
  };
}
