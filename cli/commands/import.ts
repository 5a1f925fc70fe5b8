import { basename } from 'node:path';
import {
  type HistoryKind,
  type ImportSummary,
  ImportSummary as ImportSummarySchema,
} from '../../contracts/index.ts';
import { importRoadFile, openDistrictPlaces } from '../../correlation/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { askInstance } from '../ask-instance.ts';
import { configure } from '../configure.ts';
import { drain } from '../drain.ts';
import {
  importKeyPlaces,
  importKnownPlaces,
  importListing,
  openDistrictIntake,
  readImportFile,
} from '../imports.ts';
import { findInstance } from '../instance.ts';
import type { CommonOptions } from '../program/declare.ts';
import { type Progress, startProgress } from '../progress.ts';
import { type Base, openBase, openDistrictStore } from '../services.ts';
import { startCorrelation } from '../stages.ts';
import { supervise } from '../supervisor.ts';

/** Rows that are shown one by one; the rest is counted. */
const maxShown = 50;

/** What the rules decided about rows that were taken. */
const noteTexts: Readonly<Record<string, string>> = {
  ignoredRows: 'end before they begin and say nothing',
  overlappingRows: 'begin before an earlier one has ended: the later one holds while it lasts',
  openRows: 'have no end: they last',
};

function report({ fileName, acceptedCount, rejectedCount, rejectedRows, notes = {} }: ImportSummary): void {
  for (const { line, column, found, reason } of rejectedRows.slice(0, maxShown)) {
    const where = column === null ? `line ${line}` : `line ${line}, ${column}`;
    process.stderr.write(`${fileName} ${where}${found === null ? '' : ` "${found}"`}: ${reason}\n`);
  }
  if (rejectedRows.length > maxShown) process.stderr.write(`… and ${rejectedRows.length - maxShown} more\n`);
  process.stdout.write(`${fileName}: ${acceptedCount} rows imported, ${rejectedCount} refused\n`);
  for (const [name, count] of Object.entries(notes)) {
    process.stdout.write(`  ${count} rows ${noteTexts[name] ?? name}\n`);
  }
  if (rejectedCount > 0) {
    throw new PipelineError('IMPORT_ROWS_REJECTED', `${rejectedCount} rows of ${fileName} were refused.`, {
      hint: 'Each is named above with its line, column and reason. The others are imported; the file can be imported again.',
    });
  }
}

/** Through the running process when there is one, else with the data folder opened here. */
async function runImport(
  file: string,
  options: CommonOptions,
  interrupted: AbortSignal,
  path: string,
  importHere: (base: Base, store: Store, fileName: string, content: Uint8Array) => Promise<ImportSummary>,
): Promise<void> {
  const content = await readImportFile(file);
  const fileName = basename(file);
  const config = await configure(options, { log: { level: 'warn' } });
  const instance = await findInstance(config.dataDir);
  if (instance !== null) {
    const separator = path.includes('?') ? '&' : '?';
    const target = `${path}${separator}fileName=${encodeURIComponent(fileName)}`;
    report(ImportSummarySchema.parse(await askInstance(instance, config.dataDir, target, content)));
    return;
  }
  await using base = await openBase(config, 'import');
  const store = await openDistrictStore(base);
  const supervisor = supervise(interrupted, base.log);
  await startCorrelation(base, store, supervisor);
  const summary = await importHere(base, store, fileName, content);
  let progress: Progress | undefined;
  await drain(base, supervisor.signal, (done, total) => {
    progress ??= startProgress(fileName, Math.max(1, total));
    progress.update(done);
  });
  progress?.stop();
  await supervisor.stop();
  report(summary);
}

export const importRecordsFile = async (
  file: string,
  options: CommonOptions & { readonly profile: string },
  interrupted: AbortSignal,
): Promise<void> => {
  const path = `/api/records/import?profile=${encodeURIComponent(options.profile)}`;
  await runImport(file, options, interrupted, path, async (base, store, fileName, content) => {
    const places = openDistrictPlaces(store, base.clock);
    return await openDistrictIntake(base, places).takeFile(fileName, content, options.profile);
  });
};

export const importKnownPlacesFile = async (
  file: string,
  options: CommonOptions,
  interrupted: AbortSignal,
): Promise<void> => {
  await runImport(file, options, interrupted, '/api/places/import', async (base, store, fileName, content) =>
    importKnownPlaces(openDistrictPlaces(store, base.clock), fileName, content),
  );
};

export const importPlacesFile = async (
  file: string,
  options: CommonOptions,
  interrupted: AbortSignal,
): Promise<void> => {
  await runImport(file, options, interrupted, '/api/key-places/import', importKeyPlaces);
};

export const importListingFile = async (
  kind: HistoryKind,
  file: string,
  options: CommonOptions & { readonly listedAt?: number },
  interrupted: AbortSignal,
): Promise<void> => {
  const { listedAt } = options;
  const query = listedAt === undefined ? '' : `?listedAtMs=${listedAt}`;
  await runImport(
    file,
    options,
    interrupted,
    `/api/history/${kind}/import${query}`,
    async (base, store, fileName, content) =>
      await importListing(base, store, kind, fileName, content, listedAt),
  );
};

export const importRoadsFile = async (
  file: string,
  options: CommonOptions,
  interrupted: AbortSignal,
): Promise<void> => {
  await runImport(file, options, interrupted, '/api/roads/import', async (base, store, fileName, content) =>
    importRoadFile(store, fileName, content, base.clock.nowMs()),
  );
};
