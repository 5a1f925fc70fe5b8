import type { Camera, Figure, KeyPlace, LonLat } from '../../contracts/index.ts';
import { crossings } from './cells.ts';
import { pointCoverage } from './coverage.ts';
import type { District } from './district.ts';
import { groundCoverage, laneTypes } from './ground-coverage.ts';
import type { Stretch } from './line-cover.ts';
import { fromPlaneAbout, planeAbout, type PointM } from './plane.ts';
import { isPlaceIn, mayCover, type Scope } from './scope.ts';
import { stretchesSeen, type Watcher, watchersOf } from './watchers.ts';

/** A key point that no camera sees, or a stretch of road or ground of an area that none does. */
export interface BlindSpot {
  readonly keyPlaceId: string;
  readonly kind: 'point' | 'road' | 'area';
  /** m of road, m² of ground; 1 for a point. */
  readonly size: number;
  /** Along the road from its first point, m; null for points and areas. */
  readonly fromM: number | null;
  readonly toM: number | null;
  /** Its middle; of an area, the middle of ground that is nowhere seen. */
  readonly at: LonLat;
}

/** Shorter stretches are gaps between two views, not places to look after. */
const leastRoadM = 1;
const leastAreaM2 = 1;

/** Gaps between stretches in order of the line. */
function gapsOf(stretches: readonly Stretch[]): Stretch[] {
  const gaps: Stretch[] = [];
  let reached = 0;
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    if (from > reached) gaps.push({ from: reached, to: from });
    reached = Math.max(reached, to);
  }
  if (reached < 1) gaps.push({ from: reached, to: 1 });
  return gaps;
}

/** Stretches of a road that nobody sees, in m from its first point; those that touch over a bend are one. */
function unseenOf(line: readonly PointM[], watchers: readonly Watcher[]): { fromM: number; toM: number }[] {
  const unseen: { fromM: number; toM: number }[] = [];
  let startM = 0;
  for (const [index, a] of line.entries()) {
    const b = line[index + 1];
    if (b === undefined) break;
    const lengthM = Math.hypot(b.xM - a.xM, b.yM - a.yM);
    for (const { from, to } of gapsOf(watchers.flatMap((watcher) => stretchesSeen(watcher, a, b).seen))) {
      const fromM = startM + from * lengthM;
      const toM = startM + to * lengthM;
      const last = unseen.at(-1);
      if (last !== undefined && fromM - last.toM < 1e-6) last.toM = toM;
      else unseen.push({ fromM, toM });
    }
    startM += lengthM;
  }
  return unseen;
}

function pointAt(line: readonly PointM[], alongM: number): PointM {
  let leftM = alongM;
  for (const [index, a] of line.entries()) {
    const b = line[index + 1];
    if (b === undefined) return a;
    const lengthM = Math.hypot(b.xM - a.xM, b.yM - a.yM);
    if (leftM <= lengthM) {
      const share = lengthM === 0 ? 0 : leftM / lengthM;
      return { xM: a.xM + share * (b.xM - a.xM), yM: a.yM + share * (b.yM - a.yM) };
    }
    leftM -= lengthM;
  }
  return { xM: 0, yM: 0 };
}

/**
 * Where the key places of a scope are not seen by any camera in service, largest first.
 *
 * Stretches of road under 1 m and ground under 1 m² are left out.
 */
