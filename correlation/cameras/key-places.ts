import { z } from 'zod';
import { KeyPlace, PlaceGeometry } from '../../contracts/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { unpacked } from '../history/listing.ts';
import { type KeyPlaceProblem, readKeyPlaceTable } from './key-place-table.ts';

const text = z.union([z.string(), z.number().transform(String)]);
const Properties = z.object({
  id: text.pipe(z.string().min(1)),
  name: text.default(''),
  kind: text.default(''),
  streetCode: text.nullish(),
  policeCode: text.default(''),
  laneType: z.string().nullish(),
  boundCameras: z.array(z.string()).default([]),
});
const FeatureCollection = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(z.object({ properties: z.unknown(), geometry: z.unknown() })),
});

/** Heights behind longitude and latitude are of no use here. */
const withoutHeights = (value: unknown): unknown => {
  if (!Array.isArray(value)) return value;
  return typeof value[0] === 'number' ? value.slice(0, 2) : value.map(withoutHeights);
};
const Geometry = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null && 'coordinates' in value
      ? { ...value, coordinates: withoutHeights(value.coordinates) }
      : value,
  PlaceGeometry,
);

const isJson = (content: Uint8Array): boolean =>
  new TextDecoder().decode(content.subarray(0, 64)).trimStart().startsWith('{');

/**
 * Read key places (重点公共区域): points, areas and road sections from GeoJSON in WGS-84, or from a table (CSV of any
 * encoding, gzip, XLSX).
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is neither, or a column is missing.
 */
export function readKeyPlaces(
  content: Uint8Array,
  fileName: string,
  importedAtMs: number,
): { readonly places: readonly KeyPlace[]; readonly rejected: readonly KeyPlaceProblem[] } {
  const bytes = unpacked(content, fileName);
  return isJson(bytes)
    ? readFeatures(bytes, fileName, importedAtMs)
    : readKeyPlaceTable(bytes, fileName, importedAtMs);
}

function readFeatures(
  content: Uint8Array,
  fileName: string,
  importedAtMs: number,
): { readonly places: readonly KeyPlace[]; readonly rejected: readonly KeyPlaceProblem[] } {
  let features: z.infer<typeof FeatureCollection>['features'];
  try {
    ({ features } = FeatureCollection.parse(JSON.parse(new TextDecoder().decode(content))));
  } catch (cause) {
    throw new PipelineError(
      'IMPORT_FILE_UNREADABLE',
      `${fileName} is no GeoJSON feature collection: ${messageOf(cause)}`,
      {
        hint: 'Export the key places as a GeoJSON FeatureCollection in WGS-84, or as a table.',
        cause,
      },
    );
  }
  const places: KeyPlace[] = [];
  const rejected: KeyPlaceProblem[] = [];
  for (const [index, { properties, geometry }] of features.entries()) {
    const read = Properties.safeParse(properties);
    const shape = Geometry.safeParse(geometry);
    const place = KeyPlace.safeParse({
      keyPlaceId: read.data?.id,
      name: read.data?.name,
      kind: read.data?.kind,
      geometry: shape.data,
      laneType: read.data?.laneType ?? null,
      areaCode: read.data?.policeCode,
      streetCode: read.data?.streetCode ?? null,
      boundCameraIds: read.data?.boundCameras,
      updatedAtMs: importedAtMs,
    });
    if (place.success) places.push(place.data);
    else {
      const error = read.error ?? shape.error ?? place.error;
      rejected.push({ feature: index + 1, reason: z.prettifyError(error) });
    }
  }
  return { places, rejected };
}
