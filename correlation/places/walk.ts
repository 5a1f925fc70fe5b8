import type { PointM } from '../measures/plane.ts';
import type { Road } from './gazetteer.ts';
import type { Offset } from './offset.ts';
import { apartM, type Hill } from './spots.ts';

/** Roads bend: a stretch that is called southward may point this far aside, degrees. */
const bendDeg = 60;
/** Further than this from its road, an anchor is not on it. */
const onRoadWithinM = 60;

const bearingDegOf = (from: PointM, to: PointM): number =>
  (Math.atan2(to.xM - from.xM, to.yM - from.yM) * 180) / Math.PI;
const turnDeg = (one: number, other: number): number => Math.abs(((one - other + 540) % 360) - 180);

/** The sample of a road that is nearest to a point. */
function footOn(road: Road, at: PointM): PointM | null {
  let best: PointM | null = null;
  for (const sample of road.samples)
    if (best === null || apartM(sample, at) < apartM(best, at)) best = sample;
  return best === null || apartM(best, at) > onRoadWithinM ? null : best;
}

const straight = (at: PointM, distanceM: number, bearingDeg: number): PointM => ({
  xM: at.xM + distanceM * Math.sin((bearingDeg * Math.PI) / 180),
  yM: at.yM + distanceM * Math.cos((bearingDeg * Math.PI) / 180),
});

/** Along one road: the places at that distance, each way or only the way that is said. */
function along(
  road: Road,
  from: PointM,
  { distanceM, bearingDeg }: Offset,
): { at: PointM; offDeg: number }[] {
  const foot = footOn(road, from);
  if (foot === null) return [];
  const ring = road.samples
    .map((at) => ({ at, missM: Math.abs(apartM(at, foot) - distanceM) }))
    .filter(({ missM }) => missM <= 5);
  const ends: { at: PointM; offDeg: number; missM: number }[] = [];
  for (const { at, missM } of ring) {
    const bearing = bearingDegOf(foot, at);
    const offDeg = bearingDeg === null ? 0 : turnDeg(bearing, bearingDeg);
    if (offDeg > bendDeg) continue;
    const same = ends.findIndex((end) => turnDeg(bearingDegOf(foot, end.at), bearing) < 45);
    const known = ends[same];
    if (known === undefined) ends.push({ at, offDeg, missM });
    else if (missM < known.missM) ends[same] = { at, offDeg, missM };
  }
  return ends;
}

/** People mix up east and west; so often the place lies the other way. */
const turnedRoundShare = 0.03;

/**
 * Go from a point by direction and distance. On a road people count along it; a place off the road is gone from
 * straight.
 * @param roads roads that the anchor stands on; where there are several, the one that leads that way.
 */
export function walk(from: PointM, errorM: number, roads: readonly Road[], offset: Offset): Hill[] {
  const straightOn = oneWay(from, errorM, roads, offset);
  if (offset.bearingDeg === null || straightOn.length === 0) return straightOn;
  const back = oneWay(from, errorM, roads, { ...offset, bearingDeg: (offset.bearingDeg + 180) % 360 });
  const shared = (hills: readonly Hill[], share: number): Hill[] =>
    hills.map((hill) => ({ ...hill, weight: hill.weight * share }));
  return [...shared(straightOn, 1 - turnedRoundShare), ...shared(back, turnedRoundShare)];
}

function oneWay(from: PointM, errorM: number, roads: readonly Road[], offset: Offset): Hill[] {
  const totalErrorM = Math.hypot(errorM, offset.errorM);
  const ends = roads.flatMap((road) => along(road, from, offset));
  if (offset.bearingDeg === null) {
    return ends.map(({ at }) => ({ at, errorM: totalErrorM, weight: 1 / ends.length }));
  }
  const aside = straight(from, offset.distanceM, offset.bearingDeg);
  if (ends.length === 0) return [{ at: aside, errorM: Math.hypot(totalErrorM, 8), weight: 1 }];
  const fits = ends.map(({ offDeg }) => Math.exp(-((offDeg / 30) ** 2)));
  const sum = fits.reduce((total, fit) => total + fit, 0);
  return ends.map(({ at }, index) => ({ at, errorM: totalErrorM, weight: (fits[index] ?? 0) / sum }));
}
