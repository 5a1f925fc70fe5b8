import type {
  Actor,
  BoxNorm,
  RuleTraceEntry,
  SceneEventKind,
  Suppression,
} from '../../../contracts/index.ts';
import { deterministicId } from '../../../kernel/index.ts';
import { clipToPicture, type Track } from '../../track/index.ts';
import type { SceneEventDraft } from './draft.ts';

/** What a rule knows when it raises an event. */
export interface NewEvent {
  readonly cameraId: string;
  readonly kind: SceneEventKind;
  readonly ruleId: string;
  readonly zoneId: string;
  /** Keeps events apart that begin in one zone with the same picture, e.g. a track id. */
  readonly subject?: string;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly box: BoxNorm;
  readonly actor?: Actor | null;
  readonly confidence: number;
  readonly caveats?: readonly string[];
  readonly suppression?: Suppression | null;
  readonly trace: readonly RuleTraceEntry[];
}

const thousandths = (share: number): number => Math.round(1_000 * Math.min(1, Math.max(0, share))) / 1_000;

/** The first revision; its id follows from camera, rule, zone, start and subject, so a replay makes it again. */
export function beginEvent(event: NewEvent): SceneEventDraft {
  const startedAtMs = Math.round(event.startedAtMs);
  const { cameraId, ruleId, zoneId, subject } = event;
  const parts = subject === undefined ? [startedAtMs] : [startedAtMs, subject];
  return {
    eventId: deterministicId('sceneEvent', cameraId, ruleId, zoneId, ...parts),
    revision: 0,
    cameraId,
    kind: event.kind,
    phase: 'started',
    ruleId,
    zoneId,
    startedAtMs,
    raisedAtMs: Math.round(event.nowMs),
    moments: { arrivedAtMs: startedAtMs, putDownAtMs: null, departedAtMs: null, clearedAtMs: null },
    box: clipToPicture(event.box),
    actor: event.actor ?? null,
    confidence: thousandths(event.confidence),
    caveats: [...(event.caveats ?? [])],
    suppression: event.suppression ?? null,
    trace: [...event.trace],
  };
}

/** The same event, told anew because something of it has changed. */
export const reviseEvent = (
  draft: SceneEventDraft,
  change: Partial<Pick<SceneEventDraft, 'box' | 'confidence' | 'caveats' | 'trace'>>,
): SceneEventDraft => ({
  ...draft,
  ...change,
  box: clipToPicture(change.box ?? draft.box),
  phase: 'updated',
  revision: draft.revision + 1,
});

/** It is over. @param clearedAtMs since when. @param because what is added to the trace. */
export const endEvent = (
  draft: SceneEventDraft,
  clearedAtMs: number,
  because: RuleTraceEntry,
): SceneEventDraft => ({
  ...draft,
  phase: 'ended',
  revision: draft.revision + 1,
  moments: { ...draft.moments, clearedAtMs: Math.max(draft.startedAtMs, Math.round(clearedAtMs)) },
  trace: [...draft.trace, because],
});

/** A track as the one whom an event is about. */
export const actorOf = (track: Track): Actor => ({
  className: track.className,
  trackId: track.trackId,
  box: clipToPicture(track.box),
  colour: null,
  enteredFrom: null,
  leftTo: null,
});
