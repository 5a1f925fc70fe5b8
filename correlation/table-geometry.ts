import { type ShiftedSystem, toWgs84 } from './coordinates.ts';
import type { Cell } from './history/listing.ts';

/** Longitude and latitude, degrees. */
export type Position = [number, number];
type System = 'WGS-84' | ShiftedSystem;

const systems: Readonly<Record<string, System>> = {
  '': 'WGS-84',
  WGS84: 'WGS-84',
  GCJ02: 'GCJ-02',
  BD09: 'BD-09',
};

/** A cell that names a coordinate system; an empty one is WGS-84. */
export const systemCell = (value: string): Cell<System> => {
  const found = systems[value.toUpperCase().replaceAll(/[\s_-]/g, '')];
  return found === undefined
    ? { problem: `"${value}" is neither WGS-84, GCJ-02 nor BD-09` }
    : { value: found };
};

/** `POLYGON ((lon lat, …))` and the like as the coordinates of GeoJSON. */
export function wktOf(text: string): { type: string; coordinates: unknown } | null {
  const match = /^\s*(POINT|LINESTRING|POLYGON|MULTIPOLYGON)\s*(\(.*\))\s*$/is.exec(text);
  if (match === null) return null;
  const lists = (match[2] ?? '')
    .replaceAll(/(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)(?:\s+-?\d+(?:\.\d+)?)?/g, '[$1,$2]')
    .replaceAll('(', '[')
    .replaceAll(')', ']');
  try {
    const coordinates: unknown = JSON.parse(lists);
    const names: Readonly<Record<string, string>> = {
      POINT: 'Point',
      LINESTRING: 'LineString',
      POLYGON: 'Polygon',
      MULTIPOLYGON: 'MultiPolygon',
    };
    const type = names[(match[1] ?? '').toUpperCase()] ?? '';
    return { type, coordinates: type === 'Point' ? (coordinates as unknown[])[0] : coordinates };
  } catch {
    return null;
  }
}

/** `lon,lat; lon,lat; …` */
export const positionsOf = (text: string): Position[] =>
  text
    .split(/[;；|\n]+/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [lon, lat] = part
        .trim()
        .split(/[,，\s]+/)
        // A blank cell is no place; `Number` would make it 0.
        .map((number) => (number === '' ? Number.NaN : Number(number)));
      return [lon ?? Number.NaN, lat ?? Number.NaN];
    });

/** Coordinates of GeoJSON, however deep their lists, in WGS-84. */
export function toWgs84Coordinates(coordinates: unknown, from: System): unknown {
  if (from === 'WGS-84' || !Array.isArray(coordinates)) return coordinates;
  if (typeof coordinates[0] !== 'number')
    return coordinates.map((part: unknown) => toWgs84Coordinates(part, from));
  const [lonDeg, latDeg] = coordinates as Position;
  const place = toWgs84({ lonDeg, latDeg }, from);
  return [place.lonDeg, place.latDeg];
}
