import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { locatorOf, readCameraFile, readKeyPlaces, readOutlines } from '../cameras/index.ts';
import type { District } from '../measures/index.ts';
import { districtOf } from './district-history.ts';
import {
  readCatalogue,
  readClocks,
  readExclusions,
  readFaults,
  readImageChecks,
  readOsdChecks,
  readProberOutages,
  readRecordings,
  readStates,
  readStreams,
} from './readers.ts';

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** `meta.json` of a district's folder: which time the figures are of. */
const FolderMeta = z.object({
  district: z.string(),
  from: moment,
  to: moment,
  asOf: moment,
  instant: moment,
  reference: z.object({ lon0: z.number(), lat0: z.number() }),
});
export type FolderMeta = z.infer<typeof FolderMeta>;

/** Something a file of the folder held that was not taken. */
export interface FolderProblem {
  readonly file: string;
  /** Line of a table, position of a feature. */
  readonly line: number;
  readonly reason: string;
}

export interface DistrictFolder {
  readonly meta: FolderMeta;
  /** The same district with each of the camera files that were asked for. */
  readonly districts: readonly { readonly cameraFile: string; readonly district: District }[];
  /** State rows that say nothing, because they end before they begin. */
  readonly stateRowsIgnored: number;
  readonly rowCount: number;
  readonly problems: readonly FolderProblem[];
}

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

/**
 * Bring in a whole folder of one district through the importers.
 * @param cameraFiles which of its camera files; each gives a district of its own.
 * @throws PipelineError when a file is missing or is no table; single rows that are refused are in `problems`.
 */
export async function readDistrictFolder(
  dir: string,
  cameraFiles: readonly string[] = ['cameras.csv'],
): Promise<DistrictFolder> {
  const meta = await readFolderMeta(dir);
  const problems: FolderProblem[] = [];
  let rowCount = 0;
  const listing = async <T>(
    name: string,
    read: (
      content: Uint8Array,
      fileName: string,
    ) => {
      readonly rows: readonly T[];
      readonly rejected: readonly { readonly line: number; readonly reason: string }[];
    },
  ): Promise<readonly T[]> => {
    const { rows, rejected } = read(await load(dir, name), name);
    problems.push(...rejected.map(({ line, reason }) => ({ file: name, line, reason })));
    rowCount += rows.length;
    return rows;
  };
  const features = <T>(rows: readonly T[], rejected: readonly { feature: number; reason: string }[]) => ({
    rows,
    rejected: rejected.map(({ feature, reason }) => ({ line: feature, reason })),
  });
  const outlinesOf = async (name: string) =>
    listing(name, (content, fileName) => {
      const { outlines, rejected } = readOutlines(content, fileName);
      return features(outlines, rejected);
    });

  const outlines = await outlinesOf('streets.geojson');
  const files = {
    outlines,
    buildings: await outlinesOf('buildings.geojson'),
    keyPlaces: await listing('key-places.geojson', (content, fileName) => {
      const { places, rejected } = readKeyPlaces(content, fileName, meta.asOf);
      return features(places, rejected);
    }),
    states: await listing('states.csv', readStates),
    exclusions: await listing('exclusions.csv', readExclusions),
    proberOutages: await listing('prober-outages.csv', readProberOutages),
    imageChecks: await listing('image-checks.csv.gz', readImageChecks),
    recordings: await listing('recordings.csv.gz', readRecordings),
    streams: await listing('streams.csv', readStreams),
    catalogue: await listing('catalog.csv', readCatalogue),
    clocks: await listing('clocks.csv', readClocks),
    osdChecks: await listing('osd-checks.csv', readOsdChecks),
    faults: await listing('faults.csv', readFaults),
  };
  const context = { asOfMs: meta.asOf, civilCode: meta.district, locator: locatorOf(outlines) };
  const at = {
    window: { fromMs: meta.from, toMs: meta.to },
    instantMs: meta.instant,
    asOfMs: meta.asOf,
    civilCode: meta.district,
    reference: { lonDeg: meta.reference.lon0, latDeg: meta.reference.lat0 },
  };
  const districts: { cameraFile: string; district: District }[] = [];
  let stateRowsIgnored = 0;
  for (const cameraFile of cameraFiles) {
    const { cameras, archive, rejected } = readCameraFile(
      await load(dir, cameraFile),
      cameraFile,
      meta.asOf,
      context,
    );
    problems.push(...rejected.map(({ line, reason }) => ({ file: cameraFile, line, reason })));
    rowCount += cameras.length;
    const made = districtOf({ ...files, cameras, archive }, at);
    districts.push({ cameraFile, district: made.district });
    ({ stateRowsIgnored } = made);
  }
  return { meta, districts, stateRowsIgnored, rowCount, problems };
}
