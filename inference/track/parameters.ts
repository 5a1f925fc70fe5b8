/**
 * What the tracker goes by: one set for every camera, frame rate and class. Sizes are shares of a box's own side,
 * times are milliseconds or seconds of captured time, never frames.
 */
export const parameters = {
  /** A measured box is off by this share of its side. */
  measurementShare: 0.05,
  /** A velocity changes by this many sides per second, each second. */
  accelerationShare: 1.2,
  /** A new track may move at up to this many of its sides per second. */
  initialSpeedShare: 6,
  /** A side changes by this share of itself in a second. */
  sideShare: 0.6,
  /** While nobody sees it, a track slows down with this time constant. */
  coastS: 8,

  /** Boxes are compared grown by so many standard deviations of where the track is expected, … */
  growthPerDeviation: 0.6,
  /** … but at least and at most by this share of their sides. */
  minGrowth: 0.05,
  maxGrowth: 0.5,
  /** The grown boxes must share this much (IoU), … */
  minOverlap: 0.2,
  /** … and this much more after a second without being seen: by then anybody may be near. */
  strictnessPerS: 0.4,
  /** A second try, where the track was in the last look, grows them by this much more. */
  secondGrowth: 0.25,
  /** Being sure of a detection counts as much as this much overlap. */
  confidenceWeight: 0.05,
  /** A detection of more than this many times the size, or less than its inverse, is something else. */
  maxSizeRatio: 2,
  /** The same for new tracks and at the border of the picture, where boxes are cut. */
  maxSizeRatioUnsure: 2.5,
  /** The same for a track that was not seen for `lostMs`. */
  maxSizeRatioLost: 1.6,
  lostMs: 200,

  /** A weak detection may be a reflection or a neighbour: only a track seen so recently may take it. */
  weakWithinMs: 1_000,
  /**
   * A track counts once its detections add up to this: one of confidence 1 is worth 1, one at `evidenceFloor` times
   * the report threshold nothing.
   */
  minEvidence: 1.7,
  evidenceFloor: 0.7,
  /** Missed for longer than this before that, it begins anew to gather them, … */
  evidenceGapMs: 250,
  /** … and after this long it was a flicker. */
  maxTentativeMissMs: 1_000,
  /** Afterwards this long; then it has ended. */
  maxLostMs: 3_000,
  /** Time between two looks counts up to this: when the detector was not asked, nothing moved. */
  maxLookGapMs: 1_000,
};
