import {
  type BoxNorm,
  isWithinSchedule,
  type PointNorm,
  type Suppression,
  type Zone,
  type ZoneKind,
  type ZoneOf,
} from '../../../contracts/index.ts';

/** Zone of an event on a camera that has no zone for its kind. */
export const wholePicture = 'whole-picture';

/** Even-odd rule; points on an edge may fall on either side. */
export function isInside(polygonNorm: readonly PointNorm[], xNorm: number, yNorm: number): boolean {
  let isIn = false;
  let [fromX, fromY] = polygonNorm.at(-1) ?? [0, 0];
  for (const [x, y] of polygonNorm) {
    if (y > yNorm !== fromY > yNorm && xNorm < ((fromX - x) * (yNorm - y)) / (fromY - y) + x) isIn = !isIn;
    [fromX, fromY] = [x, y];
  }
  return isIn;
}

/** Area of a polygon in shares of the picture (shoelace). */
export function areaNorm(polygonNorm: readonly PointNorm[]): number {
  let sum = 0;
  let [fromX, fromY] = polygonNorm.at(-1) ?? [0, 0];
  for (const [x, y] of polygonNorm) {
    sum += fromX * y - x * fromY;
    [fromX, fromY] = [x, y];
  }
  return Math.abs(sum) / 2;
}

/** Where something touches the ground: the middle of its lower edge. */
export const footOf = ({ xNorm, yNorm, wNorm, hNorm }: BoxNorm): PointNorm => [
  xNorm + wNorm / 2,
  yNorm + hNorm,
];

/** It stands in the zone: its foot decides. */
export const standsIn = (box: BoxNorm, { polygonNorm }: Zone): boolean =>
  isInside(polygonNorm, ...footOf(box));

export const zonesOfKind = <K extends ZoneKind>(zones: readonly Zone[], kind: K): ZoneOf<K>[] =>
  zones.filter((zone): zone is ZoneOf<K> => zone.kind === kind);

export const applies = ({ schedule }: Zone, atMs: number): boolean =>
  schedule === undefined || isWithinSchedule(schedule, atMs);

/** An ignore zone that applies where this stands. */
export function ignoredBy(box: BoxNorm, zones: readonly Zone[], atMs: number): Suppression | null {
  const zone = zones.find((one) => one.kind === 'ignore' && standsIn(box, one) && applies(one, atMs));
  return zone === undefined ? null : { zoneId: zone.zoneId, because: 'ignore' };
}
