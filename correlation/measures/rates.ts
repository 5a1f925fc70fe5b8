import type { Camera, Figure, FigureRow } from '../../contracts/index.ts';
import { type District, dutySecondsOf, isInService, requiredStateNow } from './district.ts';
import { figureOf } from './figure.ts';
import { isCameraIn, type Scope } from './scope.ts';

const dayMs = 86_400_000;
/** A pull counts for a week (rule R28). */
const pullValidMs = 7 * dayMs;
const hdLongPx = 1_280;
const hdShortPx = 720;

const rowOf = (camera: Camera, numerator: number, denominator: number, because: string): FigureRow => ({
  cameraId: camera.cameraId,
  keyPlaceId: null,
  numerator,
  denominator,
  because,
});

const camerasIn = (district: District, scope: Scope): Camera[] =>
  district.cameras.filter((camera) => isCameraIn(scope, camera));

function hdFigure(
  metric: string,
  district: District,
  cameras: readonly Camera[],
  target: number | null,
): Figure {
  let unmeasured = 0;
  const rows = cameras
    .filter((camera) => isInService(district, camera))
    .map((camera) => {
      const size = district.measured.get(camera.cameraId);
      if (size === undefined || size.widthPx === null || size.heightPx === null) {
        unmeasured++;
        return rowOf(camera, 0, 1, 'no stream was measured');
      }
      const longPx = Math.max(size.widthPx, size.heightPx);
      const shortPx = Math.min(size.widthPx, size.heightPx);
      const isHd = longPx >= hdLongPx && shortPx >= hdShortPx;
      const seen = `measured ${size.widthPx}×${size.heightPx}`;
      return rowOf(camera, isHd ? 1 : 0, 1, isHd ? seen : `${seen}, less than ${hdLongPx}×${hdShortPx}`);
    });
  return figureOf({ metric, unit: 'count', rows, unmeasured, target });
}

/** M5, the official HD rate: new and rebuilt cameras of class 1 only (rule R27). */
export const officialHdRate = (district: District, scope: Scope): Figure =>
  hdFigure(
    'M5',
    district,
    camerasIn(district, scope).filter(
      ({ pointClass, buildType }) => pointClass === 1 && (buildType === 1 || buildType === 2),
    ),
    1,
  );

/** M5b, the HD rate of all stock: what people take the official one for. */
export const stockHdRate = (district: District, scope: Scope): Figure =>
  hdFigure('M5b', district, camerasIn(district, scope), null);

/** M6, networked: in the catalogue and with a live pull of the last seven days (rule R28). */
export function networkedRate(district: District, scope: Scope): Figure {
  const required = camerasIn(district, scope).filter(
    (camera) =>
      isInService(district, camera) &&
      (camera.pointClass === 1 ||
        camera.pointClass === 2 ||
        (camera.pointClass === 3 && camera.isNetworkingRequired === true)),
  );
  const asOfMs = Math.max(district.window.toMs, district.instantMs);
  const rows = required.map((camera) => {
    const because = whyNotNetworked(district, camera, asOfMs);
    return rowOf(camera, because === null ? 1 : 0, 1, because ?? 'live picture pulled within 7 days');
  });
  return figureOf({
    metric: 'M6',
    unit: 'count',
    rows,
    unmeasured: null,
    target: 1,
    isEstimated: district.catalogue === null,
  });
}

function whyNotNetworked(district: District, camera: Camera, asOfMs: number): string | null {
  if (district.catalogue !== null && !district.catalogue.has(camera.cameraId)) {
    return 'not in the catalogue of the shared platform';
  }
  const pulledAtMs = district.measured.get(camera.cameraId)?.lastPullAtMs ?? null;
  if (pulledAtMs === null) return 'no live picture was ever pulled';
  if (pulledAtMs > asOfMs) return 'the last pull lies in the future';
  return pulledAtMs < asOfMs - pullValidMs ? 'the last pull is older than 7 days' : null;
}

/** M7, online rate over the window: pooled seconds, unknown ones in the denominator (rules R6–R8). */
export function onlineRate(district: District, scope: Scope): Figure {
  let unknownS = 0;
  const rows = camerasIn(district, scope).flatMap((camera) => {
    const seconds = dutySecondsOf(district, camera);
    if (seconds.requiredS === 0) return [];
    unknownS += seconds.unknownS;
    return [
      rowOf(
        camera,
        seconds.onlineS,
        seconds.requiredS,
        `online ${seconds.onlineS} s of ${seconds.requiredS} s required, ${seconds.unknownS} s unknown`,
      ),
    ];
  });
  return figureOf({ metric: 'M7', unit: 'seconds', rows, unmeasured: unknownS, target: null });
}

/** M7b, online now: of the cameras that are required at the instant. */
export function onlineNow(district: District, scope: Scope): Figure {
  let unknown = 0;
  const rows = camerasIn(district, scope).flatMap((camera) => {
    const state = requiredStateNow(district, camera);
    if (state === null) return [];
    if (state === 'unknown') unknown++;
    return [rowOf(camera, state === 'online' ? 1 : 0, 1, state)];
  });
  return figureOf({ metric: 'M7b', unit: 'count', rows, unmeasured: unknown, target: null });
}
