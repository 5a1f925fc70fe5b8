import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  allFiguresOf,
  cameraFilesIn,
  compareWithReference,
  type Comparison,
  type District,
  type Mismatch,
  parseScope,
  readDistrictFolder,
  Reference,
} from '../../correlation/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { CommonOptions } from '../main.ts';

/** Differences that are shown one by one; the rest is counted. */
const maxShown = 40;

async function readReference(dir: string): Promise<Reference> {
  const file = join(dir, 'expected.json');
  try {
    return Reference.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new PipelineError('IMPORT_FILE_UNREADABLE', `expected.json cannot be read: ${messageOf(cause)}`, {
      hint: 'The folder must hold the figures that somebody else computed of it, by scope and metric.',
      cause,
    });
  }
}

const lineOf = ({ scope, metric, field, expected, found }: Mismatch): string =>
  [scope.padEnd(26), metric.padEnd(22), field.padEnd(22), expected, '≠', found].join(' ');

function compare(district: District, reference: Reference, interrupted: AbortSignal): Comparison {
  return compareWithReference(district, reference, (name) => {
    interrupted.throwIfAborted();
    const scope = parseScope(name);
    return scope === null ? null : allFiguresOf(district, scope);
  });
}

/**
 * Bring in a district's folder through the importers and hold every figure against `expected.json`.
 * @throws PipelineError EVAL_GOAL_MISSED when a row was refused or a figure differs.
 */
export async function evalMeasures(
  dir: string,
  options: CommonOptions & { readonly json?: string },
  interrupted: AbortSignal,
): Promise<void> {
  const startedAtMs = performance.now();
  const reference = await readReference(dir);
  const { districts, problems, rowCount, stateRowsIgnored } = await readDistrictFolder(
    dir,
    await cameraFilesIn(dir),
  );
  const importedAtMs = performance.now();
  for (const { file, line, reason } of problems.slice(0, maxShown)) {
    process.stdout.write(`${file} line ${line}: ${reason}\n`);
  }
  let comparedCount = 0;
  const mismatches: (Mismatch & { readonly cameraFile: string })[] = [];
  for (const { cameraFile, district } of districts) {
    const comparison = compare(district, reference, interrupted);
    comparedCount += comparison.comparedCount;
    mismatches.push(...comparison.mismatches.map((mismatch) => ({ ...mismatch, cameraFile })));
  }
  const ignored = reference.notes.stateRowsIgnored;
  if (ignored !== undefined && ignored !== stateRowsIgnored) {
    const found = String(stateRowsIgnored);
    mismatches.push({
      cameraFile: '',
      scope: 'notes',
      metric: 'states',
      field: 'stateRowsIgnored',
      expected: String(ignored),
      found,
    });
  }
  for (const mismatch of mismatches.slice(0, maxShown)) {
    process.stdout.write(`${mismatch.cameraFile.padEnd(16)} ${lineOf(mismatch)}\n`);
  }
  if (mismatches.length > maxShown) process.stdout.write(`… and ${mismatches.length - maxShown} more\n`);
  const seconds = (fromMs: number, toMs: number): string => ((toMs - fromMs) / 1_000).toFixed(1);
  const scopeCount = Object.keys(reference.scopes).length;
  process.stdout.write(
    `${rowCount} rows imported in ${seconds(startedAtMs, importedAtMs)} s, ${problems.length} refused; ` +
      `${comparedCount} values of ${scopeCount} scopes from ${districts.length} camera files compared in ` +
      `${seconds(importedAtMs, performance.now())} s, ${mismatches.length} differ\n`,
  );
  if (options.json !== undefined) {
    const figures = { rowCount, refused: problems, scopeCount, comparedCount, mismatches };
    await writeFile(options.json, `${JSON.stringify(figures, null, 1)}\n`);
  }
  if (mismatches.length === 0 && problems.length === 0) return;
  throw new PipelineError(
    'EVAL_GOAL_MISSED',
    `${mismatches.length} of ${comparedCount} values differ, ${problems.length} rows were refused.`,
    { hint: 'Each is named above with its scope, metric and field, or its file and line.' },
  );
}
