/** A stretch of a file whose time stamps run on without a break. */
export interface Stretch {
  /** First time stamp, in ms of the file's own clock. */
  readonly ptsMs: number;
  /** The same moment in ms since the first picture. */
  readonly mediaTimeMs: number;
}

/** Maps the time stamps of a recorded file to milliseconds since its first picture. */
export interface FileTimeline {
  readonly stretches: readonly Stretch[];
  readonly lastPtsMs: number;
  readonly lastMediaTimeMs: number;
}

export interface TimelineRules {
  /**
   * Broadcast containers (MPEG-TS, MPEG-PS) promise no running clock: a step forward by more than this is a break.
   * Null where the container keeps true times: a long gap is then a pause of the camera.
   */
  readonly maxStepMs: number | null;
  /** Step that is assumed over a break: the distance of two pictures. */
  readonly nominalStepMs: number;
}

/**
 * Take the next picture, in the order they are shown. Time never stands still and never runs backwards.
 * @param timeline null before the first picture.
 */
export function stepFileTimeline(
  timeline: FileTimeline | null,
  ptsMs: number,
  { maxStepMs, nominalStepMs }: TimelineRules,
): FileTimeline {
  if (timeline === null) {
    return { stretches: [{ ptsMs, mediaTimeMs: 0 }], lastPtsMs: ptsMs, lastMediaTimeMs: 0 };
  }
  const stepMs = ptsMs - timeline.lastPtsMs;
  if (stepMs > 0 && (maxStepMs === null || stepMs <= maxStepMs)) {
    return { ...timeline, lastPtsMs: ptsMs, lastMediaTimeMs: timeline.lastMediaTimeMs + stepMs };
  }
  const mediaTimeMs = timeline.lastMediaTimeMs + nominalStepMs;
  return {
    stretches: [...timeline.stretches, { ptsMs, mediaTimeMs }],
    lastPtsMs: ptsMs,
    lastMediaTimeMs: mediaTimeMs,
  };
}

/** The file's own time stamp at a moment; moments before the first picture become the first. */
export function ptsAt(timeline: FileTimeline, mediaTimeMs: number): number {
  const [first] = timeline.stretches;
  if (first === undefined) return mediaTimeMs;
  const stretch = timeline.stretches.findLast((candidate) => candidate.mediaTimeMs <= mediaTimeMs) ?? first;
  return stretch.ptsMs + Math.max(0, mediaTimeMs - stretch.mediaTimeMs);
}
