import type { Figure, FigureRow, KeyPlace } from '../../contracts/index.ts';
import { isInService } from './camera-time.ts';
import type { District } from './district.ts';
import { figureOf } from './figure.ts';
import { boxOf } from './nearby.ts';
import { isHidden, planeAbout, type PointM } from './plane.ts';
import { isPlaceIn, mayCover, type Scope } from './scope.ts';
import { isInView } from './view.ts';
import { type Watcher, watchersNear, watchersOf } from './watchers.ts';

type PointPlace = KeyPlace & { readonly geometry: { readonly type: 'Point' } };
const isPoint = (place: KeyPlace): place is PointPlace => place.geometry.type === 'Point';

/**
 * M1, coverage by points: key points that a camera bound to them sees, of all key points.
 *
 * Rules R18–R22 and R25: the view decides together with the binding, so paperwork alone covers nothing; an offline
 * camera in service counts here (M4 asks whether it works).
 * @param isAnyCamera M1.any: whatever is bound, any camera will do.
 */
export function pointCoverage(district: District, scope: Scope, isAnyCamera = false): Figure {
  const toPlane = planeAbout(district.reference.lonDeg, district.reference.latDeg);
  const isAsked = ({ camera, isReach }: Watcher): boolean => !isReach && mayCover(scope, camera);
  const boundable = new Set(
    district.cameras
      .filter((camera) => mayCover(scope, camera) && isInService(district, camera))
      .map(({ cameraId }) => cameraId),
  );
  const watchersOfCamera = isAnyCamera
    ? null
    : Map.groupBy(watchersOf(district).filter(isAsked), ({ camera }) => camera.cameraId);
  let surveyedOnly = 0;
  let boundOnly = 0;
  const rows = district.keyPlaces
    .filter((place) => isPlaceIn(scope, place))
    .filter(isPoint)
    .map((place): FigureRow => {
      const at = toPlane(place.geometry.coordinates[0], place.geometry.coordinates[1]);
      const asked =
        watchersOfCamera === null
          ? watchersNear(district, boxOf([at])).filter(isAsked)
          : [...new Set(place.boundCameraIds)].flatMap((id) => watchersOfCamera.get(id) ?? []);
      const seeing = asked.filter((watcher) => sees(watcher, at, district.buildings));
      if (seeing.some(({ view }) => !view.isEstimated)) surveyedOnly++;
      if (place.boundCameraIds.some((id) => boundable.has(id))) boundOnly++;
      return {
        cameraId: seeing[0]?.camera.cameraId ?? null,
        keyPlaceId: place.keyPlaceId,
        numerator: seeing.length > 0 ? 1 : 0,
        denominator: 1,
        because: whyCovered(place, asked, seeing, isAnyCamera),
      };
    });
  const covered = rows.filter(({ numerator }) => numerator === 1).length;
  if (isAnyCamera) return figureOf({ metric: 'M1.any', unit: 'count', rows });
  return figureOf({
    metric: 'M1',
    unit: 'count',
    rows,
    target: 1,
    isEstimated: surveyedOnly < covered,
    variants: { surveyedOnly, boundOnly },
  });
}

const sees = ({ view, at }: Watcher, point: PointM, buildings: District['buildings']): boolean =>
  isInView(view, at, point) && !isHidden(at, point, buildings);

function whyCovered(
  place: KeyPlace,
  asked: readonly Watcher[],
  seeing: readonly Watcher[],
  isAnyCamera: boolean,
): string {
  if (seeing.length > 0) {
    const estimated = seeing.every(({ view }) => view.isEstimated) ? ' (view estimated)' : '';
    return `seen by ${seeing.map(({ camera }) => camera.name).join(', ')}${estimated}`;
  }
  if (isAnyCamera) return 'outside the view of every camera';
  if (place.boundCameraIds.length === 0) return 'no camera is bound to it';
  if (asked.length === 0) return 'no bound camera is in service with a known field of view';
  return `outside the view of ${asked.map(({ camera }) => camera.name).join(', ')}`;
}
