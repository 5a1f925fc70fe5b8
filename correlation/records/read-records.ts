import { OfficialRecord } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import { type ColumnName, findHeader, type Header } from './columns.ts';
import { readMoment } from './dates.ts';
import { kindOf } from './kind.ts';
import { withoutPersonalData } from './personal-data.ts';
import { readPlace } from './place.ts';
import type { RecordProfile } from './profile.ts';
import { readTable, type TableRow } from './table.ts';

/** Why one row was not taken. Rows with several faults appear once per fault. */
export interface RejectedRow {
  /** First line of the row in the file, the first line being 1. */
  readonly line: number;
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

export interface RecordFile {
  readonly records: readonly OfficialRecord[];
  readonly rejected: readonly RejectedRow[];
  readonly duplicates: readonly DuplicateRow[];
}

interface ReadRow {
  readonly line: number;
  readonly version: number;
  readonly record: OfficialRecord;
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
}): RecordFile {
  const { content, fileName, profile, defaults } = input;
  const { rows, broken } = readTable(content, fileName, profile);
  const header = findHeader(rows, fileName, profile);
  const rejected: RejectedRow[] = broken
    .filter(({ line }) => line > header.line)
    .map(({ line, reason }) => ({ line, column: null, found: null, reason }));
  const read: ReadRow[] = [];
  for (const row of rows) {
    if (row.line <= header.line) continue;
    const outcome = readRow(row, { header, profile, fileName, areaCode: defaults.areaCode });
    if ('problems' in outcome) rejected.push(...outcome.problems);
    else read.push(outcome);
  }
  const latestMs = latestCredibleMs(read);
  for (const { line, record } of read.filter((row) => row.record.reportedAtMs > latestMs)) {
    const column = header.names[header.indexOf.get('reportedAt') ?? -1] ?? null;
    const reason = 'lies years after all other rows of the file';
    rejected.push({ line, column, found: new Date(record.reportedAtMs).toISOString(), reason });
  }
  const { taken, duplicates } = onePerSourceId(read.filter((row) => row.record.reportedAtMs <= latestMs));
  return { records: taken, rejected: rejected.toSorted((one, other) => one.line - other.line), duplicates };
}

const threeYearsMs = 3 * 366 * 86_400_000;
const enoughRows = 20;

/** A misprinted year would outlive every window; the file itself says what is credible, no clock is asked. */
function latestCredibleMs(read: readonly ReadRow[]): number {
  if (read.length < enoughRows) return Number.POSITIVE_INFINITY;
  const times = read.map(({ record }) => record.reportedAtMs).toSorted((one, other) => one - other);
  return (times[Math.floor(times.length * 0.95)] ?? 0) + threeYearsMs;
}

/** Of rows with one source id the newest version is taken; of equal versions the first. */
function onePerSourceId(read: readonly ReadRow[]): { taken: OfficialRecord[]; duplicates: DuplicateRow[] } {
  const winners = new Map<string, ReadRow>();
  for (const row of read) {
    const known = winners.get(row.record.sourceId);
    if (known === undefined || row.version > known.version) winners.set(row.record.sourceId, row);
  }
  const duplicates = read.flatMap((row) => {
    const { sourceId } = row.record;
    const winner = winners.get(sourceId);
    return winner === undefined || winner === row
      ? []
      : [{ line: row.line, sourceId, takenLine: winner.line }];
  });
  return { taken: [...winners.values()].map(({ record }) => record), duplicates };
}

/** A cell that a spreadsheet would run: taken over, it would run on the officer's machine after an export. */
const formulaPattern = /^[=@]|^[+-](?=[A-Za-z@=(])|^[\t\r]/;

function readRow(
  { line, cells }: TableRow,
  context: {
    readonly header: Header;
    readonly profile: RecordProfile;
    readonly fileName: string;
    readonly areaCode: string;
  },
): ReadRow | { readonly problems: readonly RejectedRow[] } {
  const { header, profile, fileName } = context;
  const problems: RejectedRow[] = [];
  const personalValues = header.personalIndexes.map((index) => cells[index] ?? '');
  const clean = (text: string): string => withoutPersonalData(text, personalValues);
  const cell = (name: ColumnName): string => (cells[header.indexOf.get(name) ?? -1] ?? '').trim();
  const refuse = (name: ColumnName | null, reason: string): void => {
    const column = name === null ? null : (header.names[header.indexOf.get(name) ?? -1] ?? null);
    problems.push({ line, column, found: name === null ? null : clean(cell(name)).slice(0, 100), reason });
  };

  if (cells.slice(header.names.length).some((extra) => extra.trim() !== '')) {
    refuse(
      null,
      `the row has ${cells.length} cells, the header ${header.names.length}: a cell with a comma in it must be quoted`,
    );
    return { problems };
  }
  for (const name of header.indexOf.keys()) {
    if (formulaPattern.test(cells[header.indexOf.get(name) ?? -1] ?? ''))
      refuse(name, 'is a spreadsheet formula');
  }
  if (profile.withdrawn.includes(cell('status'))) refuse('status', 'was withdrawn by its source');

  const sourceId = cell('sourceId');
  if (sourceId === '') refuse('sourceId', 'must be filled');
  const moment = (name: ColumnName): number | null => {
    const text = cell(name);
    if (text === '') return null;
    const atMs = readMoment(text, profile.dateFormats, profile.utcOffset);
    if (atMs === null) refuse(name, `is no moment like ${profile.dateFormats.slice(0, 3).join(' or ')}`);
    return atMs;
  };
  const reportedAtMs = moment('reportedAt');
  if (cell('reportedAt') === '') refuse('reportedAt', 'must be filled');
  const occurredAtMs = moment('occurredAt');
  const place = readPlace(coordinateCells(cell, profile), cell('coordinateSystem'), profile);
  if ('problem' in place) {
    const isOneCell = header.indexOf.has('position') && cell('lon') === '' && cell('lat') === '';
    refuse(isOneCell && place.column !== 'coordinateSystem' ? 'position' : place.column, place.problem);
  }
  if (problems.length > 0 || reportedAtMs === null || 'problem' in place) return { problems };

  const code = cell('kindCode');
  const name = cell('kindName');
  const filled = (text: string): string | null => (text === '' ? null : text);
  const record = OfficialRecord.parse({
    recordId: deterministicId('record', profile.source, sourceId),
    source: profile.source,
    sourceId,
    areaCode: filled(cell('areaCode')) ?? context.areaCode,
    kind: kindOf({ code, name, text: cell('text') }, profile),
    sourceKind: [code, name].filter((part) => part !== '').join(' '),
    reportedAtMs,
    occurredAtMs,
    text: clean(cell('text')).slice(0, maxTextLength),
    address: filled(clean(cell('address'))),
    ...place,
    poleNumber: filled(cell('poleNumber')),
    vehiclePlate: filled(cell('vehiclePlate')),
    importedFrom: `${fileName}:${line}`,
  } satisfies OfficialRecord);
  return { line, version: Number(cell('version')) || 0, record };
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
