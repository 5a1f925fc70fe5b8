import type { ParametersOf, ZoneOf } from '../../../contracts/index.ts';
import type { Track } from '../../track/index.ts';
import { type SceneEventDraft, traceEntry } from '../scene/draft.ts';
import { beginEvent, endEvent, reviseEvent } from '../scene/event-draft.ts';
import type { RuleContext, RuleFactory, RuleStep, SceneFacts, SceneRule } from '../scene/scene-rule.ts';
import { unionNorm } from '../scene/union.ts';
import { applies, ignoredBy, standsIn, zonesOfKind } from '../scene/zones.ts';

/** The count follows what is seen with this time constant: people hide each other for a moment. */
const followMs = 3_000;
/** It is over when fewer than this share of the limit stay for so long. */
const endShare = 0.7;
const endAfterMs = 10_000;
/** Told anew when the crowd has grown by this factor. */
const growth = 1.5;
/** A dense group is a crowd from so many persons on. */
const leastPersons = 4;

type Crowd = ZoneOf<'crowd'>;
type Settings = ParametersOf<'crowding'>;

interface Watch {
  /** Smoothed number of persons. */
  count: number;
  areaM2: number | null;
  fullSinceMs: number | null;
  thinSinceMs: number | null;
  told: number;
  draft: SceneEventDraft | null;
}

/** Many persons stay in one area: by their number, and by their density where the ground is known in metres. */
export const createCrowdingRule: RuleFactory<'crowding'> = (context) => new Crowding(context);

class Crowding implements SceneRule {
  readonly #context: RuleContext<'crowding'>;
  readonly #watches = new Map<string, Watch>();

  constructor(context: RuleContext<'crowding'>) {
    this.#context = context;
  }

  needsDetector(): boolean {
    return [...this.#watches.values()].some(({ count, draft }) => count >= 1 || draft !== null);
  }

  step(facts: SceneFacts): RuleStep {
    const { nowMs } = facts;
    const zones = zonesOfKind(facts.zones, 'crowd').filter((zone) => applies(zone, nowMs));
    const drafts = zones.flatMap((zone) => this.#stepZone(zone, facts) ?? []);
    for (const [zoneId, { draft, count }] of this.#watches) {
      if (zones.some((zone) => zone.zoneId === zoneId)) continue;
      this.#watches.delete(zoneId);
      if (draft !== null)
        drafts.push(endEvent(draft, nowMs, traceEntry('persons left', nowMs, nowMs, count, null)));
    }
    return { drafts };
  }

  #stepZone(zone: Crowd, facts: SceneFacts): SceneEventDraft | null {
    const { nowMs, dtMs, ground } = facts;
    const rule = settingsOf(this.#context.parameters, zone);
    const watch = this.#watches.get(zone.zoneId) ?? newWatch();
    // The asset file may come later than the first picture.
    watch.areaM2 ??= ground?.areaM2(zone.polygonNorm) ?? null;
    this.#watches.set(zone.zoneId, watch);
    const persons = facts.tracks.filter((track) => isPerson(track) && standsIn(track.box, zone));
    watch.count += (1 - Math.exp(-dtMs / followMs)) * (persons.length - watch.count);
    const perM2 = watch.areaM2 === null ? null : watch.count / watch.areaM2;
    const ratio = Math.max(
      watch.count / rule.minPersons,
      perM2 === null || watch.count < leastPersons ? 0 : perM2 / rule.minPersonsPerM2,
    );
    // A smoothed count comes near the real one only slowly: half a person is rounding.
    const isFull = ratio >= 1 - 0.5 / rule.minPersons;
    watch.fullSinceMs = isFull ? (watch.fullSinceMs ?? nowMs) : null;
    watch.thinSinceMs = ratio < endShare ? (watch.thinSinceMs ?? nowMs) : null;
    const { draft, fullSinceMs, thinSinceMs } = watch;
    if (draft === null) {
      const isCrowd = fullSinceMs !== null && nowMs - fullSinceMs >= rule.minStayMs && persons.length > 0;
      return isCrowd && !facts.isHeld ? this.#begin(watch, zone, persons, fullSinceMs, facts) : null;
    }
    if (thinSinceMs !== null && nowMs - thinSinceMs >= endAfterMs) {
      watch.draft = null;
      return endEvent(
        draft,
        thinSinceMs,
        traceEntry('persons left', thinSinceMs, nowMs, watch.count, endShare * rule.minPersons),
      );
    }
    if (watch.count < growth * watch.told) return null;
    watch.told = watch.count;
    watch.draft = reviseEvent(draft, {
      box: unionNorm(persons.map(({ box }) => box)),
      trace: [...draft.trace, traceEntry('persons', nowMs, nowMs, watch.count, rule.minPersons)],
    });
    return watch.draft;
  }

  #begin(
    watch: Watch,
    zone: Crowd,
    persons: readonly Track[],
    sinceMs: number,
    { nowMs, zones }: SceneFacts,
  ): SceneEventDraft {
    const rule = settingsOf(this.#context.parameters, zone);
    const { count, areaM2 } = watch;
    const box = unionNorm(persons.map((track) => track.box));
    const sure = persons.reduce((sum, track) => sum + track.confidence, 0) / persons.length;
    watch.told = count;
    watch.draft = beginEvent({
      ...this.#context,
      zoneId: zone.zoneId,
      startedAtMs: sinceMs,
      nowMs,
      box,
      confidence: sure,
      caveats: areaM2 === null ? ['density-unknown'] : [],
      suppression: ignoredBy(box, zones, nowMs),
      trace: [
        traceEntry('persons', sinceMs, nowMs, count, rule.minPersons),
        ...(areaM2 === null
          ? []
          : [traceEntry('persons per m²', sinceMs, nowMs, count / areaM2, rule.minPersonsPerM2)]),
        traceEntry('crowd stays, ms', sinceMs, nowMs, nowMs - sinceMs, rule.minStayMs),
        traceEntry('detector is sure, share', sinceMs, nowMs, sure, null),
      ],
    });
    return watch.draft;
  }
}

const newWatch = (): Watch => ({
  count: 0,
  areaM2: null,
  fullSinceMs: null,
  thinSinceMs: null,
  told: 0,
  draft: null,
});

const isPerson = ({ className, state }: Track): boolean => className === 'person' && state === 'tracked';

const settingsOf = (common: Settings, zone: Crowd): Settings => ({
  minPersons: zone.minPersons ?? common.minPersons,
  minPersonsPerM2: zone.minPersonsPerM2 ?? common.minPersonsPerM2,
  minStayMs: zone.minStayMs ?? common.minStayMs,
});
