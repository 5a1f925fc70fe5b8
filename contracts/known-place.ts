import { z } from 'zod';
import { LonLat } from './geometry.ts';
import { EpochMs } from './ids.ts';
import { table } from './table.ts';

export const KnownPlaceKind = z.enum([
  'road',
  'crossing',
  'pole',
  'door',
  'lane',
  'poi',
  'compound',
  'gate',
  'busStop',
  'reader',
]);
export type KnownPlaceKind = z.infer<typeof KnownPlaceKind>;

/** A place that people name when they say where something is. */
export const KnownPlace = z
  .strictObject({
    /** Kind and name: the same place imported again is the same place. */
    placeId: z.string().min(1),
    kind: KnownPlaceKind,
    name: z.string().min(1),
    /** Other names that the import knows. */
    aliases: z.array(z.string()),
    /** The road it stands on; of a crossing, its roads. */
    roads: z.array(z.string()),
    /** A point, or the lines of a road. */
    points: z.array(z.array(LonLat)),
    importedAtMs: EpochMs,
  })
  .meta({ id: 'KnownPlace' });
export type KnownPlace = z.infer<typeof KnownPlace>;

export const knownPlaceTable = table({
  name: 'known_place',
  schema: KnownPlace,
  orderBy: ['placeId'],
  versionBy: 'importedAtMs',
});

/** What people call a known place; officers add these as they meet them. */
export const PlaceAlias = z
  .strictObject({
    alias: z.string().min(1),
    /** Name of the known place it stands for. */
    placeName: z.string().min(1),
    changedAtMs: EpochMs,
    isRemoved: z.boolean(),
  })
  .meta({ id: 'PlaceAlias' });
export type PlaceAlias = z.infer<typeof PlaceAlias>;

export const placeAliasTable = table({
  name: 'place_alias',
  schema: PlaceAlias,
  orderBy: ['alias'],
  versionBy: 'changedAtMs',
});
