import {
  blankCamera,
  type Camera,
  type CameraState,
  type Figure,
  type KeyPlace,
} from '../../../contracts/index.ts';
import { startOfDay } from '../calendar.ts';
import { figuresOf, type District, parseScope } from '../index.ts';
import { intervalsFromRows, type StateInterval } from '../intervals.ts';

export const hourMs = 3_600_000;
/** Midnight of a Monday in +08:00. */
export const startMs = startOfDay('2026-06-15') ?? 0;

export const camera = (serial: number, more: Partial<Camera> = {}): Camera => ({
  ...blankCamera({
    cameraId: `33020300001320${String(serial).padStart(6, '0')}`,
    name: `camera ${serial}`,
    civilCode: '330203',
    areaCode: '330203540000',
    updatedAtMs: 0,
  }),
  streetCode: '330203003',
  lonDeg: 121.53,
  latDeg: 29.87,
  pointClass: 1,
  ptzType: 3,
  headingDeg: 0,
  horizontalFieldAngleDeg: 60,
  viewDistanceM: 40,
  declaredWidthPx: 1920,
  declaredHeightPx: 1080,
  isDeclaredNetworked: true,
  buildType: 1,
  retentionDays: 30,
  ...more,
});

/** Metres per degree about the reference (121.53, 29.87) on the ellipsoid. */
const perLonDegM = 96_611.789_903_246_45;
const perLatDegM = 110_850.254_493_385_15;

export const lonLat = (eastM: number, northM: number): [number, number] => [
  121.53 + eastM / perLonDegM,
  29.87 + northM / perLatDegM,
];

/** A point some metres east and north of the reference. */
export const place = (id: string, eastM: number, northM: number, boundCameraIds: string[]): KeyPlace => ({
  keyPlaceId: id,
  name: id,
  kind: '广场',
  geometry: { type: 'Point', coordinates: lonLat(eastM, northM) },
  laneType: null,
  areaCode: '330203540000',
  streetCode: '330203003',
  boundCameraIds,
  updatedAtMs: 0,
});

/** States by camera: rows of state, from and to in hours after the start. */
export const states = (
  camerasOnline: Readonly<Record<string, [CameraState, number, number][]>>,
  window: District['window'],
) =>
  new Map(
    Object.entries(camerasOnline).map(([id, rows]): [string, StateInterval[]] => [
      id,
      intervalsFromRows(
        rows.map(([state, fromH, toH]) => ({
          state,
          cause: '',
          fromMs: startMs + fromH * hourMs,
          toMs: startMs + toH * hourMs,
        })),
        window,
      ),
    ]),
  );

/** A district of one day whose instant is noon. */
export function districtOf(cameras: Camera[], more: Partial<District> = {}): District {
  const window = { fromMs: startMs, toMs: startMs + 24 * hourMs };
  return {
    cameras,
    keyPlaces: [],
    states: new Map(),
    measured: new Map(),
    catalogue: null,
    buildings: [],
    window,
    instantMs: startMs + 12 * hourMs,
    reference: { lonDeg: 121.53, latDeg: 29.87 },
    ...more,
  };
}

/** One figure of a district; every figure that the district has sources for is computed on the way. */
export function figureIn(district: District, metric: string, scope = 'district'): Figure {
  const asked = parseScope(scope);
  const found = asked === null ? undefined : figuresOf(district, asked).find((one) => one.metric === metric);
  if (found === undefined) throw new Error(`no ${metric} for ${scope}`);
  return found;
}
