import { z } from 'zod';
import { type Camera, KnownPlace, type KnownPlaceKind, LonLat } from '../../contracts/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';

const FeatureCollection = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(z.object({ properties: z.unknown(), geometry: z.unknown() })),
});

const text = z.union([z.string(), z.number()]).transform(String);
const Properties = z.looseObject({
  kind: z.string().min(1),
  name: text,
  aliases: z.array(z.string()).default([]),
  road: z.string().nullish(),
  roads: z.array(z.string()).nullish(),
});

const position = z.tuple([z.number(), z.number()], z.number());
const Geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Point'), coordinates: position }),
  z.object({ type: z.literal('LineString'), coordinates: z.array(position) }),
  z.object({ type: z.literal('MultiLineString'), coordinates: z.array(z.array(position)) }),
  z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(position)) }),
]);

/** What exports call the kinds of places. */
const kindOf: Readonly<Record<string, KnownPlaceKind>> = {
  road: 'road',
  street: 'road',
  道路: 'road',
  crossing: 'crossing',
  intersection: 'crossing',
  路口: 'crossing',
  pole: 'pole',
  杆: 'pole',
  door: 'door',
  address: 'door',
  门牌: 'door',
  lane: 'lane',
  弄: 'lane',
  poi: 'poi',
  compound: 'compound',
  小区: 'compound',
  gate: 'gate',
  bus: 'busStop',
  busstop: 'busStop',
  公交站: 'busStop',
  rfid_reader: 'reader',
  reader: 'reader',
};

export interface PlaceProblem {
  /** Position in the file, the first feature being 1. */
  readonly feature: number;
  readonly reason: string;
}

const lonLatOf = ([lonDeg, latDeg]: readonly number[]): LonLat => LonLat.parse({ lonDeg, latDeg });

function pointsOf(geometry: z.infer<typeof Geometry>): LonLat[][] {
  switch (geometry.type) {
    case 'Point':
      return [[lonLatOf(geometry.coordinates)]];
    case 'LineString':
      return [geometry.coordinates.map(lonLatOf)];
    case 'MultiLineString':
      return geometry.coordinates.map((line) => line.map(lonLatOf));
    case 'Polygon': {
      const ring = (geometry.coordinates[0] ?? []).map(lonLatOf);
      const mean = (of: (place: LonLat) => number): number =>
        ring.reduce((sum, place) => sum + of(place), 0) / Math.max(1, ring.length);
      return [[{ lonDeg: mean((place) => place.lonDeg), latDeg: mean((place) => place.latDeg) }]];
    }
  }
}

/**
 * Read known places from GeoJSON in WGS-84: properties `kind`, `name`, `aliases`, `road` or `roads`.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is no feature collection.
 */
export function readKnownPlaces(
  content: Uint8Array,
  fileName: string,
  importedAtMs: number,
): { readonly places: readonly KnownPlace[]; readonly rejected: readonly PlaceProblem[] } {
  let features: z.infer<typeof FeatureCollection>['features'];
  try {
    ({ features } = FeatureCollection.parse(JSON.parse(new TextDecoder().decode(content))));
  } catch (cause) {
    throw new PipelineError(
      'IMPORT_FILE_UNREADABLE',
      `${fileName} is no GeoJSON feature collection: ${messageOf(cause)}`,
      { hint: 'Export roads, crossings, doors and places as a GeoJSON FeatureCollection in WGS-84.', cause },
    );
  }
  const places: KnownPlace[] = [];
  const rejected: PlaceProblem[] = [];
  for (const [index, { properties, geometry }] of features.entries()) {
    const read = Properties.safeParse(properties);
    const shape = Geometry.safeParse(geometry);
    const kind = read.success ? kindOf[read.data.kind.toLowerCase()] : undefined;
    if (!read.success || !shape.success || kind === undefined) {
      const error = read.error ?? shape.error;
      const reason =
        error === undefined
          ? `is of no kind among ${Object.keys(kindOf).join(', ')}`
          : z.prettifyError(error);
      rejected.push({ feature: index + 1, reason });
      continue;
    }
    const { name, aliases, road, roads } = read.data;
    places.push({
      placeId: `${kind}/${name}`,
      kind,
      name,
      aliases,
      roads: roads ?? (road === undefined || road === null ? [] : [road]),
      points: pointsOf(shape.data),
      importedAtMs,
    });
  }
  return { places, rejected };
}

/** The poles of the camera file: people read their numbers out. */
export function polesOf(cameras: readonly Camera[]): KnownPlace[] {
  return cameras.flatMap(({ poleNumber, lonDeg, latDeg, updatedAtMs }): KnownPlace[] =>
    poleNumber === null || lonDeg === null || latDeg === null
      ? []
      : [
          {
            placeId: `pole/${poleNumber}`,
            kind: 'pole',
            name: poleNumber,
            aliases: [],
            roads: [],
            points: [[{ lonDeg, latDeg }]],
            importedAtMs: updatedAtMs,
          },
        ],
  );
}
