import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Camera } from '../../contracts/index.ts';
import {
  type CameraFile,
  cameraFilesIn,
  type CameraFileContext,
  type CameraFileIssue,
  locatorOf,
  readCameraFile,
  readFolderMeta,
  readOutlines,
} from '../../correlation/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { readImportFile } from '../imports.ts';
import type { CommonOptions } from '../program/declare.ts';

/** Something wrong that was planted, or was in the file before. */
const Planted = z.object({
  row: z.int(),
  line: z.int(),
  column: z.string().nullable(),
  kind: z.string(),
  severity: z.enum(['error', 'warning', 'repairable']),
  otherRow: z.int().optional(),
});
type Planted = z.infer<typeof Planted>;

/** What a planted defect brings with it in the same row, and is no false alarm. */
const followsFrom: Readonly<Record<string, readonly string[]>> = {
  formula_injection: ['whitespace'],
};

const maxShown = 40;
/** Positions are written to 10⁻⁶ degrees, and degrees, minutes and seconds to 10⁻³ of a second. */
const positionToleranceDeg = 1e-6;

type Found = Pick<CameraFileIssue, 'row' | 'line' | 'column' | 'kind' | 'severity'>;
const keyOf = (one: Planted | Found): string =>
  [one.row, one.line, one.column ?? '', one.kind, one.severity].join(' ');
/** Line breaks that were planted move the lines of what was there before. */
const baselineKeyOf = (one: Planted | Found): string => [one.row, one.column ?? '', one.kind].join(' ');

async function readPlanted(file: string): Promise<Planted[]> {
  const content = await readFile(file, 'utf8');
  return z.array(Planted).parse(JSON.parse(content));
}

const isNear = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= positionToleranceDeg;

/** Whether a repaired camera is the one that was damaged; a line break in its address became a blank. */
function isRestored(repaired: Camera, original: Camera): boolean {
  const rest = (camera: Camera): string =>
    JSON.stringify({ ...camera, lonDeg: null, latDeg: null, address: null });
  return (
    rest(repaired) === rest(original) &&
    isNear(repaired.lonDeg, original.lonDeg) &&
    isNear(repaired.latDeg, original.latDeg) &&
    (repaired.address ?? '').startsWith(original.address ?? '')
  );
}

interface Verdict {
  readonly missed: readonly Planted[];
  readonly falseAlarms: readonly CameraFileIssue[];
  /** Rows that were to be repaired and are not what they were before they were damaged. */
  readonly notRestored: readonly Planted[];
}

function judge(
  file: CameraFile,
  planted: readonly Planted[],
  baseline: readonly Planted[],
  clean: CameraFile,
): Verdict {
  const found = new Set(file.issues.map(keyOf));
  const expected = new Set(planted.map(keyOf));
  const natural = new Set(baseline.map(baselineKeyOf));
  const kindsOfRow = Map.groupBy(planted, ({ row }) => row);
  const isExplained = (issue: CameraFileIssue): boolean =>
    expected.has(keyOf(issue)) ||
    natural.has(baselineKeyOf(issue)) ||
    (kindsOfRow.get(issue.row) ?? []).some(({ kind }) => followsFrom[kind]?.includes(issue.kind) === true);
  // Only rows that came through whole can be told by their code; of damaged codes the repair itself gives it.
  const cleanByCode = new Map(clean.cameras.map((camera) => [camera.cameraId, camera]));
  const cleanCodes = clean.cameras.map(({ cameraId }) => cameraId);
  const readByCode = new Map(file.cameras.map((camera) => [camera.cameraId, camera]));
  return {
    missed: planted.filter((defect) => !found.has(keyOf(defect))),
    falseAlarms: file.issues.filter((issue) => !isExplained(issue)),
    notRestored: planted.filter(({ row, severity }) => {
      if (severity !== 'repairable') return false;
      const code = cleanCodes[row - 1] ?? '';
      const repaired = readByCode.get(code);
      const original = cleanByCode.get(code);
      return repaired === undefined || original === undefined || !isRestored(repaired, original);
    }),
  };
}

/** Objections to a file that nobody damaged, beyond those that are known; and known ones that were not raised. */
function judgeClean(file: CameraFile, baseline: readonly Planted[]): Pick<Verdict, 'missed' | 'falseAlarms'> {
  // Its headers may be Chinese or pinyin: the column is not compared.
  const key = ({ row, line, kind, severity }: Planted | Found): string =>
    [row, line, kind, severity].join(' ');
  const found = new Set(file.issues.map(key));
  const natural = new Set(baseline.map(key));
  return {
    missed: baseline.filter((one) => !found.has(key(one))),
    falseAlarms: file.issues.filter((issue) => !natural.has(key(issue))),
  };
}

