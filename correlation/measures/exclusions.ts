import { monthOf } from './calendar.ts';
import { dayStartMs } from './duty.ts';
import type { Span } from './intervals.ts';
import { intersectSpans, joinSpans, type Spans, subtractSpans } from './spans.ts';

/** Somebody asks not to be judged on a camera for a while. */
export interface ExclusionRequest {
  readonly exclusionId: string;
  readonly cameraId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
  /** Blank: nobody approved it. */
  readonly approver: string;
  /** Null: not known; such a record never was in time. */
  readonly createdAtMs: number | null;
  /** Number of the proof; blank: none. */
  readonly evidence: string;
  /** Above 0: the id was used before in the same listing, also where that use is not among the requests. */
  readonly ordinal?: number;
}

/** Accepted, or the first check that failed. */
export type ExclusionVerdict =
  | 'accepted'
  | 'duplicateId'
  | 'unknownCamera'
  | 'badInterval'
  | 'retiredIsAState'
  | 'unknownReason'
  | 'noApprover'
  | 'createdAfterStart'
  | 'filedLate'
  | 'noEvidence'
  | 'outsideTrial';

/** What of one camera is excluded, and why the rest is not. */
export interface CameraExclusion {
  /** Accepted records, each with the part that the cap left of it. */
  readonly records: readonly { readonly exclusionId: string; readonly granted: Spans }[];
  /** Union of all granted parts. */
  readonly granted: Spans;
  readonly capCuts: readonly CapCut[];
}

/** A stretch that the allowance of a calendar month no longer reached. */
export interface CapCut {
  readonly cameraId: string;
  /** `YYYY-MM` in +08:00. */
  readonly month: string;
  readonly fromMs: number;
  readonly refusedSeconds: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const trialMs = 90 * dayMs;
const filingMs = 24 * hourMs;
/** Per camera and calendar month (rule R10). */
const capMs = 8 * hourMs;

const reasons = new Set(['plannedMaintenance', 'roadWorks', 'trialRun', 'gridPowerCut', 'forceMajeure']);
const planned = new Set(['plannedMaintenance', 'roadWorks', 'trialRun']);
const unplanned = new Set(['gridPowerCut', 'forceMajeure']);
const evidenced = new Set(['gridPowerCut', 'forceMajeure', 'roadWorks']);

function verdictOf(
  request: ExclusionRequest,
  isRepeated: boolean,
  installedAtMs: number | null | undefined,
): ExclusionVerdict {
  const { fromMs, toMs, reason } = request;
  const createdAtMs = request.createdAtMs ?? Infinity;
  if (isRepeated) return 'duplicateId';
  if (installedAtMs === undefined) return 'unknownCamera';
  if (toMs <= fromMs) return 'badInterval';
  if (reason === 'retired') return 'retiredIsAState';
  if (!reasons.has(reason)) return 'unknownReason';
  if (request.approver.trim() === '') return 'noApprover';
  if (planned.has(reason) && createdAtMs >= fromMs) return 'createdAfterStart';
  if (unplanned.has(reason) && createdAtMs > toMs + filingMs) return 'filedLate';
  if (evidenced.has(reason) && request.evidence.trim() === '') return 'noEvidence';
  if (reason !== 'trialRun') return 'accepted';
  const isInTrial =
    installedAtMs !== null &&
    fromMs >= dayStartMs(installedAtMs) &&
    toMs <= dayStartMs(installedAtMs) + trialMs;
  return isInTrial ? 'accepted' : 'outsideTrial';
}

/**
 * Judge every request by rule R9: the first check that fails is the verdict.
 * @param installedAtMs installation of every camera there is, null where the file does not tell it.
 * @returns verdicts in the order of the requests.
 */
export function judgeExclusions(
  requests: readonly ExclusionRequest[],
  installedAtMs: ReadonlyMap<string, number | null>,
): ExclusionVerdict[] {
  const seen = new Set<string>();
  return requests.map((request) => {
    const isRepeated = seen.has(request.exclusionId) || (request.ordinal ?? 0) > 0;
    seen.add(request.exclusionId);
    return verdictOf(request, isRepeated, installedAtMs.get(request.cameraId));
  });
}

/** Cut spans at the borders of calendar months. */
function byMonth(spans: Spans): Map<string, Span[]> {
  const months = new Map<string, Span[]>();
  for (const span of spans) {
    for (let fromMs = span.fromMs; fromMs < span.toMs; ) {
      const { name, endMs } = monthOf(fromMs);
      const toMs = Math.min(span.toMs, endMs);
      months.set(name, [...(months.get(name) ?? []), { fromMs, toMs }]);
      fromMs = toMs;
    }
  }
  return months;
}

/** The first `capMs` of a list in order. */
function firstOf(spans: Spans): Span[] {
  const granted: Span[] = [];
  let leftMs = capMs;
  for (const { fromMs, toMs } of spans) {
    const takenMs = Math.min(leftMs, toMs - fromMs);
    if (takenMs > 0) granted.push({ fromMs, toMs: fromMs + takenMs });
    leftMs -= takenMs;
  }
  return granted;
}

/**
 * What the accepted requests of one camera grant (rules R10 and R11): per calendar month the first 8 hours by the
 * clock of their union, whatever the camera did then; a trial run has no cap and uses none.
 */
export function grantExclusions(cameraId: string, accepted: readonly ExclusionRequest[]): CameraExclusion {
  const trial = joinSpans(accepted.filter(({ reason }) => reason === 'trialRun'));
  const union = joinSpans(accepted.filter(({ reason }) => reason !== 'trialRun'));
  const capped: Span[] = [];
  const capCuts: CapCut[] = [];
  for (const [month, spans] of byMonth(union)) {
    const granted = firstOf(spans);
    capped.push(...granted);
    for (const { fromMs, toMs } of subtractSpans(spans, granted)) {
      capCuts.push({ cameraId, month, fromMs, refusedSeconds: Math.round((toMs - fromMs) / 1_000) });
    }
  }
  const within = joinSpans(capped);
  return {
    records: accepted.map((request) => ({
      exclusionId: request.exclusionId,
      granted: intersectSpans(
        [{ fromMs: request.fromMs, toMs: request.toMs }],
        request.reason === 'trialRun' ? trial : within,
      ),
    })),
    granted: joinSpans([...trial, ...within]),
    capCuts,
  };
}
