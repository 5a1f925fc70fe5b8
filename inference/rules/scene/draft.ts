import type { BoxNorm, RuleTraceEntry, SceneEvent, Suppression } from '../../../contracts/index.ts';

/** A scene event as far as pixels tell it; the shell adds media and where the camera stands. */
export type SceneEventDraft = Omit<
  SceneEvent,
  'areaCode' | 'sourceWidthPx' | 'sourceHeightPx' | 'location' | 'poleNumber' | 'clockOffsetMs' | 'media'
> & {
  /** Set where a zone says that this is no alert. */
  readonly suppression: Suppression | null;
};

/** One condition of a rule, from when to when it held; measured figures rounded to thousandths. */
export const traceEntry = (
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

/** What is being watched and why nothing was raised of it yet: for the lab and for logs. */
export interface Candidate {
  readonly box: BoxNorm;
  readonly restSinceMs: number;
  readonly verdict: string;
  readonly leftScore: number;
  readonly strangeScore: number;
  readonly movedShare: number;
  readonly selfArrival: number | null;
  readonly calmShare: number;
  readonly coveredShare: number;
  readonly bringerTrackId: string | null;
}
