import type { BoxNorm, ObjectClass, ParametersOf, ZoneOf } from '../../../contracts/index.ts';
import { clipToPicture } from '../../track/index.ts';
import { type SceneEventDraft, traceEntry } from '../scene/draft.ts';
import { beginEvent, endEvent } from '../scene/event-draft.ts';
import type { RuleContext, RuleFactory, RuleStep, SceneFacts, SceneRule } from '../scene/scene-rule.ts';
import { colourOf } from '../scene/vehicle-colour.ts';
import { applies, ignoredBy, standsIn, zonesOfKind } from '../scene/zones.ts';
import { type LaneThing, LaneThings } from './lane-things.ts';
import { followStands, type Stand } from './standing.ts';

type Lane = ZoneOf<'lane'>;
type LaneUse = Lane['laneType'];

const motorVehicles: readonly ObjectClass[] = ['car', 'van', 'truck', 'bus', 'threeWheeler'];

/** Who is in the way. A bus stops in its lane by right; a bicycle that leans somewhere in traffic blocks nobody. */
const inTheWay: Readonly<Record<LaneUse, readonly ObjectClass[]>> = {
  motor: motorVehicles,
  nonMotor: motorVehicles,
  bus: motorVehicles.filter((className) => className !== 'bus'),
  emergency: [...motorVehicles, 'motorcycle', 'bicycle'],
};

/** Seen by the detector in less than this share of the time, it may be its mistake. */
const leastSeenShare = 0.3;
/** So long a thing is looked at by itself before it is told: a detector that missed a person may find them again. */
const leastLookMs = 5_000;
/** The ground shows again, or the vehicle is elsewhere. */
const clearedCondition = 'lane is free again, ms';

/** A vehicle or thing stands where traffic must pass: one event for each. */
export const createObstructionRule: RuleFactory<'lane_obstruction'> = (context) => new Obstruction(context);

class Obstruction implements SceneRule {
  readonly #context: RuleContext<'lane_obstruction'>;
  readonly #things = new LaneThings();
  readonly #raised = new Map<Stand | LaneThing, SceneEventDraft>();
  #stands: Stand[] = [];

  constructor(context: RuleContext<'lane_obstruction'>) {
    this.#context = context;
  }

  needsDetector(): boolean {
    return this.#stands.length > 0 || this.#raised.size > 0;
  }

