import { createHash } from 'node:crypto';
import {
  catalogueEntryTable,
  clockCheckTable,
  exclusionTable,
  faultTicketTable,
  type HistoryKind,
  type HistoryListing,
  historyListingTable,
  type HistorySource,
  imageCheckTable,
  type ImportSummary,
  measuredStreamTable,
  osdCheckTable,
  outlineTable,
  proberOutageTable,
  recordingSegmentTable,
  stateIntervalTable,
  type Table,
} from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { readOutlines } from '../cameras/index.ts';
import { isManualCause } from '../measures/index.ts';
import { type Listing, unpacked } from './listing.ts';
import {
  readCatalogue,
  readClocks,
  readExclusions,
  readFaults,
  readImageChecks,
  readOsdChecks,
  type Reader,
  readProberOutages,
  readRecordings,
  readStates,
  readStreams,
} from './readers.ts';
import { batchesByMonth, notesOfStates, withOrdinals } from './history-rows.ts';

/** What a reader found, and how its good rows are kept. */
interface Prepared {
  readonly acceptedCount: number;
  readonly ignoredCount: number;
  readonly rejectedRows: ImportSummary['rejectedRows'];
  /** What is worth knowing of the rows that were taken, by name. */
  readonly notes?: Readonly<Record<string, number>>;
  /** Rows of a listing that speaks of one moment belong to it by its id. */
  keep(store: Store, listing: { readonly listingId: string; readonly importedAtMs: number }): Promise<void>;
}

type Prepare = (content: Uint8Array, fileName: string) => Prepared;

const tokenOf = (listingId: string, importedAtMs: number, part: number): string =>
  `history/${listingId}/${importedAtMs}/${part}`;

/** A listing whose rows each speak of a time; rows of a later listing replace those with the same key. */
function timed<T extends object>(
  table: Table,
  read: Reader<T>,
  given: {
    readonly keyOf: (row: T) => string;
    /** Of a table that is kept in partitions of a month: the moment that decides which. */
    readonly atMs?: (row: T) => number;
    readonly says?: (row: T) => boolean;
    readonly sourceOf?: (row: T) => HistorySource;
    readonly notesOf?: (rows: readonly T[]) => Readonly<Record<string, number>>;
  },
): Prepare {
  return (content, fileName) => {
    const { rows, rejected } = read(content, fileName);
    const telling = given.says === undefined ? rows : rows.filter(given.says);
    return {
      acceptedCount: telling.length,
      ignoredCount: rows.length - telling.length,
      rejectedRows: [...rejected],
      ...(given.notesOf === undefined ? {} : { notes: given.notesOf(telling) }),
      async keep(store, { listingId, importedAtMs }) {
        const records = withOrdinals(telling, given.keyOf).map(({ row, ordinal }) => ({
          ...row,
          source: given.sourceOf?.(row) ?? 'listing',
          ordinal,
          updatedAtMs: importedAtMs,
        }));
        const { atMs } = given;
        const batches =
          atMs === undefined ? [records] : batchesByMonth(records, (record) => atMs(record as T));
        for (const [part, batch] of batches.entries()) {
          const deduplicationToken = tokenOf(listingId, importedAtMs, part);
          await store.insert(table, batch, { deduplicationToken });
        }
      },
    };
  };
}

/** A listing that speaks of one moment as a whole: a newer one takes the place of all its rows. */
function whole<T extends object>(
  table: Table,
  read: (content: Uint8Array, fileName: string) => Pick<Listing<T>, 'rows' | 'rejected'>,
): Prepare {
  return (content, fileName) => {
    const { rows, rejected } = read(content, fileName);
    return {
      acceptedCount: rows.length,
      ignoredCount: 0,
      rejectedRows: [...rejected],
      async keep(store, { listingId, importedAtMs }) {
        const records = rows.map((row) => ({ ...row, listingId, updatedAtMs: importedAtMs }));
        await store.insert(table, records, { deduplicationToken: tokenOf(listingId, importedAtMs, 0) });
      },
    };
  };
}

const outlines = whole(outlineTable, (content, fileName) => {
  const { outlines: rows, rejected } = readOutlines(unpacked(content, fileName), fileName);
  return {
    rows,
    rejected: rejected.map(({ feature, reason }) => ({ line: feature, column: '', found: '', reason })),
  };
});

