import { Camera } from '../../contracts/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { readTable } from '../records/table.ts';
import { gcj02ToWgs84 } from './coordinates.ts';
import { parseCameraCode } from './camera-code.ts';
import { type CameraColumn, cameraColumns } from './columns.ts';

/** One thing wrong with one cell. */
export interface CameraFileProblem {
  /** Line of the file, the header being line 1. */
  readonly line: number;
  readonly column: string;
  readonly found: string;
  readonly reason: string;
}

/** One data row with its cells by header. */
interface NamedRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface CameraFile {
  readonly cameras: readonly Camera[];
  /** Rows that were not taken, cell by cell; the others are. */
  readonly rejected: readonly CameraFileProblem[];
}

/** A header without the marks of a template: `设备编码（*）` is `设备编码`. */
const plainHeader = (text: string): string =>
  text
    .replaceAll(/[(（][^)）]*[)）]/g, '')
    .replaceAll(/[*\s\uFEFF]/g, '')
    .toLowerCase();

function findColumns(headers: readonly string[]): Map<CameraColumn, string> {
  const byName = new Map(headers.map((header) => [plainHeader(header), header]));
  const found = new Map<CameraColumn, string>();
  for (const column of cameraColumns) {
    const header = column.names
      .map((name) => byName.get(plainHeader(name)))
      .find((match) => match !== undefined);
    if (header !== undefined) found.set(column, header);
  }
  const missing = cameraColumns.filter((column) => column.isRequired && !found.has(column));
  if (missing.length > 0) {
    const wanted = missing.map(({ names }) => names.slice(0, 2).join(' or ')).join('; ');
    throw new PipelineError('IMPORT_FILE_UNREADABLE', `The camera file has no column ${wanted}.`, {
      hint: `Found were: ${headers.join(', ')}. Pinyin keys, Chinese headers and English keys are understood.`,
    });
  }
  return found;
}

const textOf = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

const blank = Object.fromEntries(Object.keys(Camera.shape).map((field) => [field, null]));

function readRow(
  row: NamedRow,
  columns: ReadonlyMap<CameraColumn, string>,
  importedAtMs: number,
): Camera | readonly CameraFileProblem[] {
  const problems: CameraFileProblem[] = [];
  const complain = (column: string, found: string, reason: string): void => {
    problems.push({ line: row.line, column, found, reason });
  };
  const fields: Record<string, unknown> = {};
  for (const [column, header] of columns) {
    const text = (row.cells[header] ?? '').trim();
    if (text === '') {
      if (column.isRequired) complain(header, '', 'this column must be filled');
      continue;
    }
    const reading = column.read(text);
    if ('problem' in reading) complain(header, text, reading.problem);
    else fields[column.field] = reading.value;
  }
  const code = parseCameraCode(textOf(fields['cameraId']));
  if ('problem' in code && fields['cameraId'] !== undefined) {
    complain('设备编码', textOf(fields['cameraId']), code.problem);
  }
  if (problems.length > 0) return problems;

  const { declaredSize, ...rest } = fields;
  const [declaredWidthPx, declaredHeightPx] = (declaredSize as readonly number[] | undefined) ?? [null, null];
  const parsed = Camera.safeParse({
    ...blank,
    declaredCoordinateSystem: 'WGS-84',
    dutyHours: '00:00-24:00',
    streams: [],
    declaredWidthPx,
    declaredHeightPx,
    ...rest,
    ...toWgs84(fields),
    updatedAtMs: importedAtMs,
  });
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map(({ path, message }) => ({
    line: row.line,
    column: path.join('.'),
    found: textOf(fields[String(path[0])]),
    reason: message,
  }));
}

/** Coordinates of a file in GCJ-02 are turned into WGS-84; (0, 0) is no place. */
function toWgs84(fields: Readonly<Record<string, unknown>>): {
  lonDeg: number | null;
  latDeg: number | null;
} {
  const { lonDeg, latDeg, declaredCoordinateSystem } = fields;
  if (typeof lonDeg !== 'number' || typeof latDeg !== 'number' || (lonDeg === 0 && latDeg === 0)) {
    return { lonDeg: null, latDeg: null };
  }
  if (declaredCoordinateSystem !== 'GCJ-02') return { lonDeg, latDeg };
  return gcj02ToWgs84({ lonDeg, latDeg });
}

/**
 * Read a camera file (一机一档) in CSV.
 *
 * Good rows are taken whatever the others hold; a code that appears twice is refused the second time.
 * @param importedAtMs becomes `updatedAtMs` of every camera.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is no table or a required column is missing.
 */
export function readCameraFile(content: Uint8Array, fileName: string, importedAtMs: number): CameraFile {
  const { rows, broken } = readTable(content, fileName, { encoding: 'auto', delimiter: 'auto' });
  const [header, ...dataRows] = rows;
  const headers = (header?.cells ?? []).map((cell) => cell.trim());
  const columns = findColumns(headers);
  const cameras = new Map<string, Camera>();
  const rejected: CameraFileProblem[] = broken.map(({ line, reason }) => ({
    line,
    column: '',
    found: '',
    reason,
  }));
  for (const row of dataRows) {
    const cells = Object.fromEntries(headers.map((name, index) => [name, row.cells[index] ?? '']));
    const read = readRow({ line: row.line, cells }, columns, importedAtMs);
    if (!('cameraId' in read)) rejected.push(...read);
    else if (cameras.has(read.cameraId)) {
      rejected.push({
        line: row.line,
        column: '设备编码',
        found: read.cameraId,
        reason: 'this code stands in an earlier row of the file',
      });
    } else cameras.set(read.cameraId, read);
  }
  return { cameras: [...cameras.values()], rejected };
}
