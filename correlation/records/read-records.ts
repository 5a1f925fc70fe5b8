import { OfficialRecord } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import { type Gazetteer, locate, plainText } from '../places/index.ts';
import { type ColumnName, findHeader, type Header } from './columns.ts';
import { readMoment } from './dates.ts';
import { kindOf } from './kind.ts';
import { withoutPersonalData } from './personal-data.ts';
import { readPlace, type RecordPlace } from './place.ts';
import { type RejectCode, rejectCodeOfPlace } from './reject-code.ts';
import { readValidity } from './validity.ts';
import type { RecordProfile } from './profile.ts';
import { readTable, type TableRow } from './table.ts';
import { isWorkbook, readWorkbook } from './workbook.ts';

/** Why one row was not taken. Rows with several faults appear once per fault. */
export interface RejectedRow {
  /** First line of the row in the file, the first line being 1. */
  readonly line: number;
  /** Number of the row, the first row after the header being 1; a line break inside quotes stays in its row. */
  readonly row: number;
  readonly code: RejectCode;
  /** Header of the column; null when the row as a whole is refused. */
  readonly column: string | null;
  /** What stood there, without personal data; null when the row as a whole is refused. */
  readonly found: string | null;
  readonly reason: string;
}

/** A row with the source id of another row of the file. */
export interface DuplicateRow {
  readonly line: number;
  readonly sourceId: string;
  /** Line of the row that was taken. */
  readonly takenLine: number;
}

/** A record, and the row it was read from. */
export interface RecordRow {
  readonly row: number;
  readonly record: OfficialRecord;
}

export interface RecordFile {
  readonly records: readonly OfficialRecord[];
  /** Every row that could be read, also older versions of a record. */
  readonly rows: readonly RecordRow[];
  readonly rejected: readonly RejectedRow[];
  readonly duplicates: readonly DuplicateRow[];
}

interface ReadRow extends RecordRow {
  readonly line: number;
}

/** Text longer than this is cut: nobody speaks that long, and a cell can hold a whole file. */
const maxTextLength = 4_000;

/**
 * Read official records from a file. Good rows are taken whatever the others are like.
 * @param input.defaults.areaCode jurisdiction of rows that do not name one.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when the file as a whole cannot be read or lacks a needed column.
 */
export function readRecords(input: {
  readonly content: Uint8Array;
  readonly fileName: string;
  readonly profile: RecordProfile;
  readonly defaults: { readonly areaCode: string };
  /** Known places of the district; without them a record is where its coordinates are. */
  readonly gazetteer?: Gazetteer | undefined;
}): RecordFile {
  const { content, fileName, profile, defaults, gazetteer } = input;
  const { rows, broken } = isWorkbook(content)
    ? { rows: readWorkbook(content, fileName), broken: [] }
    : readTable(content, fileName, profile);
  const header = findHeader(rows, fileName, profile);
  const numbers = rowNumbers(rows, broken, header.line);
  const rejected: RejectedRow[] = broken
    .filter(({ line }) => line > header.line)
    .map(({ line, reason }) => ({
      line,
      row: numbers.get(line) ?? 0,
      code: 'unreadable_row',
      column: null,
      found: null,
      reason,
    }));
  const read: ReadRow[] = [];
  for (const tableRow of rows) {
    if (tableRow.line <= header.line) continue;
    const row = numbers.get(tableRow.line) ?? 0;
    const outcome = readRow(tableRow, {
      header,
      profile,
      fileName,
      areaCode: defaults.areaCode,
      row,
      gazetteer,
    });
    if ('problems' in outcome) rejected.push(...outcome.problems);
    else read.push(outcome);
  }
  const { credible, doubtful } = sortOut(read, header);
  const { taken, duplicates, contradicting } = onePerSourceId(credible, header);
  const isRefused = new Set(contradicting.map(({ line }) => line));
  return {
    records: taken,
    rows: credible.filter(({ line }) => !isRefused.has(line)).map(({ row, record }) => ({ row, record })),
    rejected: [...rejected, ...doubtful, ...contradicting].toSorted((one, other) => one.line - other.line),
    duplicates,
  };
}

