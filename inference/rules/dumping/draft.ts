import type { BoxNorm, ParametersOf, RuleTraceEntry, Suppression } from '../../../contracts/index.ts';
import { deterministicId } from '../../../kernel/index.ts';
import { clipToPicture } from '../../track/index.ts';
import { type SceneEventDraft, traceEntry } from '../scene/draft.ts';
import { colourOf } from '../scene/vehicle-colour.ts';
import { rules } from './parameters.ts';
import { confidenceOf } from './confidence.ts';
import type { Verdict } from './judge.ts';
import type { RestingThing } from './resting-thing.ts';

interface Where {
  readonly cameraId: string;
  readonly ruleId: string;
  readonly zoneId: string;
  readonly suppression: Suppression | null;
  /** With the zone's own stay time, where it has one. */
  readonly rule: ParametersOf<'illegal_dumping'>;
}

/** The first revision of an event; its id follows from camera, rule, zone and put-down, so a replay makes it again. */
export function makeDraft(
  thing: RestingThing,
  nowMs: number,
  verdict: Extract<Verdict, { kind: 'raise' }>,
  { cameraId, ruleId, zoneId, suppression, rule }: Where,
): SceneEventDraft {
  const startedAtMs = Math.round(thing.restSinceMs);
  const departedAtMs = Math.round(verdict.departedAtMs);
  const { bringer } = thing;
  return {
    eventId: deterministicId('sceneEvent', cameraId, ruleId, zoneId, startedAtMs),
    revision: 0,
    cameraId,
    kind: 'illegal_dumping',
    phase: 'started',
    ruleId,
    zoneId,
    startedAtMs,
    raisedAtMs: nowMs,
    moments: {
      arrivedAtMs: bringer === null ? null : Math.min(bringer.arrivedAtMs, startedAtMs),
      putDownAtMs: startedAtMs,
      departedAtMs,
      clearedAtMs: null,
    },
    box: clipToPicture(thing.box),
    actor:
      bringer === null
        ? null
        : {
            className: bringer.className,
            trackId: bringer.trackId,
            box: clipToPicture(bringer.boxAtPutDown),
            colour: colourOf(bringer.className, bringer.colours),
            enteredFrom: bringer.enteredFrom,
            leftTo: thing.leftTo,
          },
    confidence: confidenceOf(thing),
    caveats: [...verdict.caveats],
    suppression,
    trace: traceOf(thing, nowMs, rule, departedAtMs),
  };
}

/** The thing has gone from its place. */
export const endDraft = (
  draft: SceneEventDraft,
  goneSinceMs: number,
  nowMs: number,
  groundShare: number,
): SceneEventDraft => ({
  ...draft,
  phase: 'ended',
  revision: draft.revision + 1,
  moments: { ...draft.moments, clearedAtMs: goneSinceMs },
  trace: [
    ...draft.trace,
    traceEntry(
      'cleared: share of it that shows the ground',
      goneSinceMs,
      nowMs,
      groundShare,
      rules.clearedShare,
    ),
  ],
});

/** The thing lies elsewhere now (`replace`), or more lies with it (`add`). */
export const moveDraft = (draft: SceneEventDraft, box: BoxNorm, how: 'replace' | 'add'): SceneEventDraft => ({
  ...draft,
  phase: 'updated',
  revision: draft.revision + 1,
  box: how === 'replace' ? clipToPicture(box) : unionNorm(draft.box, clipToPicture(box)),
});

/** More of the same visit lies there as well. */
export const joinDraft = (draft: SceneEventDraft, thing: RestingThing, nowMs: number): SceneEventDraft => {
  const joined = moveDraft(draft, thing.box, 'add');
  return {
    ...joined,
    trace: [
      ...draft.trace,
      traceEntry(
        'another heap of the same visit',
        thing.restSinceMs,
        nowMs,
        thing.appearance.leftScore,
        null,
      ),
    ],
  };
};

function unionNorm(a: BoxNorm, b: BoxNorm): BoxNorm {
  const xNorm = Math.min(a.xNorm, b.xNorm);
  const yNorm = Math.min(a.yNorm, b.yNorm);
  return {
    xNorm,
    yNorm,
    wNorm: Math.max(a.xNorm + a.wNorm, b.xNorm + b.wNorm) - xNorm,
    hNorm: Math.max(a.yNorm + a.hNorm, b.yNorm + b.hNorm) - yNorm,
  };
}

function traceOf(
  thing: RestingThing,
  nowMs: number,
  rule: ParametersOf<'illegal_dumping'>,
  departedAtMs: number,
): RuleTraceEntry[] {
  const { restSinceMs, bringer, whereabouts: where } = thing;
  const entries = [
    traceEntry('rest ms', restSinceMs, nowMs, nowMs - restSinceMs, rule.minRestMs),
    traceEntry('outline belongs to now, share', restSinceMs, nowMs, thing.appearance.leftScore, null),
    traceEntry('seen unmoved, share', restSinceMs, nowMs, thing.calmMs / Math.max(thing.lookedMs, 1), null),
  ];
  if (thing.selfArrival !== null) {
    entries.push(
      traceEntry('size against what moved there, ratio', restSinceMs, nowMs, thing.selfArrival, null),
    );
  }
  if (bringer === null) return entries;
  entries.push(
    traceEntry('bringer in the picture', bringer.arrivedAtMs, departedAtMs, null, null),
    traceEntry('bringer at put-down, widths', restSinceMs, restSinceMs, bringer.distanceWidths, null),
    traceEntry('bringer away ms', departedAtMs, nowMs, nowMs - departedAtMs, rule.minAwayMs),
  );
  if (where?.kind === 'away') {
    entries.push(traceEntry('bringer away, widths', departedAtMs, nowMs, where.widths, rule.awayWidths));
  }
  return entries;
}
