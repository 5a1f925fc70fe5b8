import { z } from 'zod';
import { type LonLat, Outline as StoredOutline } from '../../contracts/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { distanceToRingM, isInside, planeAbout, type PointM } from '../measures/index.ts';

const position = z.tuple([z.number(), z.number()]).rest(z.number());
const Geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(position).min(4)).min(1) }),
  z.object({
    type: z.literal('MultiPolygon'),
    coordinates: z.array(z.array(z.array(position).min(4)).min(1)),
  }),
]);
const Collection = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(z.object({ properties: z.unknown(), geometry: z.unknown() })),
});
const word = z.union([z.string(), z.number().transform(String)]).nullish();
const Properties = z.object({
  id: word,
  code: word,
  name: word,
  /** None: a building. */
  level: StoredOutline.shape.level.default('building'),
});

/** A street, the area of a police station or a building, as a file gives it. */
export type Outline = Omit<StoredOutline, 'listingId' | 'updatedAtMs'>;

export interface OutlineProblem {
  /** Position in the file, the first feature being 1. */
  readonly feature: number;
  readonly reason: string;
}

/**
 * Read outlines of streets, police stations or buildings from GeoJSON in WGS-84.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when it is no feature collection.
 */
export function readOutlines(
  content: Uint8Array,
  fileName: string,
): { readonly outlines: readonly Outline[]; readonly rejected: readonly OutlineProblem[] } {
  let features: z.infer<typeof Collection>['features'];
  try {
    ({ features } = Collection.parse(JSON.parse(new TextDecoder().decode(content))));
  } catch (cause) {
    const found = `${fileName} is no GeoJSON feature collection: ${messageOf(cause)}`;
    const hint = 'Export the outlines as a GeoJSON FeatureCollection in WGS-84.';
    throw new PipelineError('IMPORT_FILE_UNREADABLE', found, { hint, cause });
  }
  const outlines: Outline[] = [];
  const rejected: OutlineProblem[] = [];
  for (const [index, feature] of features.entries()) {
    const properties = Properties.safeParse(feature.properties ?? {});
    const geometry = Geometry.safeParse(feature.geometry);
    if (!properties.success || !geometry.success) {
      const problem = properties.error ?? geometry.error;
      rejected.push({ feature: index + 1, reason: problem === undefined ? '' : z.prettifyError(problem) });
      continue;
    }
    const { code, id, name, level } = properties.data;
    const parts = geometry.data.type === 'Polygon' ? [geometry.data.coordinates] : geometry.data.coordinates;
    outlines.push({
      level,
      code: code ?? id ?? String(index + 1),
      name: name ?? '',
      rings: parts.map((rings) =>
        (rings[0] ?? []).slice(0, -1).map(([lonDeg, latDeg]): [number, number] => [lonDeg, latDeg]),
      ),
    });
  }
  return { outlines, rejected };
}

/** Which outlines of a level a place lies in. */
export interface Locator {
  /** Codes of outlines of the level that hold the place, or whose edge is at most `slackM` away. */
  readonly codesAt: (level: Outline['level'], place: LonLat, slackM: number) => readonly string[];
  readonly has: (level: Outline['level']) => boolean;
}

/** Look places up in outlines, in local metres about the first of them. */
export function locatorOf(outlines: readonly Outline[]): Locator {
  const [lonDeg = 0, latDeg = 0] = outlines[0]?.rings[0]?.[0] ?? [];
  const toPlane = planeAbout(lonDeg, latDeg);
  const flat = outlines.map(({ level, code, rings }) => ({
    level,
    code,
    rings: rings.map((ring): PointM[] => ring.map(([lon, lat]) => toPlane(lon, lat))),
  }));
  return {
    has: (level) => flat.some((outline) => outline.level === level),
    codesAt: (level, place, slackM) => {
      const at = toPlane(place.lonDeg, place.latDeg);
      return flat
        .filter((outline) => outline.level === level)
        .filter(({ rings }) =>
          rings.some((ring) => isInside(ring, at) || distanceToRingM(ring, at) <= slackM),
        )
        .map(({ code }) => code);
    },
  };
}
