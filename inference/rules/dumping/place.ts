import type { BoxNorm, ParametersOf, Suppression, Zone } from '../../../contracts/index.ts';
import { applies, areaNorm, ignoredBy, standsIn, wholePicture, zonesOfKind } from '../scene/zones.ts';

/** What the zones say of a thing that lies somewhere. */
export type DumpingPlace =
  | { readonly kind: 'watched'; readonly zoneId: string }
  | ({ readonly kind: 'suppressed' } & Suppression)
  /** There are watch zones, and it lies in none of them. */
  | { readonly kind: 'unwatched' };

/** Unless the drop spot says otherwise a thing must leave half of it free. */
const dropSpotShare = 0.5;

/** The first word has whoever ignores, then what belongs there, then what may lie there, then who watches. */
export function dumpingPlace(box: BoxNorm, zones: readonly Zone[], atMs: number): DumpingPlace {
  const ignored = ignoredBy(box, zones, atMs);
  if (ignored !== null) return { kind: 'suppressed', ...ignored };
  const here = zones.filter((zone) => standsIn(box, zone));
  const fixture = zonesOfKind(here, 'fixture').find((zone) => applies(zone, atMs));
  if (fixture !== undefined) return { kind: 'suppressed', zoneId: fixture.zoneId, because: 'fixture' };
  const dropSpot = zonesOfKind(here, 'dropSpot').find(
    (zone) =>
      applies(zone, atMs) &&
      box.wNorm * box.hNorm <= (zone.maxAreaShare ?? dropSpotShare) * areaNorm(zone.polygonNorm),
  );
  if (dropSpot !== undefined) return { kind: 'suppressed', zoneId: dropSpot.zoneId, because: 'dropSpot' };
  const watches = zonesOfKind(here, 'watch');
  const open = watches.find((zone) => applies(zone, atMs));
  if (open !== undefined) return { kind: 'watched', zoneId: open.zoneId };
  const [closed] = watches;
  if (closed !== undefined) return { kind: 'suppressed', zoneId: closed.zoneId, because: 'outsideHours' };
  if (zones.some(({ kind }) => kind === 'watch')) return { kind: 'unwatched' };
  return { kind: 'watched', zoneId: wholePicture };
}

/** What the watch zone in which it lies sets instead of the common values. */
export function watchSettings(
  box: BoxNorm,
  zones: readonly Zone[],
): Partial<ParametersOf<'illegal_dumping'>> {
  const zone = zonesOfKind(zones, 'watch').find((one) => standsIn(box, one));
  if (zone === undefined) return {};
  const { minRestMs, minAwayMs, awayWidths } = zone;
  return {
    ...(minRestMs === undefined ? {} : { minRestMs }),
    ...(minAwayMs === undefined ? {} : { minAwayMs }),
    ...(awayWidths === undefined ? {} : { awayWidths }),
  };
}
