import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportSummary } from '../contracts/index.ts';
import { districtFilesIn } from '../correlation/index.ts';
import type { Store } from '../store/index.ts';
import { importKeyPlaces, importListing } from './imports.ts';
import type { Base } from './services.ts';

/**
 * Bring in the key places and every listing of a district's folder; files that are not there are left out.
 * @returns what came of each file.
 */
export async function importDistrictListings(
  base: Pick<Base, 'clock'>,
  store: Store,
  dir: string,
): Promise<ImportSummary[]> {
  const summaries: ImportSummary[] = [];
  for (const { kind, fileName } of await districtFilesIn(dir)) {
    const content = await readFile(join(dir, fileName));
    summaries.push(
      kind === 'key-places'
        ? await importKeyPlaces(base, store, fileName, content)
        : await importListing(base, store, kind, fileName, content),
    );
  }
  return summaries;
}
