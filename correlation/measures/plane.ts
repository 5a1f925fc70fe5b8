/** Metres east and north of a reference point. */
export interface PointM {
  readonly xM: number;
  readonly yM: number;
}

/** WGS-84. */
const semiMajorM = 6_378_137;
const flattening = 1 / 298.257223563;
const eccentricitySquared = flattening * (2 - flattening);
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres per degree at a latitude, with the ellipsoid's two radii. */
function metresPerDegree(latDeg: number): { readonly lonM: number; readonly latM: number } {
  const sine = Math.sin(radians(latDeg));
  const root = Math.sqrt(1 - eccentricitySquared * sine * sine);
  const primeVerticalM = semiMajorM / root;
  const meridianM = (semiMajorM * (1 - eccentricitySquared)) / root ** 3;
  return {
    lonM: radians(1) * primeVerticalM * Math.cos(radians(latDeg)),
    latM: radians(1) * meridianM,
  };
}

/**
 * Local metres about a reference point with the ellipsoid's two radii (rule R18). A sphere would be 0.3 % off in y,
 * which moves grazing road edges by up to 1.2 points.
 */
export function planeAbout(
  referenceLonDeg: number,
  referenceLatDeg: number,
): (lonDeg: number, latDeg: number) => PointM {
  const { lonM, latM } = metresPerDegree(referenceLatDeg);
  return (lonDeg, latDeg) => ({
    xM: (lonDeg - referenceLonDeg) * lonM,
    yM: (latDeg - referenceLatDeg) * latM,
  });
}

/** The way back from local metres. */
export function fromPlaneAbout(
  referenceLonDeg: number,
  referenceLatDeg: number,
): (point: PointM) => { readonly lonDeg: number; readonly latDeg: number } {
  const { lonM, latM } = metresPerDegree(referenceLatDeg);
  return ({ xM, yM }) => ({ lonDeg: referenceLonDeg + xM / lonM, latDeg: referenceLatDeg + yM / latM });
}

const cross = (o: PointM, a: PointM, b: PointM): number =>
  (a.xM - o.xM) * (b.yM - o.yM) - (a.yM - o.yM) * (b.xM - o.xM);

/** Whether two segments cross. */
const segmentsCross = (a: PointM, b: PointM, c: PointM, d: PointM): boolean =>
  cross(a, b, c) * cross(a, b, d) < 0 && cross(c, d, a) * cross(c, d, b) < 0;

/** Whether a point lies inside a ring (first point need not be repeated). */
export function isInside(ring: readonly PointM[], point: PointM): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i];
    const b = ring[j];
    if (a === undefined || b === undefined) continue;
    if (a.yM > point.yM === b.yM > point.yM) continue;
    if (point.xM < ((b.xM - a.xM) * (point.yM - a.yM)) / (b.yM - a.yM) + a.xM) inside = !inside;
  }
  return inside;
}

/** Whether a building stands between two points; one that holds the first point is no obstacle (rule R22). */
export function isHidden(from: PointM, to: PointM, buildings: readonly (readonly PointM[])[]): boolean {
  return buildings.some((ring) => {
    if (isInside(ring, from)) return false;
    if (isInside(ring, to)) return true;
    return ring.some((corner, index) =>
      segmentsCross(from, to, corner, ring[(index + 1) % ring.length] ?? corner),
    );
  });
}

/** Distance of a point to the outline of a ring (first point need not be repeated). */
export function distanceToRingM(ring: readonly PointM[], point: PointM): number {
  let nearestM = Infinity;
  for (const [index, a] of ring.entries()) {
    const b = ring[(index + 1) % ring.length] ?? a;
    const eastM = b.xM - a.xM;
    const northM = b.yM - a.yM;
    const squared = eastM * eastM + northM * northM;
    const along = squared === 0 ? 0 : ((point.xM - a.xM) * eastM + (point.yM - a.yM) * northM) / squared;
    const t = Math.min(1, Math.max(0, along));
    nearestM = Math.min(nearestM, Math.hypot(a.xM + t * eastM - point.xM, a.yM + t * northM - point.yM));
  }
  return nearestM;
}
