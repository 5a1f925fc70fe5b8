import type { ParametersOf, ZoneOf } from '../../../contracts/index.ts';
import { isCarrier, type Track } from '../../track/index.ts';
import { type SceneEventDraft, traceEntry } from '../scene/draft.ts';
import { actorOf, beginEvent, endEvent, reviseEvent } from '../scene/event-draft.ts';
import type { RuleContext, RuleFactory, RuleStep, SceneFacts, SceneRule } from '../scene/scene-rule.ts';
import { unionNorm } from '../scene/union.ts';
import { applies, ignoredBy, standsIn, zonesOfKind } from '../scene/zones.ts';

/** A track that is lost for less than this is still there. */
const lostForMs = 2_000;
/** Nobody seen inside for this long: they have left. */
const endAfterMs = 6_000;
/** Seen less often a track may be a flicker of the detector. */
const minHits = 3;

type Restricted = ZoneOf<'restricted'>;

interface Visit {
  sinceMs: number;
  seenAtMs: number;
  track: Track;
}

/** What goes on in one restricted zone. */
interface Watch {
  readonly visits: Map<string, Visit>;
  draft: SceneEventDraft | null;
  /** The most intruders at once that the event has told of. */
  told: number;
  lastInsideMs: number;
}

/** Somebody is where nobody may be: one event per zone, from the first to the last of them. */
export const createIntrusionRule: RuleFactory<'intrusion'> = (context) => new Intrusion(context);

class Intrusion implements SceneRule {
  readonly #context: RuleContext<'intrusion'>;
  readonly #watches = new Map<string, Watch>();

  constructor(context: RuleContext<'intrusion'>) {
    this.#context = context;
  }

  needsDetector(): boolean {
    return [...this.#watches.values()].some(({ visits, draft }) => visits.size > 0 || draft !== null);
  }

  step(facts: SceneFacts): RuleStep {
    if (facts.continuity !== 'same') for (const { visits } of this.#watches.values()) visits.clear();
    const zones = zonesOfKind(facts.zones, 'restricted').filter((zone) => applies(zone, facts.nowMs));
    const drafts = zones.flatMap((zone) => this.#stepZone(zone, facts) ?? []);
    for (const [zoneId, watch] of this.#watches) {
      if (zones.some((zone) => zone.zoneId === zoneId)) continue;
      this.#watches.delete(zoneId);
      if (watch.draft !== null) drafts.push(this.#end(watch.draft, watch.lastInsideMs, facts.nowMs));
    }
    return { drafts };
  }

  #stepZone(zone: Restricted, facts: SceneFacts): SceneEventDraft | null {
    const { nowMs, isHeld } = facts;
    const rule = settingsOf(this.#context.parameters, zone);
    const watch = this.#watches.get(zone.zoneId) ?? newWatch();
    this.#watches.set(zone.zoneId, watch);
    for (const track of facts.tracks) {
      if (!isIntruder(track, rule, facts) || !standsIn(track.box, zone)) continue;
      const visit = watch.visits.get(track.trackId);
      if (visit === undefined) watch.visits.set(track.trackId, { sinceMs: nowMs, seenAtMs: nowMs, track });
      else Object.assign(visit, { seenAtMs: nowMs, track });
    }
    for (const [trackId, { seenAtMs }] of watch.visits) {
      if (nowMs - seenAtMs > lostForMs) watch.visits.delete(trackId);
    }
    const inside = [...watch.visits.values()].filter(({ sinceMs }) => nowMs - sinceMs >= rule.minStayMs);
    if (inside.length > 0) watch.lastInsideMs = nowMs;
    if (watch.draft === null)
      return isHeld || inside.length === 0 ? null : this.#begin(watch, zone, inside, nowMs, facts);
    if (nowMs - watch.lastInsideMs > endAfterMs) {
      const ended = this.#end(watch.draft, watch.lastInsideMs, nowMs);
      watch.draft = null;
      return ended;
    }
    if (inside.length <= watch.told) return null;
    watch.told = inside.length;
    watch.draft = reviseEvent(watch.draft, {
      box: unionNorm(inside.map(({ track }) => track.box)),
      trace: [...watch.draft.trace, traceEntry('intruders at once', nowMs, nowMs, inside.length, 1)],
    });
    return watch.draft;
  }

  #begin(
    watch: Watch,
    zone: Restricted,
    inside: readonly Visit[],
    nowMs: number,
    facts: SceneFacts,
  ): SceneEventDraft {
    const [first] = inside.toSorted((a, b) => a.sinceMs - b.sinceMs);
    if (first === undefined) throw new RangeError('Nobody is inside.');
    const { track, sinceMs } = first;
    const { minStayMs } = settingsOf(this.#context.parameters, zone);
    watch.told = inside.length;
    watch.draft = beginEvent({
      ...this.#context,
      zoneId: zone.zoneId,
      startedAtMs: sinceMs,
      nowMs,
      box: unionNorm(inside.map((visit) => visit.track.box)),
      actor: actorOf(track),
      confidence: track.confidence,
      suppression: ignoredBy(track.box, facts.zones, nowMs),
      trace: [
        traceEntry('in the restricted area, ms', sinceMs, nowMs, nowMs - sinceMs, minStayMs),
        traceEntry('detector is sure, share', sinceMs, nowMs, track.confidence, null),
        traceEntry('intruders at once', nowMs, nowMs, inside.length, 1),
      ],
    });
    return watch.draft;
  }

  #end = (draft: SceneEventDraft, lastInsideMs: number, nowMs: number): SceneEventDraft =>
    endEvent(
      draft,
      lastInsideMs,
      traceEntry('nobody inside, ms', lastInsideMs, nowMs, nowMs - lastInsideMs, endAfterMs),
    );
}

const newWatch = (): Watch => ({
  visits: new Map(),
  draft: null,
  told: 0,
  lastInsideMs: Number.NEGATIVE_INFINITY,
});

type Settings = ParametersOf<'intrusion'>;

const settingsOf = (common: Settings, { minStayMs, watches }: Restricted): Settings => ({
  minStayMs: minStayMs ?? common.minStayMs,
  watches: watches ?? common.watches,
});

/**
 * A detector also finds "persons" in posters and bushes: only who came from somewhere else counts.
 */
function isIntruder(track: Track, { watches }: Settings, { memory, nowMs }: SceneFacts): boolean {
  if (!isCarrier(track.className) || track.hits < minHits || track.state === 'lost') return false;
  if (nowMs - track.lastSeenAtMs > lostForMs) return false;
  const isPerson = track.className === 'person';
  if (watches !== 'everybody' && isPerson !== (watches === 'persons')) return false;
  return memory.get(track.trackId)?.hasMoved === true;
}
