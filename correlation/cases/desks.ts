import { booleanPointInPolygon, point, polygon } from '@turf/turf';
import type { Agency, LonLat } from '../../contracts/index.ts';
import { dayMs, dayStartMs, dutySpans, weekdayOf } from '../measures/index.ts';
import type { Desk, Shift } from './settings.ts';

/** A desk as a task names it. */
export interface ChosenDesk {
  readonly deskId: string;
  readonly name: string;
  readonly onDuty: readonly string[];
}

const isOnShift = ({ weekdays, hours }: Shift, atMs: number): boolean =>
  // A shift over midnight belongs to the day on which it began.
  [dayStartMs(atMs), dayStartMs(atMs) - dayMs].some(
    (day) =>
      weekdays.includes(weekdayOf(day)) &&
      dutySpans(hours, { fromMs: day, toMs: day + 2 * dayMs }).some(
        (span) => dayStartMs(span.fromMs) === day && span.fromMs <= atMs && atMs < span.toMs,
      ),
  );

/** Names of who is at a desk at a moment. */
export const onDutyAt = ({ roster }: Desk, atMs: number): string[] => [
  ...new Set(roster.filter((shift) => isOnShift(shift, atMs)).flatMap(({ officers }) => officers)),
];

const covers = ({ outline }: Desk, place: LonLat): boolean => {
  if (outline === null || outline.length < 3) return false;
  const ring = outline.map(({ lonDeg, latDeg }) => [lonDeg, latDeg]);
  return booleanPointInPolygon(point([place.lonDeg, place.latDeg]), polygon([[...ring, ring[0] ?? []]]));
};

/**
 * The desk that a task of an agency goes to: of those whose outline holds the place, else of those that answer for the
 * jurisdiction, the first where somebody is on duty, else the first. A district that has named none gets one desk per
 * agency and jurisdiction, so that no task is ever without one.
 */
export function deskFor(
  desks: readonly Desk[],
  agency: Agency,
  at: { readonly areaCode: string; readonly place: LonLat | null; readonly atMs: number },
): ChosenDesk {
  const own = desks.filter((desk) => desk.agency === agency);
  const { place } = at;
  const byPlace = place === null ? [] : own.filter((desk) => covers(desk, place));
  const byArea = own.filter(({ areaCodes }) => areaCodes.includes(at.areaCode));
  const candidates = byPlace.length > 0 ? byPlace : byArea;
  const staffed = candidates.find(({ roster }) => roster.length === 0) ?? null;
  const onDuty = candidates.find((desk) => onDutyAt(desk, at.atMs).length > 0) ?? staffed ?? candidates[0];
  if (onDuty === undefined) return { deskId: `${agency}@${at.areaCode}`, name: '', onDuty: [] };
  return { deskId: onDuty.deskId, name: onDuty.name, onDuty: onDutyAt(onDuty, at.atMs) };
}
