import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CameraImportReport } from '../../contracts/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { askInstance, fileFromInstance } from '../ask-instance.ts';
import { configure } from '../configure.ts';
import { readImportFile } from '../imports.ts';
import type { CommonOptions } from '../program/declare.ts';
import { withOffice } from '../with-office.ts';

export interface ImportCamerasOptions extends CommonOptions {
  readonly apply?: boolean;
  readonly corrected?: string;
  readonly json?: boolean;
}

export interface ExportCamerasOptions extends CommonOptions {
  readonly headers: string;
}

/** Objections that are shown one by one; the rest is counted. */
const maxShown = 50;

const marks = { error: 'refused', warning: 'flagged', repairable: 'repaired' } as const;

async function write(path: string, content: Uint8Array): Promise<void> {
  await writeFile(path, content).catch((cause: unknown) => {
    throw new PipelineError('USAGE', `${path} cannot be written: ${messageOf(cause)}`, {
      hint: 'Name a file in a folder that this user may write to.',
      cause,
    });
  });
}

const maxCellChars = 60;

/** A cell on one line; the report as JSON and the corrected file have all of it. */
const brief = (cell: string): string => {
  const line = cell.replaceAll(/\s+/g, ' ');
  return line.length > maxCellChars ? `${line.slice(0, maxCellChars)}…` : line;
};

function show(report: CameraImportReport): void {
  const { fileName, objections, archiveRules, moved } = report;
  for (const { line, column, found, severity, reason, repairedTo } of objections.slice(0, maxShown)) {
    const where = column === '' ? `line ${line}` : `line ${line}, ${column}`;
    const becomes = repairedTo === null ? '' : ` → "${brief(repairedTo)}"`;
    process.stderr.write(`${fileName} ${where} "${brief(found)}": ${marks[severity]}: ${reason}${becomes}\n`);
  }
  if (objections.length > maxShown) process.stderr.write(`… and ${objections.length - maxShown} more\n`);
  for (const { cameraId, fromIp, toIp } of moved) {
    process.stderr.write(`${cameraId} moved from ${fromIp} to ${toIp}\n`);
  }
  for (const { rule, okCount, failedCount, failed } of archiveRules) {
    if (failedCount === 0) continue;
    const some = `${failed.slice(0, 3).join(', ')}${failedCount > 3 ? ', …' : ''}`;
    process.stderr.write(`archive ${rule}: ${failedCount} of ${okCount + failedCount} fail it: ${some}\n`);
  }
}

/**
 * Check a camera file; take it over only when asked to.
 * @throws PipelineError IMPORT_ROWS_REJECTED when rows were refused; the others were taken over all the same.
 */
export async function importCamerasFile(
  file: string,
  options: ImportCamerasOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const content = await readImportFile(file);
  const fileName = basename(file);
  const config = await configure(options, { log: { level: 'warn' } });
  const query = `fileName=${encodeURIComponent(fileName)}`;
  const isApplied = options.apply === true;
  const corrected = options.corrected;
  const { report, fixed } = await withOffice(config, interrupted, {
    there: async (instance) => {
      const ask = `/api/cameras/import?${query}&apply=${isApplied}`;
      return {
        fixed:
          corrected === undefined
            ? null
            : await fileFromInstance(instance, config.dataDir, `/api/cameras/corrected?${query}`, content),
        report: CameraImportReport.parse(await askInstance(instance, config.dataDir, ask, content)),
      };
    },
    here: async (office) => ({
      fixed: corrected === undefined ? null : (await office.correctedFile(fileName, content)).content,
      report: await office.importFile(fileName, content, isApplied),
    }),
  });
  if (corrected !== undefined && fixed !== null) await write(corrected, fixed);
  if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    show(report);
    const { acceptedCount, addedCount, changedCount, unchangedCount, repairedCount, rejectedCount } = report;
    process.stdout.write(
      `${fileName}: ${acceptedCount} rows ${isApplied ? 'taken over' : 'would be taken over'} (${addedCount} new, ${changedCount} changed, ${unchangedCount} as they were; ${repairedCount} repairs), ${rejectedCount} refused\n`,
    );
    if (corrected !== undefined) process.stderr.write(`The corrected file is ${corrected}.\n`);
    if (!isApplied)
      process.stderr.write('This was a dry run: nothing was changed. Add --apply to take it over.\n');
  }
  if (report.rejectedCount > 0) {
    throw new PipelineError(
      'IMPORT_ROWS_REJECTED',
      `${report.rejectedCount} rows of ${fileName} are refused.`,
      {
        hint: 'Each is named above with its line, column and reason; --corrected FILE writes the table with remarks.',
      },
    );
  }
}

/** Write the cameras on file in the columns of the import; the ending of the name says CSV or XLSX. */
export async function exportCamerasFile(
  file: string,
  options: ExportCamerasOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const config = await configure(options, { log: { level: 'warn' } });
  const format = file.toLowerCase().endsWith('.xlsx') ? 'xlsx' : 'csv';
  if (options.headers !== 'pinyin' && options.headers !== 'chinese') {
    throw new PipelineError('USAGE', `--headers ${options.headers} is unknown.`, {
      hint: 'pinyin or chinese.',
    });
  }
  const { headers } = options;
  const content = await withOffice(config, interrupted, {
    there: async (instance) =>
      await fileFromInstance(
        instance,
        config.dataDir,
        `/api/camera-file?format=${format}&headers=${headers}`,
        null,
      ),
    here: async (office) => (await office.exportFile(format, headers)).content,
  });
  await write(file, content);
  process.stdout.write(`${file} is written.\n`);
}
