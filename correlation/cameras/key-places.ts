import { z } from 'zod';
import { KeyPlace, PlaceGeometry } from '../../contracts/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';

const Properties = z.object({
  id: z.string().min(1),
  name: z.string().default(''),
  kind: z.string().default(''),
  streetCode: z.string().nullish(),
  policeCode: z.string().default(''),
  laneType: z.string().nullish(),
  boundCameras: z.array(z.string()).default([]),
});
const FeatureCollection = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(z.object({ properties: z.unknown(), geometry: z.unknown() })),
});

export interface KeyPlaceProblem {
  /** Position in the file, the first feature being 1. */
  readonly feature: number;
  readonly reason: string;
}

/**
 * Read key places (重点公共区域) from GeoJSON in WGS-84: points, areas and road sections.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is no feature collection.
 */
export function readKeyPlaces(
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
        hint: 'Export the key places as a GeoJSON FeatureCollection in WGS-84.',
        cause,
      },
    );
  }
  const places: KeyPlace[] = [];
  const rejected: KeyPlaceProblem[] = [];
  for (const [index, { properties, geometry }] of features.entries()) {
    const read = Properties.safeParse(properties);
    const shape = PlaceGeometry.safeParse(geometry);
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
