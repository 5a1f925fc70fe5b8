import { z } from 'zod';
import { KeyPlace, type LaneType, type PlaceGeometry } from '../../contracts/index.ts';
import type { Cell } from '../history/listing.ts';
import { readListing } from '../history/listing.ts';
import { type Position, positionsOf, systemCell, toWgs84Coordinates, wktOf } from '../table-geometry.ts';

export interface KeyPlaceProblem {
  /** Position in the file: the first feature being 1; of a table its line. */
  readonly feature: number;
  readonly reason: string;
}

type Shape = 'point' | 'area' | 'road';

const shapes: Readonly<Record<string, Shape>> = {
  point: 'point',
  点: 'point',
  点位: 'point',
  area: 'area',
  面: 'area',
  区域: 'area',
  road: 'road',
  line: 'road',
  线: 'road',
  路段: 'road',
  道路: 'road',
};
const lanes: Readonly<Record<string, LaneType>> = {
  motor: 'motor',
  机动车道: 'motor',
  nonMotor: 'nonMotor',
  非机动车道: 'nonMotor',
  sidewalk: 'sidewalk',
  人行道: 'sidewalk',
  mixed: 'mixed',
  混合车道: 'mixed',
  混合: 'mixed',
};
const any = (value: string): Cell<string> => ({ value });
const filled = (value: string): Cell<string> =>
  value === '' ? { problem: 'this column must be filled' } : { value };
const oneOf =
  <T>(words: Readonly<Record<string, T>>) =>
  (value: string): Cell<T | null> => {
    if (value === '') return { value: null };
    const found = words[value];
    return found === undefined
      ? { problem: `"${value}" is none of ${Object.keys(words).join(', ')}` }
      : { value: found };
  };
const isSame = (a: Position | undefined, b: Position | undefined): boolean =>
  a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];

function shapeOf(positions: readonly Position[], shape: Shape | null, laneType: LaneType | null): Shape {
  if (shape !== null) return shape;
  if (laneType !== null) return 'road';
  if (positions.length === 1) return 'point';
  return isSame(positions[0], positions.at(-1)) ? 'area' : 'road';
}

function geometryOf(positions: readonly Position[], shape: Shape): unknown {
  if (shape === 'point') return { type: 'Point', coordinates: positions[0] };
  if (shape === 'road') return { type: 'LineString', coordinates: positions };
  const isClosed = isSame(positions[0], positions.at(-1));
  return { type: 'Polygon', coordinates: [isClosed ? positions : [...positions, ...positions.slice(0, 1)]] };
}

/**
 * Key places from a table: id, name, kind, street, police station, lane type, bound cameras, and either longitude and
 * latitude or a list of coordinates (`lon,lat; lon,lat; …`, or WKT); a coordinate system other than WGS-84 is converted.
 */
export function readKeyPlaceTable(
  content: Uint8Array,
  fileName: string,
  importedAtMs: number,
): { readonly places: readonly KeyPlace[]; readonly rejected: readonly KeyPlaceProblem[] } {
  const {
    rows,
    lines,
    rejected: refused,
  } = readListing(content, fileName, {
    id: { names: ['id', 'keyPlaceId', '编号'], read: filled },
    name: { names: ['name', '名称'], isOptional: true, read: any },
    kind: { names: ['kind', '类别', '部位类型'], isOptional: true, read: any },
    shape: { names: ['shape', '形状'], isOptional: true, read: oneOf(shapes) },
    laneType: { names: ['laneType', '车道类型'], isOptional: true, read: oneOf(lanes) },
    streetCode: { names: ['streetCode', '所属街道'], isOptional: true, read: any },
    policeCode: { names: ['policeCode', 'areaCode', '所属辖区公安机关'], read: filled },
    boundCameras: { names: ['boundCameras', '绑定摄像机'], isOptional: true, read: any },
    lon: { names: ['lon', 'lonDeg', 'longitude', '经度'], isOptional: true, read: any },
    lat: { names: ['lat', 'latDeg', 'latitude', '纬度'], isOptional: true, read: any },
    coordinates: { names: ['coordinates', 'wkt', 'geometry', '坐标', '坐标串'], isOptional: true, read: any },
    system: { names: ['coordinateSystem', '坐标系'], isOptional: true, read: systemCell },
  });
  const rejected: KeyPlaceProblem[] = refused.map(({ line, column, reason }) => ({
    feature: line,
    reason: `${column}: ${reason}`,
  }));
  const places: KeyPlace[] = [];
  for (const [index, row] of rows.entries()) {
    const positions = positionsOf(row.coordinates === '' ? `${row.lon},${row.lat}` : row.coordinates);
    const written =
      wktOf(row.coordinates) ?? geometryOf(positions, shapeOf(positions, row.shape, row.laneType));
    const geometry = written as PlaceGeometry;
    const place = KeyPlace.safeParse({
      keyPlaceId: row.id,
      name: row.name,
      kind: row.kind,
      geometry: { ...geometry, coordinates: toWgs84Coordinates(geometry.coordinates, row.system) },
      laneType: row.laneType,
      areaCode: row.policeCode,
      streetCode: row.streetCode === '' ? null : row.streetCode,
      boundCameraIds: row.boundCameras.split(/[;；,，、|\s]+/).filter((code) => code !== ''),
      updatedAtMs: importedAtMs,
    });
    if (place.success) places.push(place.data);
    else rejected.push({ feature: lines[index] ?? 1, reason: `${row.id}: ${z.prettifyError(place.error)}` });
  }
  return { places, rejected };
}
