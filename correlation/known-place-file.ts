import type { KnownPlace } from '../contracts/index.ts';
import { type Cell, readListing } from './history/listing.ts';
import { type PlaceProblem, readKnownPlaces } from './places/index.ts';
import { positionsOf, systemCell, toWgs84Coordinates, wktOf } from './table-geometry.ts';

interface KnownPlaceFile {
  readonly places: readonly KnownPlace[];
  /** `feature`: the feature of GeoJSON, the line of a table. */
  readonly rejected: readonly PlaceProblem[];
}

const any = (value: string): Cell<string> => ({ value });
const filled = (value: string): Cell<string> =>
  value === '' ? { problem: 'this column must be filled' } : { value };
const listOf = (text: string): string[] => text.split(/[;；,，、|]+/).flatMap((part) => part.trim() || []);

/**
 * Known places of a file: GeoJSON, or a table (CSV, XLSX; UTF-8 or GBK) with kind, name, aliases, roads, and either
 * longitude and latitude or coordinates (`lon,lat; lon,lat; …` for a road, or WKT) in WGS-84, GCJ-02 or BD-09.
 * @throws PipelineError IMPORT_FILE_UNREADABLE.
 */
export function readKnownPlaceFile(
  content: Uint8Array,
  fileName: string,
  importedAtMs: number,
): KnownPlaceFile {
  if (!/\.(csv|tsv|txt|xlsx|xls)$/i.test(fileName)) return readKnownPlaces(content, fileName, importedAtMs);
  const table = readListing(content, fileName, {
    kind: { names: ['kind', '类别', '类型', '地名类别'], read: filled },
    name: { names: ['name', '名称', '地名', '标准名称'], read: filled },
    aliases: { names: ['aliases', 'alias', '别名', '俗称'], isOptional: true, read: any },
    roads: { names: ['roads', 'road', '道路', '所在道路', '所属道路'], isOptional: true, read: any },
    lon: { names: ['lon', 'lng', 'lonDeg', 'longitude', '经度'], isOptional: true, read: any },
    lat: { names: ['lat', 'latDeg', 'latitude', '纬度'], isOptional: true, read: any },
    coordinates: { names: ['coordinates', 'wkt', 'geometry', '坐标', '坐标串'], isOptional: true, read: any },
    system: { names: ['coordinateSystem', '坐标系'], isOptional: true, read: systemCell },
  });
  const features = table.rows.map(({ kind, name, aliases, roads, lon, lat, coordinates, system }) => {
    const positions = positionsOf(coordinates === '' ? `${lon},${lat}` : coordinates);
    const geometry =
      wktOf(coordinates) ??
      (positions.length > 1
        ? { type: 'LineString', coordinates: positions }
        : { type: 'Point', coordinates: positions[0] });
    return {
      properties: { kind, name, aliases: listOf(aliases), roads: listOf(roads) },
      geometry: { ...geometry, coordinates: toWgs84Coordinates(geometry.coordinates, system) },
    };
  });
  // The same reading as GeoJSON, so that a place is the same place whichever file it came in.
  const collection = new TextEncoder().encode(JSON.stringify({ type: 'FeatureCollection', features }));
  const read = readKnownPlaces(collection, fileName, importedAtMs);
  return {
    places: read.places,
    rejected: [
      ...table.rejected.map(({ line, column, reason }) => ({
        feature: line,
        reason: `${column}: ${reason}`,
      })),
      ...read.rejected.map(({ feature, reason }) => ({ feature: table.lines[feature - 1] ?? 1, reason })),
    ],
  };
}
