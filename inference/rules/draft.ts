import type { BoxNorm, RuleTraceEntry } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import { clipToPicture } from '../track/index.ts';
import { rules } from './parameters.ts';
import { confidenceOf, type DumpingRule, type RestingThing, type Verdict } from './resting-thing.ts';
import type { SceneEventDraft } from './scene-options.ts';

interface Where {
  readonly cameraId: string;
  readonly zoneId: string;
  /** With the zone's own stay time, where it has one. */
  readonly rule: DumpingRule;
}

/** The first revision of an event; its id follows from camera, rule, zone and put-down, so a replay makes it again. */
export function makeDraft(
  thing: RestingThing,
  nowMs: number,
  verdict: Extract<Verdict, { kind: 'raise' }>,
  { cameraId, zoneId, rule }: Where,
): SceneEventDraft {
  const startedAtMs = Math.round(thing.restSinceMs);
  const departedAtMs = Math.round(verdict.departedAtMs);
  const { bringer } = thing;
  return {
    eventId: deterministicId('sceneEvent', cameraId, rules.ruleId, zoneId, startedAtMs),
    revision: 0,
    cameraId,
    kind: 'illegal_dumping',
    phase: 'started',
    ruleId: rules.ruleId,
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
            colour: null,
            enteredFrom: bringer.enteredFrom,
            leftTo: thing.leftTo,
          },
    confidence: confidenceOf(thing),
    caveats: [...verdict.caveats],
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
    entry('cleared: share of it that shows the ground', goneSinceMs, nowMs, groundShare, rules.clearedShare),
  ],
});

/** The thing lies elsewhere now (`replace`), or more lies with it (`add`). */
export const moveDraft = (draft: SceneEventDraft, box: BoxNorm, how: 'replace' | 'add'): SceneEventDraft => ({
  ...draft,
  phase: 'updated',
  revision: draft.revision + 1,
  box: how === 'replace' ? clipToPicture(box) : unionNorm(draft.box, clipToPicture(box)),
});

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

const entry = (
  condition: string,
  fromMs: number,
  toMs: number | null,
  measured: number | null,
  threshold: number | null,
): RuleTraceEntry => ({
  condition,
  fromMs: Math.round(fromMs),
  toMs: toMs === null ? null : Math.round(toMs),
  measured: measured === null ? null : Math.round(measured * 1_000) / 1_000,
  threshold,
});

function traceOf(
  thing: RestingThing,
  nowMs: number,
  rule: DumpingRule,
  departedAtMs: number,
): RuleTraceEntry[] {
  const { restSinceMs, bringer, whereabouts: where } = thing;
  const entries = [
    entry('rest ms', restSinceMs, nowMs, nowMs - restSinceMs, rule.minRestMs),
    entry('outline belongs to now, share', restSinceMs, nowMs, thing.appearance.leftScore, null),
    entry('seen unmoved, share', restSinceMs, nowMs, thing.calmMs / Math.max(thing.lookedMs, 1), null),
  ];
  if (thing.selfArrival !== null) {
    entries.push(entry('size against what moved there, ratio', restSinceMs, nowMs, thing.selfArrival, null));
  }
  if (bringer === null) return entries;
  entries.push(
    entry('bringer in the picture', bringer.arrivedAtMs, departedAtMs, null, null),
    entry('bringer at put-down, widths', restSinceMs, restSinceMs, bringer.distanceWidths, null),
    entry('bringer away ms', departedAtMs, nowMs, nowMs - departedAtMs, rule.minAwayMs),
  );
  if (where?.kind === 'away') {
    entries.push(entry('bringer away, widths', departedAtMs, nowMs, where.widths, rule.awayWidths));
  }
  return entries;
}
