import { codeIssues } from './camera-code.ts';
import { toWgs84 } from '../coordinates.ts';
import { type CellIssue, error, repaired, warning } from './issue.ts';
import type { Locator } from './outlines.ts';

/** What a file is held against, beside itself. */
export interface CameraFileContext {
  /** Installations after this lie in the future; default: the time of the import. */
  readonly asOfMs?: number;
  /** Six digits that every code of the district begins with; default: what most rows carry. */
  readonly civilCode?: string;
  /** Outlines of the streets; without them positions are only checked against the globe. */
  readonly locator?: Locator;
}

/** An issue and the field it is about. */
export interface FieldIssue {
  readonly field: string;
  readonly issue: CellIssue;
}

export type Fields = Readonly<Record<string, unknown>>;

/** A map taken for another is some 500 m off; a camera on the border of the district is not. */
const outsideSlackM = 100;
const streetSlackM = 1;
const leastRetentionDays = 30;
const hdLongPx = 1_280;
const hdShortPx = 720;

/** Coordinates of a row in WGS-84, or why there are none. */
export interface Placing {
  readonly lonDeg: number | null;
  readonly latDeg: number | null;
  readonly issues: readonly FieldIssue[];
}

/** A row without a place. */
export const nowhere = (...issues: readonly FieldIssue[]): Placing => ({
  lonDeg: null,
  latDeg: null,
  issues,
});

const isOnGlobe = (lonDeg: number, latDeg: number): boolean =>
  Math.abs(lonDeg) <= 180 && Math.abs(latDeg) <= 90;

/** China, roughly: where a position must lie when no outline of the district is known. */
const isInChina = (lonDeg: number, latDeg: number): boolean =>
  lonDeg >= 73 && lonDeg <= 136 && latDeg >= 3 && latDeg <= 54;

/** Where a row places its camera: exchanged coordinates are put right, those outside the district refused. */
export function placeOf(fields: Fields, { locator }: CameraFileContext): Placing {
  const { lonDeg, latDeg, declaredCoordinateSystem } = fields;
  if (typeof lonDeg !== 'number' || typeof latDeg !== 'number') return nowhere();
  if (lonDeg === 0 && latDeg === 0) {
    return nowhere({ field: 'lonDeg', issue: error('coordinate_zero', '(0, 0) is no place of a camera') });
  }
  const knowsDistrict = locator?.has('street') === true;
  const placeInWgs84 = (lon: number, lat: number) =>
    declaredCoordinateSystem === 'GCJ-02'
      ? toWgs84({ lonDeg: lon, latDeg: lat }, 'GCJ-02')
      : { lonDeg: lon, latDeg: lat };
  const isInside = (lon: number, lat: number): boolean => {
    if (!isOnGlobe(lon, lat)) return false;
    if (locator === undefined || !knowsDistrict) return isInChina(lon, lat);
    return locator.codesAt('street', placeInWgs84(lon, lat), outsideSlackM).length > 0;
  };
  if (isInside(lonDeg, latDeg)) return { ...placeInWgs84(lonDeg, latDeg), issues: [] };
  if (isInside(latDeg, lonDeg)) {
    const issue = repaired('coordinate_swapped', String(latDeg), 'longitude and latitude were exchanged');
    return { ...placeInWgs84(latDeg, lonDeg), issues: [{ field: 'lonDeg', issue }] };
  }
  if (!isOnGlobe(lonDeg, latDeg)) {
    const isLon = Math.abs(lonDeg) > 180;
    const reason = isLon ? `${lonDeg} is not within −180 … 180` : `${latDeg} is not within −90 … 90`;
    return nowhere({ field: isLon ? 'lonDeg' : 'latDeg', issue: error('coordinate_range', reason) });
  }
  if (!knowsDistrict) return { ...placeInWgs84(lonDeg, latDeg), issues: [] };
  const issue = error('coordinate_outside', 'this place lies outside the district');
  return nowhere({ field: 'lonDeg', issue });
}

function declaredHdIssue({ isDeclaredHd, declaredSize }: Fields): CellIssue | null {
  if (typeof isDeclaredHd !== 'boolean' || !Array.isArray(declaredSize)) return null;
  const [widthPx = 0, heightPx = 0] = declaredSize as number[];
  const isHd = Math.max(widthPx, heightPx) >= hdLongPx && Math.min(widthPx, heightPx) >= hdShortPx;
  if (isHd === isDeclaredHd) return null;
  return warning('hd_contradiction', `declared ${isDeclaredHd ? '' : 'not '}HD with ${widthPx}×${heightPx}`);
}

function streetIssue(fields: Fields, placing: Placing, { locator }: CameraFileContext): CellIssue | null {
  const { streetCode } = fields;
  const { lonDeg, latDeg } = placing;
  if (typeof streetCode !== 'string' || lonDeg === null || latDeg === null) return null;
  if (locator === undefined || !locator.has('street')) return null;
  const codes = locator.codesAt('street', { lonDeg, latDeg }, streetSlackM);
  if (codes.length === 0 || codes.includes(streetCode)) return null;
  return warning('street_polygon_mismatch', `this place lies in ${codes.join(', ')}`);
}

/** What does not fit together in one row. */
export function rowIssues(
  fields: Fields,
  placing: Placing,
  context: CameraFileContext & { readonly asOfMs: number },
): readonly FieldIssue[] {
  const { installedAtMs, retiredAtMs, pointClass, isDeclaredNetworked, retentionDays, viewDistanceM } =
    fields;
  const found: (FieldIssue | null)[] = [...placing.issues];
  const add = (field: string, issue: CellIssue | null): void => {
    if (issue !== null) found.push({ field, issue });
  };
  if (typeof fields['cameraId'] === 'string') {
    for (const issue of codeIssues(fields['cameraId'], context.civilCode ?? null)) add('cameraId', issue);
  }
  if (typeof installedAtMs === 'number' && installedAtMs > context.asOfMs) {
    add('installedAtMs', warning('install_future', 'installed in the future'));
  }
  if (typeof installedAtMs === 'number' && typeof retiredAtMs === 'number' && retiredAtMs < installedAtMs) {
    add('retiredAtMs', warning('retired_before_install', 'retired before it was installed'));
  }
  if (pointClass === 1 && isDeclaredNetworked === false) {
    add('isDeclaredNetworked', warning('class1_not_networked', 'class 1 must be networked'));
  }
  if (typeof retentionDays === 'number' && retentionDays < leastRetentionDays) {
    add('retentionDays', warning('retention_below_30', `${retentionDays} days, 30 are required`));
  }
  if (viewDistanceM === 0) {
    add('viewDistanceM', warning('view_distance_zero', 'a view distance of 0 is taken for unknown'));
  }
  add('isDeclaredHd', declaredHdIssue(fields));
  add('streetCode', streetIssue(fields, placing, context));
  return found.filter((one) => one !== null);
}