/** Rows are counted from the header on, broken ones too. */
function rowNumbers(
  rows: readonly TableRow[],
  broken: readonly { readonly line: number }[],
  headerLine: number,
): Map<number, number> {
  const lines = [...rows, ...broken].map(({ line }) => line).filter((line) => line > headerLine);
  return new Map(lines.toSorted((one, other) => one - other).map((line, index) => [line, index + 1]));
}

/** What only the file as a whole shows: a year that is years off, a place that is the others' turned round. */
function sortOut(
  read: readonly ReadRow[],
  header: Header,
): { readonly credible: readonly ReadRow[]; readonly doubtful: readonly RejectedRow[] } {
  const window = credibleWindow(read);
  const doubtful: RejectedRow[] = [];
  const refuse = (row: ReadRow, name: ColumnName, code: RejectCode, found: string, reason: string): void => {
    const column = header.names[header.indexOf.get(name) ?? -1] ?? null;
    doubtful.push({ line: row.line, row: row.row, code, column, found, reason });
  };
  const middle = middleOf(read);
  const credible = read.filter((row) => {
    const { reportedAtMs, lonDeg, latDeg } = row.record;
    if (reportedAtMs > window.toMs || reportedAtMs < window.fromMs) {
      const found = new Date(reportedAtMs).toISOString();
      refuse(row, 'reportedAt', 'impossible_date', found, 'lies years away from all other rows of the file');
      return false;
    }
    if (middle !== null && lonDeg !== null && latDeg !== null) {
      const offDeg = Math.hypot(lonDeg - middle.lonDeg, latDeg - middle.latDeg);
      const turnedDeg = Math.hypot(latDeg - middle.lonDeg, lonDeg - middle.latDeg);
      if (offDeg > 10 && turnedDeg < 2) {
        refuse(
          row,
          'lon',
          'swapped_coordinates',
          `${lonDeg}, ${latDeg}`,
          'longitude and latitude are swapped',
        );
        return false;
      }
      if (offDeg > farDeg) {
        refuse(row, 'lon', 'bad_coordinates', `${lonDeg}, ${latDeg}`, 'lies in another part of the country');
        return false;
      }
    }
    return true;
  });
  return { credible, doubtful };
}

/** What stands in the columns about callers: to test that none of it is left. */
export function personalValuesOf(
  content: Uint8Array,
  fileName: string,
  profile: RecordProfile,
): ReadonlySet<string> {
  const { rows } = readTable(content, fileName, profile);
  const header = findHeader(rows, fileName, profile);
  return new Set(
    rows
      .filter(({ line }) => line > header.line)
      .flatMap(({ cells }) => header.personalIndexes.map((index) => (cells[index] ?? '').trim()))
      .filter((value) => value.length >= 2),
  );
}

const threeYearsMs = 3 * 366 * 86_400_000;
const enoughRows = 20;
/** A district, and a city, is far smaller. */
const farDeg = 2;

