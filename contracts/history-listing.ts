import { z } from 'zod';
import { EpochMs, Uuid } from './ids.ts';
import { table } from './table.ts';

/**
 * Where a row of a camera's history comes from: `probe`: this installation saw it; `listing`: another platform's listing
 * says so; `manual`: a person typed it in. Figures tell how much a person's rows changed.
 */
export const HistorySource = z.enum(['probe', 'listing', 'manual']);
export type HistorySource = z.infer<typeof HistorySource>;

/** Listings that can be brought in, by the name under which the importer takes them. */
export const HistoryKind = z.enum([
  'states',
  'exclusions',
  'prober-outages',
  'image-checks',
  'recordings',
  'streams',
  'catalogue',
  'clocks',
  'osd-checks',
  'faults',
  'outlines',
  'buildings',
]);
export type HistoryKind = z.infer<typeof HistoryKind>;

/**
 * Code of a device in a listing. Listings also name what is no camera, or no code at all, so that exclusions of unknown
 * cameras and unarchived devices can be told.
 */
export const DeviceCode = z.string().min(1).max(64);

/**
 * Rows that replace each other carry these beside their own key. `ordinal` tells rows of one file with the same key
 * apart, in the order of the file (0, 1, …); the newest version of a key and ordinal wins, so importing twice changes
 * nothing.
 */
export const historyFields = {
  source: HistorySource,
  ordinal: z.int().nonnegative(),
  updatedAtMs: EpochMs,
};

/**
 * Partitions of tables that grow by the month: the newest version of a row is then found among those of its own month
 * only, and a month is read without the years before it.
 */
export const monthOf = (column: string): string => `toYYYYMM(fromUnixTimestamp64Milli(${column}, 'UTC'))`;

/** One listing that was taken over. A listing of no rows was brought in all the same: then nothing is known to be there. */
export const HistoryListing = z
  .strictObject({
    listingId: Uuid,
    kind: HistoryKind,
    fileName: z.string(),
    /** Of the bytes as they came. */
    sha256: z.string(),
    importedAtMs: EpochMs,
    /** The moment that a listing without times of its own speaks of (catalogue, outlines, buildings). */
    listedAtMs: EpochMs,
    acceptedCount: z.int().nonnegative(),
    /** Rows that say nothing by rule: states that end before they begin. */
    ignoredCount: z.int().nonnegative(),
    rejectedCount: z.int().nonnegative(),
  })
  .meta({ id: 'HistoryListing' });
export type HistoryListing = z.infer<typeof HistoryListing>;

export const historyListingTable = table({
  name: 'history_listing',
  schema: HistoryListing,
  orderBy: ['kind', 'listingId'],
  versionBy: 'importedAtMs',
});