  step(facts: SceneFacts): RuleStep {
    const { nowMs, dtMs, canvas, continuity } = facts;
    const lanes = zonesOfKind(facts.zones, 'lane').filter((lane) => applies(lane, nowMs));
    if (continuity === 'newView' || lanes.length === 0) this.#stands = [];
    if (continuity === 'newView') this.#raised.clear();
    if (lanes.length === 0 && this.#raised.size === 0) return { drafts: [] };
    const vehicles = facts.tracks.filter((track) =>
      lanes.some((lane) => inTheWay[lane.laneType].includes(track.className) && standsIn(track.box, lane)),
    );
    this.#stands = followStands(this.#stands, vehicles, {
      nowMs,
      dtMs,
      beganAtMs: canvas.beganAtMs,
      aspect: canvas.widthPx / canvas.heightPx,
    });
    const isInLane = (box: BoxNorm): boolean =>
      lanes.some((lane) => standsIn(box, lane)) && !isFixture(box, facts);
    const things = this.#things.step(
      facts,
      isInLane,
      this.#stands.map(({ box }) => box),
    );
    return {
      drafts: [
        ...this.#stands.flatMap((stand) => this.#tellStand(stand, lanes, facts) ?? []),
        ...things.flatMap((thing) => this.#tellThing(thing, lanes, facts) ?? []),
        ...this.#endLost([...this.#stands, ...things], nowMs),
      ],
    };
  }

  #tellStand(stand: Stand, lanes: readonly Lane[], facts: SceneFacts): SceneEventDraft | null {
    const { nowMs, isHeld, zones } = facts;
    const draft = this.#raised.get(stand);
    if (draft !== undefined) {
      return stand.leftAtMs === null ? null : this.#end(stand, draft, stand.leftAtMs, nowMs);
    }
    const lane = lanes.find(
      (one) => standsIn(stand.box, one) && inTheWay[one.laneType].includes(stand.className),
    );
    if (lane === undefined || isHeld || stand.leftAtMs !== null) return null;
    const minStayMs = lane.minStayMs ?? vehicleStayMs(this.#context.parameters, lane.laneType);
    const stoodMs = nowMs - stand.sinceMs;
    const seenShare = stand.seenMs / Math.max(stoodMs, 1);
    if (stoodMs < minStayMs || seenShare < leastSeenShare) return null;
    // Several in a row in a motor lane may be a queue: the officer is told so.
    const others = this.#stands.filter(
      (one) =>
        one !== stand &&
        one.leftAtMs === null &&
        standsIn(one.box, lane) &&
        nowMs - one.sinceMs > stoodMs / 2,
    );
    const isQueue = lane.laneType === 'motor' && others.length > 0;
    const { trackId, className, confidence, box, sinceMs } = stand;
    const begun = beginEvent({
      ...this.#context,
      zoneId: lane.zoneId,
      subject: trackId,
      startedAtMs: sinceMs,
      nowMs,
      box,
      actor: {
        className,
        trackId,
        box: clipToPicture(box),
        colour: colourOf(className, facts.memory.get(trackId)?.colours),
        enteredFrom: null,
        leftTo: null,
      },
      confidence: confidence * Math.min(1, 0.5 + seenShare / 2) * (isQueue ? 0.6 : 1),
      caveats: [...(isQueue ? ['queue'] : []), ...(stand.isFromStart ? ['there-from-start'] : [])],
      suppression: ignoredBy(box, zones, nowMs),
      trace: [
        traceEntry('stands in the lane, ms', sinceMs, nowMs, stoodMs, minStayMs),
        traceEntry('seen there, share', sinceMs, nowMs, seenShare, leastSeenShare),
        traceEntry('detector is sure, share', sinceMs, nowMs, confidence, null),
      ],
    });
    this.#raised.set(stand, begun);
    return begun;
  }

  #tellThing(thing: LaneThing, lanes: readonly Lane[], facts: SceneFacts): SceneEventDraft | null {
    const { nowMs, isHeld, zones } = facts;
    const draft = this.#raised.get(thing);
    if (draft !== undefined) {
      return thing.clearedAtMs === null ? null : this.#end(thing, draft, thing.clearedAtMs, nowMs);
    }
    const lane = lanes.find((one) => standsIn(thing.box, one));
    if (lane === undefined || isHeld || thing.goneSinceMs !== null) return null;
    const minStayMs = lane.minStayMs ?? this.#context.parameters.thingMs;
    const stayMs = nowMs - thing.sinceMs;
    const seenShare = thing.seenMs / Math.max(thing.lookedMs, 1);
    const isLookedAt = thing.lookedMs >= Math.min(leastLookMs, minStayMs / 2);
    if (stayMs < minStayMs || seenShare < leastSeenShare || !isLookedAt) return null;
    const begun = beginEvent({
      ...this.#context,
      zoneId: lane.zoneId,
      subject: `${thing.bounds.left},${thing.bounds.top}`,
      startedAtMs: thing.sinceMs,
      nowMs,
      box: thing.box,
      confidence: thing.leftScore * (0.4 + 0.6 * seenShare),
      suppression: ignoredBy(thing.box, zones, nowMs),
      trace: [
        traceEntry('lies in the lane, ms', thing.sinceMs, nowMs, stayMs, minStayMs),
        traceEntry('outline belongs to now, share', thing.sinceMs, nowMs, thing.leftScore, 0.6),
        traceEntry('seen there, share', thing.sinceMs, nowMs, seenShare, leastSeenShare),
      ],
    });
    this.#raised.set(thing, begun);
    return begun;
  }

  #end(what: Stand | LaneThing, draft: SceneEventDraft, leftAtMs: number, nowMs: number): SceneEventDraft {
    this.#raised.delete(what);
    return endEvent(draft, leftAtMs, traceEntry(clearedCondition, leftAtMs, nowMs, nowMs - leftAtMs, null));
  }

  /** What is not followed any more, because its lane was taken away or it turned out to be a vehicle. */
  #endLost(followed: readonly (Stand | LaneThing)[], nowMs: number): SceneEventDraft[] {
    return [...this.#raised]
      .filter(([what]) => !followed.includes(what))
      .map(([what, draft]) => this.#end(what, draft, nowMs, nowMs));
  }
}

const isFixture = (box: BoxNorm, { zones, nowMs }: SceneFacts): boolean =>
  zonesOfKind(zones, 'fixture').some((zone) => standsIn(box, zone) && applies(zone, nowMs));

function vehicleStayMs(rule: ParametersOf<'lane_obstruction'>, use: LaneUse): number {
  switch (use) {
    case 'motor':
      return rule.motorLaneMs;
    case 'nonMotor':
      return rule.nonMotorLaneMs;
    case 'bus':
      return rule.busLaneMs;
    case 'emergency':
      return rule.emergencyLaneMs;
  }
}
