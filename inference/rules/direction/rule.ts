import type { ParametersOf, PointNorm, ZoneOf } from '../../../contracts/index.ts';
import { isCarrier, type Track } from '../../track/index.ts';
import { type SceneEventDraft, traceEntry } from '../scene/draft.ts';
import { actorOf, beginEvent, endEvent } from '../scene/event-draft.ts';
import type { RuleContext, RuleFactory, RuleStep, SceneFacts, SceneRule } from '../scene/scene-rule.ts';
import { applies, footOf, ignoredBy, isInside, zonesOfKind } from '../scene/zones.ts';

/** At least this share of the way must go against the direction: who crosses or turns does not. */
const againstShare = 0.7;
/** Who is not seen in the zone for this long has left it. */
const endAfterMs = 3_000;
const minHits = 4;
/** Shaking of the box: steps shorter than this many widths are not counted as a way. */
const jitterWidths = 0.05;

type OneWay = ZoneOf<'oneWay'>;
type Settings = ParametersOf<'wrong_direction'>;

/** The way of one track through the zone. */
interface Passage {
  readonly sinceMs: number;
  seenAtMs: number;
  at: PointNorm;
  /** Way against and along the direction, in widths of the vehicle. */
  against: number;
  along: number;
  across: number;
  /** Since when it goes against the direction without a turn. */
  wrongSinceMs: number | null;
  draft: SceneEventDraft | null;
}

/** A vehicle goes through a zone against the permitted direction. */
export const createDirectionRule: RuleFactory<'wrong_direction'> = (context) => new Direction(context);

class Direction implements SceneRule {
  readonly #context: RuleContext<'wrong_direction'>;
  /** By zone and track. */
  readonly #passages = new Map<string, Passage>();

  constructor(context: RuleContext<'wrong_direction'>) {
    this.#context = context;
  }

  step(facts: SceneFacts): RuleStep {
    const { nowMs } = facts;
    if (facts.continuity !== 'same') this.#passages.clear();
    const drafts: SceneEventDraft[] = [];
    for (const zone of zonesOfKind(facts.zones, 'oneWay')) {
      if (!applies(zone, nowMs)) continue;
      for (const track of facts.tracks) {
        const draft = this.#follow(zone, track, facts);
        if (draft !== null) drafts.push(draft);
      }
    }
    for (const [key, { seenAtMs, draft }] of this.#passages) {
      if (nowMs - seenAtMs <= endAfterMs) continue;
      this.#passages.delete(key);
      if (draft === null) continue;
      const because = traceEntry('left the lane, ms', seenAtMs, nowMs, nowMs - seenAtMs, endAfterMs);
      drafts.push(endEvent(draft, seenAtMs, because));
    }
    return { drafts };
  }

  #follow(zone: OneWay, track: Track, facts: SceneFacts): SceneEventDraft | null {
    const { nowMs, canvas } = facts;
    if (!isCarrier(track.className) || track.className === 'person') return null;
    if (track.hits < minHits || track.lastSeenAtMs !== nowMs) return null;
    const at = footOf(track.box);
    if (!isInside(zone.polygonNorm, ...at)) return null;
    const key = `${zone.zoneId} ${track.trackId}`;
    const known = this.#passages.get(key);
    if (known === undefined) {
      const way = { against: 0, along: 0, across: 0, wrongSinceMs: null, draft: null };
      this.#passages.set(key, { sinceMs: nowMs, seenAtMs: nowMs, at, ...way });
      return null;
    }
    known.seenAtMs = nowMs;
    measure(known, zone, { at, nowMs, widthNorm: track.box.wNorm, aspect: canvas.widthPx / canvas.heightPx });
    return known.draft === null && !facts.isHeld ? this.#judge(known, zone, track, facts) : null;
  }

  #judge(passage: Passage, zone: OneWay, track: Track, { nowMs, zones }: SceneFacts): SceneEventDraft | null {
    const rule = settingsOf(this.#context.parameters, zone);
    const { wrongSinceMs, against, along, across } = passage;
    if (wrongSinceMs === null || nowMs - wrongSinceMs < rule.minTravelMs) return null;
    const share = against / Math.max(against + along + across, 1e-6);
    if (against < rule.minTravelWidths || share < againstShare) return null;
    passage.draft = beginEvent({
      ...this.#context,
      zoneId: zone.zoneId,
      subject: track.trackId,
      startedAtMs: wrongSinceMs,
      nowMs,
      box: track.box,
      actor: actorOf(track),
      confidence: track.confidence * share,
      suppression: ignoredBy(track.box, zones, nowMs),
      trace: [
        traceEntry('against the direction, ms', wrongSinceMs, nowMs, nowMs - wrongSinceMs, rule.minTravelMs),
        traceEntry('way against the direction, widths', wrongSinceMs, nowMs, against, rule.minTravelWidths),
        traceEntry('of its way against the direction, share', passage.sinceMs, nowMs, share, againstShare),
        traceEntry('detector is sure, share', passage.sinceMs, nowMs, track.confidence, null),
      ],
    });
    return passage.draft;
  }
}

/** Add the step since the last picture to the way of a track, in its own widths. */
function measure(
  passage: Passage,
  { directionNorm: [from, to] }: OneWay,
  now: {
    readonly at: PointNorm;
    readonly nowMs: number;
    readonly widthNorm: number;
    readonly aspect: number;
  },
): void {
  const { at, nowMs, aspect } = now;
  const width = Math.max(now.widthNorm, 1e-4);
  const [dx, dy] = [(at[0] - passage.at[0]) / width, (at[1] - passage.at[1]) / aspect / width];
  const step = Math.hypot(dx, dy);
  if (step < jitterWidths) return;
  passage.at = at;
  const [wayX, wayY] = [to[0] - from[0], (to[1] - from[1]) / aspect];
  const length = Math.hypot(wayX, wayY);
  if (length === 0) return;
  const forward = (dx * wayX + dy * wayY) / length;
  passage.across += Math.sqrt(Math.max(0, step * step - forward * forward));
  if (forward >= 0) {
    passage.along += forward;
    // A turn back into the permitted direction: what came before may have been manoeuvring.
    if (forward > 2 * jitterWidths) {
      passage.wrongSinceMs = null;
      passage.against = 0;
    }
    return;
  }
  passage.against -= forward;
  passage.wrongSinceMs ??= nowMs;
}

const settingsOf = (common: Settings, zone: OneWay): Settings => ({
  minTravelMs: zone.minTravelMs ?? common.minTravelMs,
  minTravelWidths: zone.minTravelWidths ?? common.minTravelWidths,
});
