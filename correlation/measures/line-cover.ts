import { isInside, type PointM } from './plane.ts';
import type { View } from './view.ts';

/** A stretch of a line piece, in shares of its length from its first point. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Points p with `eastM · x + northM · y ≥ leastM`, about the camera. */
interface HalfPlane {
  readonly eastM: number;
  readonly northM: number;
  readonly leastM: number;
}

/** What a building takes from a camera: itself and what lies behind it; convex, so a line meets it once. */
export type Shadow = readonly HalfPlane[];

const whole: Stretch = { from: 0, to: 1 };

/** The part of a line piece, given about the camera, that lies in all half planes. */
function clip(planes: readonly HalfPlane[], a: PointM, b: PointM): Stretch | null {
  let { from, to } = whole;
  for (const { eastM, northM, leastM } of planes) {
    const start = eastM * a.xM + northM * a.yM - leastM;
    const end = eastM * b.xM + northM * b.yM - leastM;
    if (start < 0 && end < 0) return null;
    if (start >= 0 && end >= 0) continue;
    const crossing = start / (start - end);
    if (start < 0) from = Math.max(from, crossing);
    else to = Math.min(to, crossing);
  }
  return to > from ? { from, to } : null;
}

/** The part of a line piece within a distance of the camera. */
function withinDistance(distanceM: number, a: PointM, b: PointM): Stretch | null {
  const eastM = b.xM - a.xM;
  const northM = b.yM - a.yM;
  const squared = eastM * eastM + northM * northM;
  const half = a.xM * eastM + a.yM * northM;
  const rest = a.xM * a.xM + a.yM * a.yM - distanceM * distanceM;
  const discriminant = half * half - squared * rest;
  if (squared === 0 || discriminant <= 0) return null;
  const root = Math.sqrt(discriminant);
  const from = Math.max(0, (-half - root) / squared);
  const to = Math.min(1, (-half + root) / squared);
  return to > from ? { from, to } : null;
}

/** Half planes of the wedge about a bearing; both sides at most 90° from it. */
function wedge(headingDeg: number, halfDeg: number): HalfPlane[] {
  const left = ((headingDeg - halfDeg) * Math.PI) / 180;
  const right = ((headingDeg + halfDeg) * Math.PI) / 180;
  return [
    { eastM: Math.cos(left), northM: -Math.sin(left), leastM: 0 },
    { eastM: -Math.cos(right), northM: Math.sin(right), leastM: 0 },
  ];
}

/** What of some stretches lies outside one. */
export const without = (stretches: readonly Stretch[], cut: Stretch | null): readonly Stretch[] =>
  cut === null
    ? stretches
    : stretches.flatMap(({ from, to }) =>
        [
          { from, to: Math.min(to, cut.from) },
          { from: Math.max(from, cut.to), to },
        ].filter((rest) => rest.to > rest.from),
      );

const inner = (stretches: readonly Stretch[], bound: Stretch | null): readonly Stretch[] =>
  bound === null
    ? []
    : stretches
        .map(({ from, to }) => ({ from: Math.max(from, bound.from), to: Math.min(to, bound.to) }))
        .filter(({ from, to }) => to > from);

/** Where a line piece, given about the camera, runs through its ring sector; exact, arcs are no polygons here. */
export function sectorStretches(view: View, a: PointM, b: PointM): readonly Stretch[] {
  const far = withinDistance(view.farM, a, b);
  if (far === null) return [];
  const ring = without([far], view.nearM > 0 ? withinDistance(view.nearM, a, b) : null);
  const halfDeg = view.fieldAngleDeg / 2;
  if (halfDeg >= 180) return ring;
  if (halfDeg <= 90) return inner(ring, clip(wedge(view.headingDeg, halfDeg), a, b));
  return without(ring, clip(wedge(view.headingDeg + 180, 180 - halfDeg), a, b));
}

/**
 * The shadow of a convex building: between the two tangents, and behind the sides that face the camera (rule R22).
 * @returns null when the building holds the camera, and so does not stand in its way.
 */
export function shadowOf(camera: PointM, ring: readonly PointM[]): Shadow | null {
  if (isInside(ring, camera)) return null;
  const corners = counterclockwise(ring.map(({ xM, yM }) => ({ xM: xM - camera.xM, yM: yM - camera.yM })));
  const sides = corners.map((corner, index) => {
    const next = corners[(index + 1) % corners.length] ?? corner;
    // The inner side of a side of a counterclockwise ring is on its left.
    const eastM = corner.yM - next.yM;
    const northM = next.xM - corner.xM;
    return { corner, next, eastM, northM, leastM: eastM * corner.xM + northM * corner.yM };
  });
  const facing = sides.filter(({ leastM }) => leastM > 0);
  const planes: HalfPlane[] = facing.map(({ eastM, northM, leastM }) => ({ eastM, northM, leastM }));
  // Where facing sides begin and end, the tangents touch.
  const begins = new Set(facing.map(({ corner }) => corner));
  const ends = new Set(facing.map(({ next }) => next));
  for (const { corner, next } of facing) {
    if (!ends.has(corner)) planes.push({ eastM: corner.yM, northM: -corner.xM, leastM: 0 });
    if (!begins.has(next)) planes.push({ eastM: -next.yM, northM: next.xM, leastM: 0 });
  }
  return planes;
}

/** The part of a line piece, given about the camera, that a shadow hides. */
export const shadowStretch = (shadow: Shadow, a: PointM, b: PointM): Stretch | null => clip(shadow, a, b);

function counterclockwise(ring: readonly PointM[]): readonly PointM[] {
  const doubleArea = ring.reduce((sum, a, index) => {
    const b = ring[(index + 1) % ring.length] ?? a;
    return sum + a.xM * b.yM - b.xM * a.yM;
  }, 0);
  return doubleArea >= 0 ? ring : ring.toReversed();
}