const where = ({ row, line, column, kind, severity }: Planted | CameraFileIssue): string =>
  `row ${row}, line ${line}, ${column ?? 'whole row'}: ${kind} (${severity})`;

function show(title: string, all: readonly (Planted | CameraFileIssue)[]): void {
  for (const one of all.slice(0, maxShown)) process.stdout.write(`${title}: ${where(one)}\n`);
  if (all.length > maxShown) process.stdout.write(`… and ${all.length - maxShown} more\n`);
}

/**
 * Read a camera file with planted defects and hold what was found against the list of them.
 * @throws PipelineError EVAL_GOAL_MISSED when a defect was missed, misplaced or not repaired, or a good row was objected to.
 */
export async function evalImport(
  dir: string,
  options: CommonOptions & { readonly json?: string },
  interrupted: AbortSignal,
): Promise<void> {
  const meta = await readFolderMeta(dir);
  const { outlines } = readOutlines(await readImportFile(join(dir, 'streets.geojson')), 'streets.geojson');
  const context: CameraFileContext = {
    asOfMs: meta.asOf,
    civilCode: meta.district,
    locator: locatorOf(outlines),
  };
  const read = async (name: string): Promise<CameraFile> =>
    readCameraFile(await readImportFile(join(dir, name)), name, meta.asOf, context);
  const planted = await readPlanted(join(dir, 'defects.json'));
  const baseline = await readPlanted(join(dir, 'baseline-warnings.json'));
  const clean = await read('cameras.csv');
  interrupted.throwIfAborted();
  const startedAtMs = performance.now();
  const file = await read('cameras-defects.csv');
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const { missed, falseAlarms, notRestored } = judge(file, planted, baseline, clean);
  show('missed', missed);
  show('false alarm', falseAlarms);
  const undamagedFiles = await cameraFilesIn(dir);
  const undamaged: Pick<Verdict, 'missed' | 'falseAlarms'>[] = [];
  for (const name of undamagedFiles) {
    const verdict = judgeClean(name === 'cameras.csv' ? clean : await read(name), baseline);
    show(`${name}, missed`, verdict.missed);
    show(`${name}, false alarm`, verdict.falseAlarms);
    undamaged.push(verdict);
  }
  const undamagedCount = undamaged.reduce(
    (sum, verdict) => sum + verdict.missed.length + verdict.falseAlarms.length,
    0,
  );
  show('not restored', notRestored);
  const refused = new Set(file.issues.filter(({ severity }) => severity === 'error').map(({ row }) => row));
  const summary = {
    plantedCount: planted.length,
    kindCount: new Set(planted.map(({ kind }) => kind)).size,
    namedCount: planted.length - missed.length,
    falseAlarmCount: falseAlarms.length,
    repairableCount: planted.filter(({ severity }) => severity === 'repairable').length,
    notRestoredCount: notRestored.length,
    takenCount: file.cameras.length,
    refusedCount: refused.size,
    undamagedCount,
    seconds,
  };
  process.stdout.write(
    `${summary.namedCount} of ${summary.plantedCount} defects of ${summary.kindCount} kinds named, ` +
      `${summary.falseAlarmCount} false alarms, ${summary.repairableCount - summary.notRestoredCount} of ` +
      `${summary.repairableCount} repairs restored; ${summary.takenCount} rows taken, ${summary.refusedCount} refused, ` +
      `${seconds.toFixed(2)} s; ${undamagedCount} differences in ${undamagedFiles.length} undamaged files\n`,
  );
  if (options.json !== undefined) {
    await writeFile(
      options.json,
      `${JSON.stringify({ ...summary, missed, falseAlarms, notRestored }, null, 1)}\n`,
    );
  }
  if (missed.length + falseAlarms.length + notRestored.length + undamagedCount === 0) return;
  throw new PipelineError(
    'EVAL_GOAL_MISSED',
    `${missed.length} defects were missed, ${falseAlarms.length} false alarms were raised, ${notRestored.length} repairs failed, ${undamagedCount} differences in undamaged files.`,
    { hint: 'Each is named above with its row, line, column and kind.' },
  );
}
