import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { HistoryKind } from '../../contracts/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** `meta.json` of a district's folder: which time the figures are of. */
export const FolderMeta = z.object({
  district: z.string(),
  from: moment,
  to: moment,
  asOf: moment,
  instant: moment,
  reference: z.object({ lon0: z.number(), lat0: z.number() }),
});
export type FolderMeta = z.infer<typeof FolderMeta>;

async function load(dir: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(dir, name));
  } catch (cause) {
    throw new PipelineError('IMPORT_FILE_NOT_FOUND', `${name} cannot be read: ${messageOf(cause)}`, {
      hint: `The folder ${basename(dir)} must hold cameras, states, exclusions, checks and GeoJSON of one district.`,
      cause,
    });
  }
}

/** Settings of a folder. @throws PipelineError IMPORT_FILE_UNREADABLE when `meta.json` does not say what it must. */
export async function readFolderMeta(dir: string): Promise<FolderMeta> {
  const content = await load(dir, 'meta.json');
  try {
    return FolderMeta.parse(JSON.parse(new TextDecoder().decode(content)));
  } catch (cause) {
    throw new PipelineError('IMPORT_FILE_UNREADABLE', `meta.json: ${messageOf(cause)}`, {
      hint: 'It names district, from, to, asOf, instant and reference.',
      cause,
    });
  }
}

/**
 * Camera files of a folder: the same district in the forms in which districts send it.
 * @throws PipelineError IMPORT_FILE_NOT_FOUND when it holds none.
 */
export async function cameraFilesIn(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((): string[] => []);
  const found = names.filter((name) => /^cameras(?:-gbk)?\.(?:csv|xlsx)$/.test(name)).toSorted();
  if (found.length > 0) return found;
  throw new PipelineError('IMPORT_FILE_NOT_FOUND', `${basename(dir)} holds no camera file.`, {
    hint: 'Name a folder with cameras.csv, cameras-gbk.csv or cameras.xlsx.',
  });
}

/** Names under which districts send their listings; any of them may be packed or a workbook. */
const listingNames: Readonly<Record<HistoryKind, readonly string[]>> = {
  outlines: ['streets', 'outlines'],
  buildings: ['buildings'],
  states: ['states'],
  exclusions: ['exclusions'],
  'prober-outages': ['prober-outages'],
  'image-checks': ['image-checks'],
  recordings: ['recordings'],
  streams: ['streams'],
  catalogue: ['catalog', 'catalogue'],
  clocks: ['clocks'],
  'osd-checks': ['osd-checks'],
  faults: ['faults'],
};
const endings = ['.csv', '.csv.gz', '.xlsx', '.geojson', '.geojson.gz', '.json'];

/** A file of a folder, and what it brings in. */
export interface DistrictFile {
  readonly kind: HistoryKind | 'key-places';
  readonly fileName: string;
}

/** Listings and key places of a folder, outlines first. A district need not have all of them. */
export async function districtFilesIn(dir: string): Promise<DistrictFile[]> {
  const there = new Set(await readdir(dir).catch((): string[] => []));
  const fileOf = (names: readonly string[]): string | undefined =>
    names.flatMap((name) => endings.map((ending) => name + ending)).find((name) => there.has(name));
  const wanted: readonly (readonly [DistrictFile['kind'], readonly string[]])[] = [
    ['key-places', ['key-places']],
    ...HistoryKind.options.map((kind) => [kind, listingNames[kind]] as const),
  ];
  return wanted.flatMap(([kind, names]) => {
    const fileName = fileOf(names);
    return fileName === undefined ? [] : [{ kind, fileName }];
  });
}
