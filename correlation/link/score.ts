import { distance } from '@turf/turf';
import type { LonLat, OfficialRecord, SceneEvent, ScorePart } from '../../contracts/index.ts';
import { kindFit } from './kinds.ts';
import { vehicleFit } from './vehicle.ts';

/** Weights of the parts where all of them can be judged. */
const weights = { place: 0.35, time: 0.25, kind: 0.2, addressOrPole: 0.1, vehicle: 0.1 } as const;
type PartName = keyof typeof weights;

/** Place counts exp(−d / 50 m). */
const placeScaleM = 50;
/** Further apart is another place, however well the rest fits: a camera sees about 60 m, and phones are 50 m off. */
const placeLimitM = 120;
/** A report before the thing lay there, or after it was gone, counts less and less over this time. */
const timeTailMs = 2 * 3_600_000;
/** A thing that nobody saw going is taken to lie there for a day; so late a report still finds it, none later. */
const presentAtMostMs = 24 * 3_600_000;

/** How well a record and an event fit, with the parts of it. */
export interface PairScore {
  /** Sum of value × weight over the parts, 0 … 1. */
  readonly score: number;
  readonly parts: readonly ScorePart[];
  /** Place, time and kind are known and none of them rules the pair out; only then may it be linked or suggested. */
  readonly isPossible: boolean;
  /** The report says what kind of matter it is, and it is ours; only then may it be linked without a person. */
  readonly isSameMatter: boolean;
}

/** A kind below this says little: `other`, or a matter that is often beside ours. */
const sureKind = 0.5;

/** What one part says; `null`: it cannot be judged. */
type Judgement = Pick<ScorePart, 'value' | 'because'> | null;

/** From when to when the thing lay there, as far as the camera knows. */
export function presence(event: SceneEvent): { readonly fromMs: number; readonly toMs: number } {
  const { putDownAtMs, arrivedAtMs, clearedAtMs } = event.moments;
  const fromMs = putDownAtMs ?? arrivedAtMs ?? event.startedAtMs;
  const latestMs = fromMs + presentAtMostMs;
  return { fromMs, toMs: Math.max(fromMs, Math.min(latestMs, clearedAtMs ?? latestMs)) };
}

/** Reports within this time of an event can fit it at all. */
export function linkWindow(event: SceneEvent): { readonly fromMs: number; readonly toMs: number } {
  const { fromMs, toMs } = presence(event);
  return { fromMs: fromMs - timeTailMs, toMs: toMs + timeTailMs };
}

/**
 * Score a record against an event: place 0.35, time 0.25, kind 0.2, address or pole 0.1, vehicle 0.1.
 *
 * Address or pole and vehicle are extra evidence: where one cannot be judged, its weight goes to the other parts in
 * proportion. Place, time and kind are needed: where the place is not known it counts 0 with its full weight, and the
 * pair is left to a person, because the same kind on the same day somewhere in a jurisdiction is right once in sixteen.
 */
export function scorePair(event: SceneEvent, record: OfficialRecord): PairScore {
  const poles = poleFit(event, record);
  const place = placeFit(event, record, poles?.value === 1);
  const judged: Record<PartName, Judgement> = {
    place,
    time: timeFit(event, record),
    kind: {
      value: kindFit(event.kind, record.kind),
      because: event.kind === record.kind ? `both ${event.kind}` : `${event.kind} and ${record.kind}`,
    },
    addressOrPole: poles,
    vehicle: vehicleFit(event.actor, record.text),
  };
  const unjudged = (['addressOrPole', 'vehicle'] as const).filter((name) => judged[name] === null);
  const judgedWeight = 1 - unjudged.reduce((sum, name) => sum + weights[name], 0);
  const parts = (Object.keys(weights) as PartName[]).map((name): ScorePart => {
    const isLeftOut = unjudged.some((left) => left === name);
    const { value, because } = judged[name] ?? { value: 0, because: 'not known' };
    return { name, value, weight: isLeftOut ? 0 : weights[name] / judgedWeight, because };
  });
  const score = parts.reduce((sum, { value, weight }) => sum + value * weight, 0);
  const isPossible = (['place', 'time', 'kind'] as const).every((name) => (judged[name]?.value ?? 0) > 0);
  const isSameMatter = (judged.kind?.value ?? 0) >= sureKind;
  return { score: Math.min(1, score), parts, isPossible, isSameMatter };
}

/** Cheap: can the two belong together at all? Never false where `scorePair` says possible. */
export function mayFit(event: SceneEvent, record: OfficialRecord): boolean {
  if (kindFit(event.kind, record.kind) === 0) return false;
  const { fromMs, toMs } = linkWindow(event);
  const atMs = record.occurredAtMs ?? record.reportedAtMs;
  return atMs > fromMs && atMs < toMs;
}

const placeOf = ({ lonDeg, latDeg }: OfficialRecord): LonLat | null =>
  lonDeg === null || latDeg === null ? null : { lonDeg, latDeg };

/** Metres between two places on earth. */
export const distanceM = (one: LonLat, other: LonLat): number =>
  distance([one.lonDeg, one.latDeg], [other.lonDeg, other.latDeg], { units: 'meters' });

function placeFit(event: SceneEvent, record: OfficialRecord, isSamePole: boolean): Judgement {
  const place = placeOf(record);
  if (place === null || event.location === null) {
    return isSamePole ? { value: 1, because: 'at the same pole' } : null;
  }
  const apartM = distanceM(event.location, place);
  const value = apartM > placeLimitM ? 0 : Math.exp(-apartM / placeScaleM);
  return { value, because: `${Math.round(apartM)} m apart` };
}

const minutes = (spanMs: number): string => `${Math.max(1, Math.round(spanMs / 60_000))} min`;

function timeFit(event: SceneEvent, record: OfficialRecord): Judgement {
  const { fromMs, toMs } = presence(event);
  const atMs = record.occurredAtMs ?? record.reportedAtMs;
  const earlyMs = fromMs - atMs;
  const lateMs = atMs - toMs;
  const offMs = Math.max(earlyMs, lateMs, 0);
  const value = Math.max(0, 1 - offMs / timeTailMs);
  if (offMs === 0) return { value, because: 'while it lay there' };
  return {
    value,
    because: earlyMs > 0 ? `${minutes(offMs)} before it` : `${minutes(offMs)} after it was gone`,
  };
}

const plainPole = (text: string): string => text.toUpperCase().replaceAll(/[\s_—－-]/g, '');

/** Poles are numbered in the camera file and on a plate at eye height, so callers read them out. */
function poleFit(event: SceneEvent, record: OfficialRecord): Judgement {
  if (event.poleNumber === null || plainPole(event.poleNumber) === '') return null;
  const ours = plainPole(event.poleNumber);
  if (record.poleNumber !== null) {
    const isSame = plainPole(record.poleNumber) === ours;
    return { value: isSame ? 1 : 0, because: `pole ${event.poleNumber} and ${record.poleNumber}` };
  }
  const spoken = plainPole(`${record.address ?? ''} ${record.text}`);
  // A pole's number inside a longer one is another pole; short numbers stand in any address.
  const isNamed = ours.length >= 4 && new RegExp(`(?<![A-Z0-9])${escapeRegExp(ours)}(?!\\d)`).test(spoken);
  return isNamed ? { value: 1, because: `the report names pole ${event.poleNumber}` } : null;
}

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
