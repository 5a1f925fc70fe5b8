import {
  type Camera,
  cameraTable,
  knownPlaceTable,
  type OfficialRecord,
  type PlaceAlias,
  placeAliasTable,
} from '../contracts/index.ts';
import { type Clock, PipelineError } from '../kernel/index.ts';
import type { Store } from '../store/index.ts';
import { distanceM } from './link/index.ts';
import { readKnownPlaceFile } from './known-place-file.ts';
import { type Gazetteer, openGazetteer, polesOf } from './places/index.ts';

/** Places are looked up anew after this long: another process may have imported some. */
const freshMs = 60_000;
const rowsAtMost = 500_000;
/** A record belongs to the jurisdiction of the nearest camera within this distance. */
const nearestCameraM = 800;

/** What came of a file of places. */
interface PlaceImport {
  readonly acceptedCount: number;
  readonly rejected: readonly { readonly feature: number; readonly reason: string }[];
}

/** The places a district knows: imported ones, the poles of its cameras, and what its officers call them. */
export interface DistrictPlaces {
  /** Undefined while nothing was imported and no camera has a pole. */
  gazetteer(): Promise<Gazetteer | undefined>;
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  importPlaces(content: Uint8Array, fileName: string): Promise<PlaceImport>;
  aliases(): Promise<PlaceAlias[]>;
  /** @throws PipelineError PLACE_UNKNOWN when no known place has that name. */
  setAlias(alias: string, placeName: string | null): Promise<PlaceAlias>;
  /** Jurisdiction that a record's likeliest place is in; null where no camera is near. */
  areaOf(record: OfficialRecord): Promise<string | null>;
}

interface Known {
  readonly gazetteer: Gazetteer | undefined;
  readonly cameras: readonly Camera[];
  readonly names: ReadonlySet<string>;
  readonly aliases: readonly PlaceAlias[];
  readonly readAtMs: number;
}

export function openDistrictPlaces(store: Store, clock: Clock): DistrictPlaces {
  let known: Promise<Known> | null = null;

  const read = async (): Promise<Known> => {
    const [places, aliases, cameras] = await Promise.all([
      store.find(knownPlaceTable, { limit: rowsAtMost }),
      store.find(placeAliasTable, { limit: rowsAtMost }),
      store.find(cameraTable, { limit: rowsAtMost }),
    ]);
    const all = [...polesOf(cameras), ...places];
    const valid = aliases.filter(({ isRemoved }) => !isRemoved);
    return {
      gazetteer: all.length === 0 ? undefined : openGazetteer(all, valid),
      cameras,
      names: new Set(all.map(({ name }) => name)),
      aliases: valid,
      readAtMs: clock.monotonicMs(),
    };
  };
  const current = async (): Promise<Known> => {
    const found = await known;
    if (found !== null && clock.monotonicMs() - found.readAtMs < freshMs) return found;
    known = read();
    return await known;
  };

  return {
    gazetteer: async () => (await current()).gazetteer,
    async importPlaces(content, fileName) {
      const importedAtMs = clock.nowMs();
      const { places, rejected } = readKnownPlaceFile(content, fileName, importedAtMs);
      const deduplicationToken = `known-places/${fileName}/${importedAtMs}`;
      await store.insert(knownPlaceTable, places, { deduplicationToken });
      known = null;
      return { acceptedCount: places.length, rejected };
    },
    aliases: async () => [...(await current()).aliases],
    async setAlias(alias, placeName) {
      const { names, aliases } = await current();
      const before = aliases.find((other) => other.alias === alias);
      const target = placeName ?? before?.placeName;
      if (target === undefined || (placeName !== null && !names.has(placeName))) {
        throw new PipelineError('PLACE_UNKNOWN', `No known place is called ${placeName ?? alias}.`, {
          hint: 'Give the name exactly as the import has it; import the place first if it is missing.',
        });
      }
      const changedAtMs = clock.nowMs();
      const entry: PlaceAlias = { alias, placeName: target, changedAtMs, isRemoved: placeName === null };
      const deduplicationToken = `place-alias/${alias}/${changedAtMs}`;
      await store.insert(placeAliasTable, [entry], { deduplicationToken });
      known = null;
      return entry;
    },
    async areaOf({ spots }) {
      const [spot] = spots;
      if (spot === undefined || spot.weight < 0.5) return null;
      const { cameras } = await current();
      let nearest: { readonly areaCode: string; readonly apartM: number } | null = null;
      for (const { lonDeg, latDeg, areaCode } of cameras) {
        if (lonDeg === null || latDeg === null) continue;
        const apartM = distanceM(spot, { lonDeg, latDeg });
        if (apartM < (nearest?.apartM ?? nearestCameraM)) nearest = { areaCode, apartM };
      }
      return nearest?.areaCode ?? null;
    },
  };
}
