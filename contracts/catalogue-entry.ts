import { z } from 'zod';
import { DeviceCode } from './history-listing.ts';
import { EpochMs, Uuid } from './ids.ts';
import { table } from './table.ts';

/** A device in one listing of the shared platform's catalogue. A newer listing replaces the whole of an older one. */
export const CatalogueEntry = z
  .strictObject({
    /** The listing it stands in (`HistoryListing`); rows of a listing that is not recorded there do not count. */
    listingId: Uuid,
    cameraId: DeviceCode,
    name: z.string(),
    updatedAtMs: EpochMs,
  })
  .meta({ id: 'CatalogueEntry' });
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

export const catalogueEntryTable = table({
  name: 'catalogue_entry',
  schema: CatalogueEntry,
  orderBy: ['listingId', 'cameraId'],
  versionBy: 'updatedAtMs',
});
