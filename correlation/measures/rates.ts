import type { Camera, Figure } from '../../contracts/index.ts';
import { cameraTimes, isInService, stateNow } from './camera-time.ts';
import type { District, MeasuredCamera } from './district.ts';
import { dayMs } from './duty.ts';
import { figureOf, rowOf } from './figure.ts';
import { camerasIn, type Scope } from './scope.ts';
import { holds } from './spans.ts';

/** A pull counts for a week (rule R28). */
const pullValidMs = 7 * dayMs;
const hd = { longPx: 1_280, shortPx: 720 };
const fullHd = { longPx: 1_920, shortPx: 1_080 };

/** Ages count to here. */
export const asOfMs = (district: District): number =>
  district.asOfMs ?? Math.max(district.window.toMs, district.instantMs);

function reaches(size: MeasuredCamera | undefined, least: typeof hd): boolean | null {
  if (size === undefined || size.widthPx === null || size.heightPx === null) return null;
  const longPx = Math.max(size.widthPx, size.heightPx);
  return longPx >= least.longPx && Math.min(size.widthPx, size.heightPx) >= least.shortPx;
}

function hdFigure(
  metric: string,
  district: District,
  cameras: readonly Camera[],
  target: number | null,
): Figure {
  const stock = cameras.filter((camera) => isInService(district, camera));
  let unmeasured = 0;
  const rows = stock.map((camera) => {
    const size = district.measured.get(camera.cameraId);
    const isHd = reaches(size, hd);
    if (isHd === null) {
      unmeasured++;
      return rowOf(camera, 0, 1, 'no stream was measured');
    }
    const seen = `measured ${size?.widthPx}×${size?.heightPx}`;
    return rowOf(camera, isHd ? 1 : 0, 1, isHd ? seen : `${seen}, less than ${hd.longPx}×${hd.shortPx}`);
  });
  const count = (holdsFor: (id: string) => boolean): number =>
    stock.filter(({ cameraId }) => holdsFor(cameraId)).length;
  const { archive } = district;
  return figureOf({
    metric,
    unit: 'count',
    rows,
    unmeasured,
    target,
    variants: {
      fullHd: count((id) => reaches(district.measured.get(id), fullHd) === true),
      ...(archive === undefined ? {} : { declaredHd: count((id) => archive.get(id)?.isDeclaredHd === true) }),
    },
  });
}

const isNewOrRebuilt = ({ buildType }: Camera): boolean => buildType === 1 || buildType === 2;

/** M5, the official HD rate: new and rebuilt cameras of class 1 only (rule R27). */
export const officialHdRate = (district: District, scope: Scope): Figure =>
  hdFigure(
    'M5',
    district,
    camerasIn(district, scope).filter((camera) => camera.pointClass === 1 && isNewOrRebuilt(camera)),
    1,
  );

/** M5.allClasses: new and rebuilt cameras of every class. */
export const newHdRate = (district: District, scope: Scope): Figure =>
  hdFigure('M5.allClasses', district, camerasIn(district, scope).filter(isNewOrRebuilt), null);

/** M5b, the HD rate of all stock: what people take the official one for. */
export const stockHdRate = (district: District, scope: Scope): Figure =>
  hdFigure('M5b', district, camerasIn(district, scope), null);

const mustBeNetworked = ({ pointClass, isNetworkingRequired }: Camera): boolean =>
  pointClass === 1 || pointClass === 2 || (pointClass === 3 && isNetworkingRequired === true);

/** M6, networked: in the catalogue and with a live pull of the last seven days (rule R28). */
export function networkedRate(district: District, scope: Scope): Figure {
  const { catalogue } = district;
  const required = camerasIn(district, scope).filter(
    (camera) => mustBeNetworked(camera) && isInService(district, camera),
  );
  const rows = required.map((camera) => {
    const because = whyNotNetworked(district, camera);
    return rowOf(camera, because === null ? 1 : 0, 1, because ?? 'live picture pulled within 7 days');
  });
  return figureOf({
    metric: 'M6',
    unit: 'count',
    rows,
    target: 1,
    isEstimated: catalogue === null,
    variants: {
      declaredNetworked: required.filter(({ isDeclaredNetworked }) => isDeclaredNetworked === true).length,
      inCatalog:
        catalogue === null ? null : required.filter(({ cameraId }) => catalogue.has(cameraId)).length,
    },
  });
}

function whyNotNetworked(district: District, { cameraId }: Camera): string | null {
  if (district.catalogue !== null && !district.catalogue.has(cameraId)) {
    return 'not in the catalogue of the shared platform';
  }
  const pulledAtMs = district.measured.get(cameraId)?.lastPullAtMs ?? null;
  if (pulledAtMs === null) return 'no live picture was ever pulled';
  if (pulledAtMs > asOfMs(district)) return 'the last pull lies in the future';
  return pulledAtMs < asOfMs(district) - pullValidMs ? 'the last pull is older than 7 days' : null;
}

/** M7b, online now: of the cameras that are required at the instant and not excluded then (rule R29). */
export function onlineNow(district: District, scope: Scope): Figure {
  const times = cameraTimes(district);
  const at = district.instantMs;
  const raw = camerasIn(district, scope).filter(({ cameraId }) =>
    holds(times.get(cameraId)?.requiredRaw ?? [], at),
  );
  const isLeft = ({ cameraId }: Camera): boolean => holds(times.get(cameraId)?.required ?? [], at);
  const required = raw.filter(isLeft);
  const takenAway = raw.filter((camera) => !isLeft(camera));
  const isOnline = (camera: Camera): boolean => stateNow(district, camera) === 'online';
  return figureOf({
    metric: 'M7b',
    unit: 'count',
    rows: required.map((camera) => rowOf(camera, isOnline(camera) ? 1 : 0, 1, stateNow(district, camera))),
    unmeasured: required.filter((camera) => stateNow(district, camera) === 'unknown').length,
    rawShare: { numerator: raw.filter(isOnline).length, denominator: raw.length },
    excluded: {
      records: takenAway.flatMap(({ cameraId }) =>
        (times.get(cameraId)?.exclusion.records ?? []).filter(({ granted }) => holds(granted, at)),
      ).length,
      cameras: takenAway.length,
      cameraSeconds: 0,
      approvedSeconds: 0,
      proberSeconds: 0,
    },
  });
}
