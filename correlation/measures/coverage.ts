import type { Camera, Figure, FigureRow, KeyPlace } from '../../contracts/index.ts';
import { type District, isInService } from './district.ts';
import { figureOf } from './figure.ts';
import { isHidden, planeAbout, type PointM } from './plane.ts';
import { isPlaceIn, mayCover, type Scope } from './scope.ts';
import { isInView, type View, viewOf } from './view.ts';

interface Watcher {
  readonly camera: Camera;
  readonly at: PointM;
  readonly view: View;
}

type PointPlace = KeyPlace & { readonly geometry: { readonly type: 'Point' } };
const isPoint = (place: KeyPlace): place is PointPlace => place.geometry.type === 'Point';

/**
 * M1, coverage by points: key points that a camera bound to them sees, of all key points.
 *
 * Rules R18–R22 and R25: the view decides together with the binding, so paperwork alone covers nothing; an offline
 * camera in service counts here (M4 asks whether it works).
 */
export function pointCoverage(district: District, scope: Scope): Figure {
  const toPlane = planeAbout(district.reference.lonDeg, district.reference.latDeg);
  const watchers = watchersOf(district, scope, toPlane);
  let needsEstimate = false;
  const rows = district.keyPlaces
    .filter((place) => isPlaceIn(scope, place))
    .filter(isPoint)
    .map((place): FigureRow => {
      const at = toPlane(place.geometry.coordinates[0], place.geometry.coordinates[1]);
      const bound = watchers.filter(({ camera }) => place.boundCameraIds.includes(camera.cameraId));
      const seeing = bound.filter((watcher) => sees(watcher, at, district.buildings));
      if (seeing.length > 0 && seeing.every(({ view }) => view.isEstimated)) needsEstimate = true;
      return {
        cameraId: seeing[0]?.camera.cameraId ?? null,
        keyPlaceId: place.keyPlaceId,
        numerator: seeing.length > 0 ? 1 : 0,
        denominator: 1,
        because: whyCovered(place, bound, seeing),
      };
    });
  return figureOf({
    metric: 'M1',
    unit: 'count',
    rows,
    unmeasured: null,
    target: 1,
    isEstimated: needsEstimate,
  });
}

function watchersOf(district: District, scope: Scope, toPlane: ReturnType<typeof planeAbout>): Watcher[] {
  return district.cameras.flatMap((camera) => {
    if (camera.lonDeg === null || camera.latDeg === null) return [];
    if (!mayCover(scope, camera) || !isInService(district, camera)) return [];
    const view = viewOf(camera, district.measured.get(camera.cameraId)?.widthPx ?? null);
    return view === null ? [] : [{ camera, view, at: toPlane(camera.lonDeg, camera.latDeg) }];
  });
}

const sees = ({ view, at }: Watcher, point: PointM, buildings: District['buildings']): boolean =>
  isInView(view, at, point) && !isHidden(at, point, buildings);

function whyCovered(place: KeyPlace, bound: readonly Watcher[], seeing: readonly Watcher[]): string {
  if (seeing.length > 0) {
    const estimated = seeing.every(({ view }) => view.isEstimated) ? ' (view estimated)' : '';
    return `seen by ${seeing.map(({ camera }) => camera.name).join(', ')}${estimated}`;
  }
  if (place.boundCameraIds.length === 0) return 'no camera is bound to it';
  if (bound.length === 0) return 'no bound camera is in service with a known field of view';
  return `outside the view of ${bound.map(({ camera }) => camera.name).join(', ')}`;
}
