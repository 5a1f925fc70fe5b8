import type { BoxNorm, ParametersOf, PointNorm, Zone, ZoneOf } from '../../../contracts/index.ts';

type DumpingParameters = ParametersOf<'illegal_dumping'>;

/** Zone of an event on a camera that has no watch zone. */
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

const ruleOf = ({ minRestMs, minAwayMs, awayWidths }: ZoneOf<'watch'>): Partial<DumpingParameters> => ({
  ...(minRestMs === undefined ? {} : { minRestMs }),
  ...(minAwayMs === undefined ? {} : { minAwayMs }),
  ...(awayWidths === undefined ? {} : { awayWidths }),
});

/**
 * Which zone a thing lies in: the middle of its lower edge decides, because that is where it touches the ground.
 * @returns null where nothing may be raised; `rule` holds what the zone wants instead of the rule's own.
 */
export function zoneOf(
  box: BoxNorm,
  zones: readonly Zone[],
): { readonly zoneId: string; readonly rule: Partial<DumpingParameters> } | null {
  const x = box.xNorm + box.wNorm / 2;
  const y = box.yNorm + box.hNorm;
  const here = zones.filter((zone) => isInside(zone.polygonNorm, x, y));
  if (here.some((zone) => zone.kind === 'ignore')) return null;
  const watched = here.find((zone) => zone.kind === 'watch');
  if (watched !== undefined) return { zoneId: watched.zoneId, rule: ruleOf(watched) };
  return zones.some((zone) => zone.kind === 'watch') ? null : { zoneId: wholePicture, rule: {} };
}