const preparations: Readonly<Record<HistoryKind, Prepare>> = {
  states: timed(stateIntervalTable, readStates, {
    keyOf: ({ cameraId, fromMs }) => `${cameraId} ${fromMs}`,
    atMs: ({ fromMs }) => fromMs,
    says: ({ fromMs, toMs }) => toMs === null || toMs > fromMs,
    sourceOf: ({ cause }) => (isManualCause(cause) ? 'manual' : 'listing'),
    notesOf: notesOfStates,
  }),
  exclusions: timed(exclusionTable, readExclusions, { keyOf: ({ exclusionId }) => exclusionId }),
  'prober-outages': timed(proberOutageTable, readProberOutages, {
    keyOf: ({ areaCode, fromMs }) => `${areaCode} ${fromMs}`,
    says: ({ fromMs, toMs }) => toMs === null || toMs > fromMs,
  }),
  'image-checks': timed(imageCheckTable, readImageChecks, {
    keyOf: ({ cameraId, checkedAtMs }) => `${cameraId} ${checkedAtMs}`,
    atMs: ({ checkedAtMs }) => checkedAtMs,
  }),
  recordings: timed(recordingSegmentTable, readRecordings, {
    keyOf: ({ cameraId, fromMs }) => `${cameraId} ${fromMs}`,
    atMs: ({ fromMs }) => fromMs,
  }),
  streams: timed(measuredStreamTable, readStreams, {
    keyOf: ({ cameraId, measuredAtMs }) => `${cameraId} ${measuredAtMs}`,
  }),
  catalogue: whole(catalogueEntryTable, readCatalogue),
  clocks: timed(clockCheckTable, readClocks, {
    keyOf: ({ cameraId, measuredAtMs }) => `${cameraId} ${measuredAtMs}`,
    atMs: ({ measuredAtMs }) => measuredAtMs,
  }),
  'osd-checks': timed(osdCheckTable, readOsdChecks, {
    keyOf: ({ cameraId, checkedAtMs }) => `${cameraId} ${checkedAtMs}`,
  }),
  faults: timed(faultTicketTable, readFaults, { keyOf: ({ ticketId }) => ticketId }),
  outlines,
  buildings: outlines,
};

/** The listing of a kind that was brought in last and speaks of a moment at or before another. */
async function newestListing(
  store: Store,
  kind: HistoryKind,
  listedAtMs: number,
): Promise<HistoryListing | undefined> {
  const [newest] = await store.find(historyListingTable, {
    where: 'kind = {kind:String} AND listedAtMs <= {listedAtMs:Int64}',
    params: { kind, listedAtMs },
    orderBy: 'listedAtMs DESC, importedAtMs DESC',
    limit: 1,
  });
  return newest;
}

/**
 * Bring in one listing of what another platform knows of the cameras. Importing a file twice changes nothing.
 * @param at.listedAtMs the moment that a listing without times of its own speaks of (catalogue, outlines, buildings);
 *   default: now.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is no table or a column is missing; nothing is kept then.
 */
export async function importHistory(
  store: Store,
  kind: HistoryKind,
  fileName: string,
  content: Uint8Array,
  at: { readonly nowMs: number; readonly listedAtMs?: number | undefined },
): Promise<ImportSummary> {
  const prepared = preparations[kind](content, fileName);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const importedAtMs = at.nowMs;
  const before = await newestListing(store, kind, at.listedAtMs ?? importedAtMs);
  const isSame = before?.sha256 === sha256;
  const listedAtMs = isSame ? before.listedAtMs : (at.listedAtMs ?? importedAtMs);
  const listingId = isSame ? before.listingId : deterministicId('listing', kind, sha256, listedAtMs);
  const { acceptedCount, ignoredCount, rejectedRows, notes } = prepared;
  const rejectedCount = new Set(rejectedRows.map(({ line }) => line)).size;
  await prepared.keep(store, { listingId, importedAtMs });
  // Last: rows of a listing count from here on, so one that was interrupted never replaces another.
  const listing = {
    listingId,
    kind,
    fileName,
    sha256,
    importedAtMs,
    listedAtMs,
    acceptedCount,
    ignoredCount,
    rejectedCount,
  };
  await store.insert(historyListingTable, [listing], {
    deduplicationToken: tokenOf(listingId, importedAtMs, -1),
  });
  const told = { ...notes, ...(ignoredCount > 0 ? { ignoredRows: ignoredCount } : {}) };
  return {
    fileName,
    acceptedCount,
    rejectedCount,
    rejectedRows,
    ...(Object.keys(told).length > 0 ? { notes: told } : {}),
  };
}
