import { earclip, isConvex } from './convex.ts';
import type { Camera } from '../../contracts/index.ts';
import { isInService } from './camera-time.ts';
import type { District } from './district.ts';
import {
  sectorStretches,
  type Shadow,
  shadowOf,
  shadowStretch,
  type Stretch,
  without,
} from './line-cover.ts';
import { type Box, boxAbout, boxOf, Nearby } from './nearby.ts';
import { isInside, planeAbout, type PointM } from './plane.ts';
import { ptzReachOf, type View, viewOf } from './view.ts';

/** A camera in service with what it sees, or could see, on the ground. */
export interface Watcher {
  readonly camera: Camera;
  readonly at: PointM;
  readonly view: View;
  readonly shadows: readonly Shadow[];
  /** The ground a PTZ could turn to, not what it looks at. */
  readonly isReach: boolean;
}

/** The same watchers, as a list and by where they look. */
interface Watchers {
  readonly all: readonly Watcher[];
  readonly nearby: Nearby<Watcher>;
}

// A district is never changed; every figure of coverage asks for the same cameras.
const known = new WeakMap<District, Watchers>();

/** Cameras in service at the instant that have a view (rule R21), and the reach of PTZs as watchers of their own. */
export const watchersOf = (district: District): readonly Watcher[] => watchersIn(district).all;

/** Those of them whose square of sight touches a box, in the same order. */
export const watchersNear = (district: District, box: Box): Watcher[] =>
  watchersIn(district).nearby.touching(box);

function watchersIn(district: District): Watchers {
  const done = known.get(district);
  if (done !== undefined) return done;
  const toPlane = planeAbout(district.reference.lonDeg, district.reference.latDeg);
  const buildings = new Nearby(
    district.buildings.map((ring) => ({ ring, parts: isConvex(ring) ? [ring] : earclip(ring) })),
    ({ ring }) => boxOf(ring),
  );
  const all = district.cameras.flatMap((camera): Watcher[] => {
    const { lonDeg, latDeg } = camera;
    if (lonDeg === null || latDeg === null || !isInService(district, camera)) return [];
    const at = toPlane(lonDeg, latDeg);
    const widthPx = district.measured.get(camera.cameraId)?.widthPx ?? null;
    const shadowsWithin = (farM: number): readonly Shadow[] =>
      buildings
        .touching(boxAbout(at, farM))
        .filter(({ ring }) => !isInside(ring, at))
        .flatMap(({ parts }) => parts.map((part) => shadowOf(at, part)).filter((shadow) => shadow !== null));
    return [viewOf(camera, widthPx), ptzReachOf(camera, widthPx)].flatMap((view, index) =>
      view === null ? [] : [{ camera, at, view, shadows: shadowsWithin(view.farM), isReach: index === 1 }],
    );
  });
  const watchers = { all, nearby: new Nearby(all, ({ at, view }) => boxAbout(at, view.farM)) };
  known.set(district, watchers);
  return watchers;
}

/** Where a line piece runs through the view of a watcher: with buildings in the way, and as if there were none. */
export function stretchesSeen(
  { at, view, shadows }: Watcher,
  a: PointM,
  b: PointM,
): { readonly seen: readonly Stretch[]; readonly open: readonly Stretch[] } {
  const start = { xM: a.xM - at.xM, yM: a.yM - at.yM };
  const end = { xM: b.xM - at.xM, yM: b.yM - at.yM };
  const open = sectorStretches(view, start, end);
  let seen = open;
  for (const shadow of shadows) {
    if (seen.length === 0) break;
    seen = without(seen, shadowStretch(shadow, start, end));
  }
  return { seen, open };
}
