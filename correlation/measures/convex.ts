import { polygon, tesselate } from '@turf/turf';
import type { PointM } from './plane.ts';

const turnAt = (a: PointM, b: PointM, c: PointM): number =>
  (b.xM - a.xM) * (c.yM - b.yM) - (b.yM - a.yM) * (c.xM - b.xM);

/** Whether a ring (first point not repeated) never turns back. */
export function isConvex(ring: readonly PointM[]): boolean {
  let turnsLeft = false;
  let turnsRight = false;
  for (const [index, a] of ring.entries()) {
    const b = ring[(index + 1) % ring.length] ?? a;
    const c = ring[(index + 2) % ring.length] ?? a;
    const turn = turnAt(a, b, c);
    if (turn > 1e-9) turnsLeft = true;
    if (turn < -1e-9) turnsRight = true;
  }
  return !(turnsLeft && turnsRight);
}

/** A ring cut into triangles, so that what hides behind it can be told piece by piece. */
export function earclip(ring: readonly PointM[]): PointM[][] {
  const closed = [...ring, ...ring.slice(0, 1)].map(({ xM, yM }) => [xM, yM]);
  return tesselate(polygon([closed])).features.map(({ geometry }) =>
    (geometry.coordinates[0] ?? []).slice(0, -1).map(([xM = 0, yM = 0]) => ({ xM, yM })),
  );
}
