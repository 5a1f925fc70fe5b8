import type { OfficialRecord, SceneEvent, ScorePart } from '../../contracts/index.ts';
import { expectedReports, strayPerHourM2 } from './kinds.ts';
import { anywherePerM2, mayBeTogether, placeFit, strayPerM2 } from './place-fit.ts';
import { linkWindow, momentOf, timeFit } from './time-fit.ts';
import { vehicleFit } from './vehicle.ts';

/** How well a record and an event fit, with the parts of it. */
export interface PairScore {
  /** Odds that the record is about this event and not about something that no camera saw. */
  readonly odds: number;
  /** Their decimal logarithms add up to that of the odds. */
  readonly parts: readonly ScorePart[];
  /** Both have a place and none of place, time and kind rules the pair out; only then may it be linked or suggested. */
  readonly isPossible: boolean;
  /** The report says what kind of matter it is, and it is ours; only then may it be linked without a person. */
  readonly isSameMatter: boolean;
}

/** A pole that both name, where the place says nothing. */
const samePoleFactor = 300;
const otherPoleFactor = 0.05;

const part = (name: ScorePart['name'], factor: number, because: string): ScorePart => ({
  name,
  evidence: Math.round(Math.log10(Math.max(1e-9, factor)) * 1e4) / 1e4,
  because,
});

/**
 * Weigh a record against an event: how many reports of this kind such an event draws, how thick their probability lies
 * at this place and time, and what the vehicle says; against how thick strangers' reports of the kind lie.
 */
export function scorePair(event: SceneEvent, record: OfficialRecord): PairScore {
  const place = placeFit(event, record);
  const time = timeFit(event, record);
  const expected = expectedReports(event.kind, record.kind);
  const pole = place === null ? poleFit(event, record) : null;
  const vehicle = vehicleFit(event.actor, record);
  const kindFactor = (expected * anywherePerM2) / strayPerHourM2(record.kind);
  const parts = [
    part('place', place === null ? 1 : place.perM2 / strayPerM2(place.perM2), place?.because ?? 'not known'),
    part('time', time.perHour, time.because),
    part(
      'kind',
      kindFactor,
      event.kind === record.kind ? `both ${event.kind}` : `${event.kind} and ${record.kind}`,
    ),
    part('addressOrPole', pole?.factor ?? 1, pole?.because ?? 'not known'),
    part('vehicle', vehicle?.factor ?? 1, vehicle?.because ?? 'not known'),
  ];
  const isPlaced = place !== null || (pole !== null && pole.factor > 1);
  const isPossible = isPlaced && expected > 0 && time.perHour > 0 && record.status === 'active';
  const odds = isPossible ? 10 ** parts.reduce((sum, { evidence }) => sum + evidence, 0) : 0;
  return { odds, parts, isPossible, isSameMatter: expected >= 0.1 };
}

/** Cheaper still: does the record lie in the time in which an event is reported at all? */
export function mayFitInTime(event: SceneEvent, record: OfficialRecord): boolean {
  const { fromMs, toMs } = linkWindow(event);
  const atMs = momentOf(record);
  return atMs >= fromMs && atMs <= Math.max(toMs, (event.moments.clearedAtMs ?? 0) + 15 * 60_000);
}

/** Cheap: can the two belong together at all? Where it says no, the score is next to nothing. */
export function mayFit(event: SceneEvent, record: OfficialRecord): boolean {
  if (!mayFitInTime(event, record)) return false;
  if (record.status !== 'active' || expectedReports(event.kind, record.kind) === 0) return false;
  return mayBeTogether(event, record);
}

const plainPole = (text: string): string => text.toUpperCase().replaceAll(/[\s_—－-]/g, '');
const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Poles are numbered in the camera file and on a plate at eye height, so callers read them out. */
function poleFit(
  event: SceneEvent,
  record: OfficialRecord,
): { readonly factor: number; readonly because: string } | null {
  if (event.poleNumber === null || plainPole(event.poleNumber) === '') return null;
  const ours = plainPole(event.poleNumber);
  if (record.poleNumber !== null) {
    const isSame = plainPole(record.poleNumber) === ours;
    const because = `pole ${event.poleNumber} and ${record.poleNumber}`;
    return { factor: isSame ? samePoleFactor : otherPoleFactor, because };
  }
  const spoken = plainPole(`${record.address ?? ''} ${record.text}`);
  // A pole's number inside a longer one is another pole; short numbers stand in any address.
  const isNamed = ours.length >= 4 && new RegExp(`(?<![A-Z0-9])${escapeRegExp(ours)}(?!\\d)`).test(spoken);
  return isNamed ? { factor: samePoleFactor, because: `the report names pole ${event.poleNumber}` } : null;
}
