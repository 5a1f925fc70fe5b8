import { readFile } from 'node:fs/promises';
import { type HistoryKind, type ImportSummary, keyPlaceTable } from '../contracts/index.ts';
import {
  type DistrictPlaces,
  importHistory,
  type Intake,
  openIntake,
  readKeyPlaces,
} from '../correlation/index.ts';
import { messageOf, PipelineError } from '../kernel/index.ts';
import type { Store } from '../store/index.ts';
import type { Base } from './services.ts';

/** Bytes of a file that somebody named. */
export async function readImportFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new PipelineError('IMPORT_FILE_NOT_FOUND', `${file} cannot be read: ${messageOf(cause)}`, {
      hint: 'Name an existing file that this user may read.',
      cause,
    });
  }
}

/** The way in for official records. */
export const openDistrictIntake = ({ bus, clock, config }: Base, places: DistrictPlaces): Intake =>
  openIntake({ bus, clock, places, areaCode: config.district.areaCode });

/** Read known places and keep them: later records are placed by them. */
export async function importKnownPlaces(
  places: DistrictPlaces,
  fileName: string,
  content: Uint8Array,
): Promise<ImportSummary> {
  const { acceptedCount, rejected } = await places.importPlaces(content, fileName);
  const rejectedRows = rejected.map(({ feature, reason }) => ({
    line: feature,
    column: null,
    found: null,
    reason,
  }));
  return { fileName, acceptedCount, rejectedCount: rejectedRows.length, rejectedRows };
}

/** Read key places and keep them; they never travel on the bus, because only the figures want them. */
export async function importKeyPlaces(
  { clock }: Pick<Base, 'clock'>,
  store: Store,
  fileName: string,
  content: Uint8Array,
): Promise<ImportSummary> {
  const importedAtMs = clock.nowMs();
  const { places, rejected } = readKeyPlaces(content, fileName, importedAtMs);
  await store.insert(keyPlaceTable, places, { deduplicationToken: `key-places/${fileName}/${importedAtMs}` });
  const rejectedRows = rejected.map(({ feature, reason }) => ({
    line: feature,
    column: null,
    found: null,
    reason,
  }));
  return { fileName, acceptedCount: places.length, rejectedCount: rejectedRows.length, rejectedRows };
}

/** Bring in one listing of what another platform knows of the cameras. */
export const importListing = async (
  { clock }: Pick<Base, 'clock'>,
  store: Store,
  kind: HistoryKind,
  fileName: string,
  content: Uint8Array,
  listedAtMs?: number,
): Promise<ImportSummary> =>
  await importHistory(store, kind, fileName, content, { nowMs: clock.nowMs(), listedAtMs });
