import { type BoxNorm, eventKinds, knownColour, type SceneEvent } from '../../contracts/index.ts';
import { distanceM } from '../link/index.ts';

export interface MergeSettings {
  readonly mergeWithinM: number;
  readonly mergeWithinMs: number;
}

/** Two boxes of one camera show the same thing from this overlap on; a resting thing hardly moves in the picture. */
const sameThingIou = 0.3;

/** Overlap of two boxes: area shared by area covered, 0 … 1. */
export function iou(one: BoxNorm, other: BoxNorm): number {
  const width = Math.min(one.xNorm + one.wNorm, other.xNorm + other.wNorm) - Math.max(one.xNorm, other.xNorm);
  const height =
    Math.min(one.yNorm + one.hNorm, other.yNorm + other.hNorm) - Math.max(one.yNorm, other.yNorm);
  const shared = Math.max(0, width) * Math.max(0, height);
  const covered = one.wNorm * one.hNorm + other.wNorm * other.hNorm - shared;
  return covered > 0 ? shared / covered : 0;
}

/** On one camera: the same thing at the same place of the picture, or what goes on in the same zone. */
const isSameThing = (one: SceneEvent, other: SceneEvent): boolean =>
  one.kind === other.kind && eventKinds[one.kind].sameBy === 'zone'
    ? one.zoneId === other.zoneId
    : iou(one.box, other.box) >= sameThingIou;

/** A heap on a lane is a dumping and an obstruction: one matter, though two agencies may have to come. */
const isOneHeap = (one: SceneEvent, other: SceneEvent): boolean => {
  const kinds = [one.kind, other.kind];
  return (
    kinds.includes('illegal_dumping') && kinds.includes('lane_obstruction') && one.cameraId === other.cameraId
  );
};

/** One actor leaves things on one way within this time, and two cameras that see one put-down agree about it. */
const oneVisitMs = 10 * 60_000;
/** So far apart one actor leaves them, at most. */
const onOneWayM = 450;

const putDownMs = (event: SceneEvent): number | null => event.moments.putDownAtMs;

/** Vehicles that a detector takes for one another. */
const looksAlike: readonly ReadonlySet<string>[] = [
  new Set(['van', 'truck']),
  new Set(['bus', 'truck']),
  new Set(['threeWheeler', 'motorcycle', 'bicycle']),
];

/** Both were brought by somebody, and nothing speaks against it being the same: an actor is never identified. */
function mayBeSameActor({ actor: one }: SceneEvent, { actor: other }: SceneEvent): boolean {
  if (one === null || other === null) return false;
  const isSameClass =
    one.className === other.className ||
    looksAlike.some((group) => group.has(one.className) && group.has(other.className));
  const [here, there] = [knownColour(one), knownColour(other)];
  return isSameClass && (here === null || there === null || here === there);
}

/** Left on one way: put down within minutes, not far apart, by what may be one actor. */
function isOneVisit(one: SceneEvent, other: SceneEvent): boolean {
  if (one.kind !== 'illegal_dumping' || other.kind !== 'illegal_dumping') return false;
  const gapMs = Math.abs((putDownMs(one) ?? Number.NaN) - (putDownMs(other) ?? Number.NaN));
  if (!(gapMs <= oneVisitMs) || !mayBeSameActor(one, other)) return false;
  if (one.cameraId === other.cameraId) return true;
  if (one.location === null || other.location === null) return false;
  return distanceM(one.location, other.location) <= onOneWayM;
}

/**
 * Two events may be one matter: same kind, and either left on one way, or started within the window and on one camera
 * at the same place of the picture, on two cameras near each other. Cameras without a place are near nobody. Two
 * put-downs that are both known and more than minutes apart are two heaps, however near.
 */
export function isSameMatter(one: SceneEvent, other: SceneEvent, settings: MergeSettings): boolean {
  if (one.kind !== other.kind && !isOneHeap(one, other)) return false;
  if (isOneVisit(one, other)) return true;
  if (Math.abs(one.startedAtMs - other.startedAtMs) > settings.mergeWithinMs) return false;
  if (one.cameraId === other.cameraId) return isSameThing(one, other);
  const [here, there] = [putDownMs(one), putDownMs(other)];
  if (here !== null && there !== null && Math.abs(here - there) > oneVisitMs) return false;
  if (one.location === null || other.location === null) return false;
  return distanceM(one.location, other.location) <= settings.mergeWithinM;
}

/** The order in which groups are made, whatever order events arrived in. */
export const byStart = (one: SceneEvent, other: SceneEvent): number =>
  one.startedAtMs - other.startedAtMs ||
  (one.eventId < other.eventId ? -1 : Number(one.eventId > other.eventId));

/** Events of one matter; `incidentId` is set where a person has touched the incident, which then stays as it is. */
export interface EventGroup {
  readonly incidentId: string | null;
  readonly events: readonly SceneEvent[];
}

/**
 * Group events into matters: in order of their start each event joins the group whose first event it fits, else it
 * begins one. Within the window of the *first* event, so that a busy corner does not chain a whole day into one.
 * An event never joins a group in which its own camera already shows another thing; of several groups the one
 * nearest in time is taken.
 *
 * The result depends on the set of events only, not on their order.
 * @param fixed groups that are there already and only grow.
 */
export function groupEvents(
  events: readonly SceneEvent[],
  fixed: readonly EventGroup[],
  settings: MergeSettings,
): EventGroup[] {
  const groups = fixed.map(({ incidentId, events: members }) => ({
    incidentId,
    events: members.toSorted(byStart),
  }));
  for (const event of events.toSorted(byStart)) {
    const nearest = groups
      .filter(({ events: members }) => {
        const [first] = members;
        const isElsewhere = members.some(
          (member) =>
            member.cameraId === event.cameraId && !isSameThing(member, event) && !isOneVisit(member, event),
        );
        return first !== undefined && isSameMatter(first, event, settings) && !isElsewhere;
      })
      .map((group) => ({ group, first: group.events[0] ?? event }))
      .toSorted(
        (one, other) =>
          Math.abs(one.first.startedAtMs - event.startedAtMs) -
            Math.abs(other.first.startedAtMs - event.startedAtMs) || byStart(one.first, other.first),
      )[0];
    if (nearest === undefined) groups.push({ incidentId: null, events: [event] });
    else nearest.group.events.push(event);
  }
  return groups;
}

/** Events that grouping could bring together with `seed`, directly or through others. */
export function neighbourhood(
  seed: SceneEvent,
  events: readonly SceneEvent[],
  settings: MergeSettings,
): SceneEvent[] {
  const found = [seed];
  let others = events.filter(({ eventId }) => eventId !== seed.eventId);
  for (const event of found) {
    const near = others.filter((other) => isSameMatter(event, other, settings));
    if (near.length === 0) continue;
    found.push(...near);
    const taken = new Set(near);
    others = others.filter((other) => !taken.has(other));
  }
  return found;
}