export function blindSpots(district: District, scope: Scope): BlindSpot[] {
  const { lonDeg, latDeg } = district.reference;
  const toPlane = planeAbout(lonDeg, latDeg);
  const toLonLat = fromPlaneAbout(lonDeg, latDeg);
  const watchers = watchersOf(district).filter(({ camera, isReach }) => !isReach && mayCover(scope, camera));
  const places = new Map(district.keyPlaces.map((place) => [place.keyPlaceId, place]));
  const points = pointCoverage(district, scope, true).rows.flatMap((row): BlindSpot[] => {
    const place = places.get(row.keyPlaceId ?? '');
    if (row.numerator === 1 || place?.geometry.type !== 'Point') return [];
    const [lon, lat] = place.geometry.coordinates;
    const at = { lonDeg: lon, latDeg: lat };
    return [{ keyPlaceId: place.keyPlaceId, kind: 'point', size: 1, fromM: null, toM: null, at }];
  });
  const roads = district.keyPlaces
    .filter((place) => isPlaceIn(scope, place))
    .flatMap(({ keyPlaceId, geometry }): BlindSpot[] => {
      if (geometry.type !== 'LineString') return [];
      const line = geometry.coordinates.map(([lon, lat]) => toPlane(lon, lat));
      return unseenOf(line, watchers)
        .filter(({ fromM, toM }) => toM - fromM >= leastRoadM)
        .map(({ fromM, toM }) => {
          const at = toLonLat(pointAt(line, (fromM + toM) / 2));
          return { keyPlaceId, kind: 'road', size: toM - fromM, fromM, toM, at };
        });
    });
  const areas = groundCoverage(district, scope, 'area').rows.flatMap((row): BlindSpot[] => {
    const place = places.get(row.keyPlaceId ?? '');
    const size = row.denominator - row.numerator;
    if (place === undefined || size < leastAreaM2) return [];
    const at = unseenMiddle(place, watchers, toPlane);
    if (at === null) return [];
    return [{ keyPlaceId: place.keyPlaceId, kind: 'area', size, fromM: null, toM: null, at: toLonLat(at) }];
  });
  return [...points, ...roads, ...areas].toSorted((a, b) => b.size - a.size);
}

const scanStepM = 1;

/** Middle of the widest unseen run of the scan lines of an area. */
function unseenMiddle(
  { geometry }: KeyPlace,
  watchers: readonly Watcher[],
  toPlane: ReturnType<typeof planeAbout>,
): PointM | null {
  if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return null;
  const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const rings = parts.flat().map((ring) => ring.map(([lon, lat]) => toPlane(lon, lat)));
  const ys = rings.flat().map(({ yM }) => yM);
  const top = Math.max(...ys);
  let widest: { readonly widthM: number; readonly at: PointM } | null = null;
  for (let yM = Math.min(...ys) + scanStepM / 2; yM < top; yM += scanStepM) {
    for (const [fromX, toX] of crossings(rings, yM)) {
      const a = { xM: fromX, yM };
      const b = { xM: toX, yM };
      for (const { from, to } of gapsOf(watchers.flatMap((watcher) => stretchesSeen(watcher, a, b).seen))) {
        const widthM = (to - from) * (toX - fromX);
        if (widthM > (widest?.widthM ?? 0)) {
          widest = { widthM, at: { xM: fromX + ((from + to) / 2) * (toX - fromX), yM } };
        }
      }
    }
  }
  return widest?.at ?? null;
}

/** What a camera that does not exist yet would add. */
export interface WhatIf {
  readonly metric: string;
  readonly before: Figure;
  readonly after: Figure;
  /** Key points, m² or m that are seen only with it. */
  readonly gained: number;
}

/**
 * Coverage of a scope with one more camera: points that any camera sees, ground of areas, metres of roads by lane.
 * @param planned its code must be new to the district; without states it counts as in service.
 */
export function whatIf(district: District, scope: Scope, planned: Camera): WhatIf[] {
  const extended = { ...district, cameras: [...district.cameras, planned] };
  const coverages = [
    (of: District) => pointCoverage(of, scope, true),
    ...(['area', 'road', ...laneTypes] as const).map(
      (ground) =>
        (of: District): Figure =>
          groundCoverage(of, scope, ground),
    ),
  ];
  return coverages.map((coverage) => {
    const before = coverage(district);
    const after = coverage(extended);
    return { metric: after.metric, before, after, gained: after.numerator - before.numerator };
  });
}
