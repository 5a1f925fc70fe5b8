import { toWgs84 } from '../coordinates.ts';
import type { CoordinateSystem, RecordProfile } from './profile.ts';

/** Where a record says it is, WGS-84; both null when it does not say. */
export interface RecordPlace {
  readonly lonDeg: number | null;
  readonly latDeg: number | null;
}
export type PlaceReading =
  | RecordPlace
  | { readonly column: 'lon' | 'lat' | 'coordinateSystem'; readonly problem: string };

const systemNames: Readonly<Record<string, CoordinateSystem>> = {
  WGS84: 'WGS-84',
  GPS: 'WGS-84',
  CGCS2000: 'WGS-84',
  GCJ02: 'GCJ-02',
  AMAP: 'GCJ-02',
  BD09: 'BD-09',
  BD09LL: 'BD-09',
  BAIDU: 'BD-09',
};

const nowhere: RecordPlace = { lonDeg: null, latDeg: null };

/**
 * Read a place and convert it to WGS-84.
 *
 * A place that cannot be right is a problem, not a missing place: a record put on the wrong spot is worse than none.
 * @param cells texts of the two cells in the order longitude, latitude.
 * @param systemText what the row says about its coordinate system; blank: the profile's.
 */
export function readPlace(
  [lonText, latText]: readonly [string, string],
  systemText: string,
  { coordinates }: RecordProfile,
): PlaceReading {
  if (lonText === '' && latText === '') return nowhere;
  const lonDeg = Number(lonText);
  const latDeg = Number(latText);
  if (lonText === '' || !Number.isFinite(lonDeg))
    return { column: 'lon', problem: 'is not a longitude in degrees' };
  if (latText === '' || !Number.isFinite(latDeg))
    return { column: 'lat', problem: 'is not a latitude in degrees' };
  if (lonDeg === 0 && latDeg === 0) return { column: 'lon', problem: '0, 0 is no place of a district' };
  if (Math.abs(latDeg) > 90 && Math.abs(lonDeg) <= 90) {
    return { column: 'lon', problem: 'longitude and latitude are swapped' };
  }
  if (Math.abs(lonDeg) > 180) return { column: 'lon', problem: 'is not within -180 … 180' };
  if (Math.abs(latDeg) > 90) return { column: 'lat', problem: 'is not within -90 … 90' };
  const system =
    systemText === '' ? coordinates.system : systemNames[systemText.toUpperCase().replaceAll(/[\s_-]/g, '')];
  if (system === undefined) {
    return { column: 'coordinateSystem', problem: 'is none of WGS-84, GCJ-02, BD-09' };
  }
  if (system === 'WGS-84') return { lonDeg, latDeg };
  return toWgs84({ lonDeg, latDeg }, system);
}