/** A misprinted year would outlive every window; the file itself says what is credible, no clock is asked. */
function credibleWindow(read: readonly ReadRow[]): { readonly fromMs: number; readonly toMs: number } {
  if (read.length < enoughRows) return { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  const times = read.map(({ record }) => record.reportedAtMs).toSorted((one, other) => one - other);
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0;
  return { fromMs: at(0.05) - 10 * threeYearsMs, toMs: at(0.95) + threeYearsMs };
}

/** Middle of the file's places; null when there are too few of them to say. */
function middleOf(read: readonly ReadRow[]): { readonly lonDeg: number; readonly latDeg: number } | null {
  const placed = read.flatMap(({ record: { lonDeg, latDeg } }) =>
    lonDeg === null || latDeg === null ? [] : [{ lonDeg, latDeg }],
  );
  if (placed.length < enoughRows) return null;
  const median = (values: readonly number[]): number =>
    values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
  return {
    lonDeg: median(placed.map(({ lonDeg }) => lonDeg)),
    latDeg: median(placed.map(({ latDeg }) => latDeg)),
  };
}

/**
 * Of rows with one source id the newest version is taken. A row with the id and version of another, but with another
 * moment of report, is no correction: the id was given twice, and the later row is refused.
 */
function onePerSourceId(
  read: readonly ReadRow[],
  header: Header,
): {
  readonly taken: OfficialRecord[];
  readonly duplicates: DuplicateRow[];
  readonly contradicting: RejectedRow[];
} {
  const winners = new Map<string, ReadRow>();
  const firsts = new Map<string, ReadRow>();
  const contradicting: RejectedRow[] = [];
  const column = header.names[header.indexOf.get('sourceId') ?? -1] ?? null;
  const counted: ReadRow[] = [];
  for (const row of read) {
    const { sourceId, reportedAtMs } = row.record;
    const first = firsts.get(sourceId);
    if (first !== undefined && first.record.reportedAtMs !== reportedAtMs) {
      contradicting.push({
        line: row.line,
        row: row.row,
        code: 'duplicate_id',
        column,
        found: sourceId,
        reason: `another matter has the same id in line ${first.line}`,
      });
      continue;
    }
    firsts.set(sourceId, first ?? row);
    counted.push(row);
    const known = winners.get(sourceId);
    if (known === undefined || isNewer(row.record, known.record)) winners.set(sourceId, row);
  }
  const duplicates = counted.flatMap((row) => {
    const { sourceId } = row.record;
    const winner = winners.get(sourceId);
    return winner === undefined || winner === row
      ? []
      : [{ line: row.line, sourceId, takenLine: winner.line }];
  });
  return { taken: [...winners.values()].map(({ record }) => record), duplicates, contradicting };
}

/** Whether `one` corrects `other`, a record with the same id. */
export const isNewer = (one: OfficialRecord, other: OfficialRecord): boolean =>
  one.sourceVersion !== other.sourceVersion
    ? one.sourceVersion > other.sourceVersion
    : (one.changedAtMs ?? 0) > (other.changedAtMs ?? 0);

/** A cell that a spreadsheet would run: taken over, it would run on the officer's machine after an export. */
const formulaPattern = /^[=@]|^[+-](?=[A-Za-z@=(])|^[\t\r]/;

function readRow(
  { line, cells }: TableRow,
  context: {
    readonly header: Header;
    readonly profile: RecordProfile;
    readonly fileName: string;
    readonly areaCode: string;
    readonly row: number;
    readonly gazetteer: Gazetteer | undefined;
  },
): ReadRow | { readonly problems: readonly RejectedRow[] } {
  const { header, profile, fileName, row, gazetteer } = context;
  const problems: RejectedRow[] = [];
  const personalValues = header.personalIndexes.map((index) => cells[index] ?? '');
  const clean = (text: string): string => withoutPersonalData(text, personalValues);
  const cell = (name: ColumnName): string => (cells[header.indexOf.get(name) ?? -1] ?? '').trim();
  const refuse = (name: ColumnName | null, code: RejectCode, reason: string): void => {
    const column = name === null ? null : (header.names[header.indexOf.get(name) ?? -1] ?? null);
    const found = name === null ? null : clean(cell(name)).slice(0, 100);
    problems.push({ line, row, code, column, found, reason });
  };

  if (cells.slice(header.names.length).some((extra) => extra.trim() !== '')) {
    refuse(
      null,
      'unreadable_row',
      `the row has ${cells.length} cells, the header ${header.names.length}: a cell with a comma in it must be quoted`,
    );
    return { problems };
  }
  for (const name of header.indexOf.keys()) {
    if (formulaPattern.test(cells[header.indexOf.get(name) ?? -1] ?? ''))
      refuse(name, 'formula_cell', 'is a spreadsheet formula');
  }

  const sourceId = cell('sourceId');
  if (sourceId === '') refuse('sourceId', 'missing_id', 'must be filled');
  const moment = (name: ColumnName): number | null => {
    const text = cell(name);
    if (text === '') return null;
    const atMs = readMoment(text, profile.dateFormats, profile.timeZone ?? profile.utcOffset);
    if (atMs === null)
      refuse(name, 'impossible_date', `is no moment like ${profile.dateFormats.slice(0, 3).join(' or ')}`);
    return atMs;
  };
  const reportedAtMs = moment('reportedAt');
  if (cell('reportedAt') === '') refuse('reportedAt', 'impossible_date', 'must be filled');
  const occurredAtMs = moment('occurredAt');
  const place = readPlace(coordinateCells(cell, profile), cell('coordinateSystem'), profile);
  if ('problem' in place) {
    const isOneCell = header.indexOf.has('position') && cell('lon') === '' && cell('lat') === '';
    const column = isOneCell && place.column !== 'coordinateSystem' ? 'position' : place.column;
    refuse(column, rejectCodeOfPlace(place), place.problem);
  }
  if (problems.length > 0 || reportedAtMs === null || 'problem' in place) return { problems };

  const validity = readValidity(cell, profile);
  if (validity !== null && 'problem' in validity) {
    refuse(validity.column, 'impossible_date', validity.problem);
    return { problems };
  }
  const changedAtMs = moment('changedAt');
  if (problems.length > 0) return { problems };

  const code = cell('mainType') === '' ? cell('kindCode') : `${cell('mainType')}-${cell('subType')}`;
  const name = cell('kindName');
  const filled = (text: string): string | null => (text === '' ? null : text);
  const text = clean([cell('text'), cell('moreText')].filter((part) => part !== '').join(' '));
  const address = filled(clean(cell('address')));
  const poleNumber = filled(cell('poleNumber'));
  const road = filled(cell('road'));
  const record = OfficialRecord.parse({
    recordId: deterministicId('record', profile.source, sourceId),
    source: profile.source,
    sourceId,
    areaCode: filled(cell('areaCode')) ?? context.areaCode,
    kind: kindOf({ code, name, text: plainText(text) }, profile),
    sourceKind: [code, name].filter((part) => part !== '').join(' '),
    reportedAtMs,
    occurredAtMs,
    text: text.slice(0, maxTextLength),
    address: road === null || address?.startsWith(road) === true ? address : `${road}${address ?? ''}`,
    ...place,
    poleNumber,
    vehiclePlate: filled(cell('vehiclePlate')),
    vehicleClass: filled(cell('vehicleClass')),
    vehicleColour: filled(cell('vehicleColour')),
    status: profile.withdrawn.includes(cell('status')) ? 'withdrawn' : 'active',
    sourceVersion: Math.max(0, Math.trunc(Number(cell('version')) || 0)),
    changedAtMs,
    partOfSourceId: filled(cell('partOf')),
    repeatsSourceId: filled(cell('repeats')),
    spots: spotsOf(
      { place, address: filled(clean(cell('address'))), road, text, poleNumber },
      profile,
      gazetteer,
    ),
    validity,
    importedFrom: `${fileName}:${line}`,
  } satisfies OfficialRecord);
  return { line, row, record };
}

/** Without known places a record is where its coordinates are. */
function spotsOf(
  said: {
    readonly place: RecordPlace;
    readonly address: string | null;
    readonly road: string | null;
    readonly text: string;
    readonly poleNumber: string | null;
  },
  { coordinates }: RecordProfile,
  gazetteer: Gazetteer | undefined,
): OfficialRecord['spots'] {
  const { place, address, road, text, poleNumber } = said;
  const { lonDeg, latDeg } = place;
  const point = lonDeg === null || latDeg === null ? null : { lonDeg, latDeg };
  if (gazetteer === undefined) {
    return point === null ? [] : [{ ...point, errorM: coordinates.errorM, weight: 1 }];
  }
  const { errorM: pointErrorM, wrongShare: pointWrongShare } = coordinates;
  return locate(gazetteer, { address, road, text, poleNumber, point, pointErrorM, pointWrongShare });
}

/** Longitude and latitude as text, from two cells or from one. */
function coordinateCells(
  cell: (name: ColumnName) => string,
  { coordinates }: RecordProfile,
): [string, string] {
  if (cell('lon') !== '' || cell('lat') !== '') return [cell('lon'), cell('lat')];
  const position = cell('position');
  if (position === '') return ['', ''];
  const [first = '', second = ''] = position.match(/-?\d+(?:\.\d+)?/g) ?? [position, position];
  return coordinates.order === 'lonLat' ? [first, second] : [second, first];
}
