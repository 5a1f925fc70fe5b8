import type { ScoredBoxPx } from '../mot-text.ts';
import type { IdentifiedBox } from '../sequence.ts';

/** One frame further: what the detector found in it, and what the tracker reports of it. */
export type FrameTracker = (detections: readonly ScoredBoxPx[]) => readonly IdentifiedBox[];
