/** What nobody sets: one set for every camera, nothing depends on a place. Times in ms, shares of 1. */
export const rules = {
  /** Gaps of this many cells in a region are closed before its area is measured. */
  gapCells: 2,
  /** Below this a region is noise: about 5 × 5 cells, 10 × 10 px of a picture of 640. */
  minAreaShare: 0.0003,
  minAreaCells: 20,
  /** Above this it is not a thing but another light or another view. */
  maxAreaShare: 0.2,
  /** The ground shows in this share of a thing for so long: it has gone. */
  goneShare: 0.6,
  goneAfterMs: 800,
  /** So much of a thing must be told from its ground after the light was switched. */
  relitShare: 0.4,
  /** Parts of one thing come to rest within this time of each other (the bringer may hide a part at first). */
  togetherMs: 3_000,
  /** A thing that was seen for so long is not taken for part of open ground this many times as large beside it. */
  knownAfterMs: 2_000,
  swallowedBy: 2,
  openGroundBelow: 0.5,
  /** The put-down is the moment from which this share of its cells rests. */
  restQuantile: 0.25,
  /** The put-down moved by more than this while somebody was there: it is another thing. */
  renewedMs: 1_500,
  /** Who leaves a thing moves away from it within this time. */
  leaveWithinMs: 6_000,
  /** So long after the put-down a better bringer may still turn up. */
  chooseBringerMs: 3_000,
  /** What moved is remembered for 20 s, of which the time before the put-down is needed as well. */
  arrivalKnownMs: 15_000,
  searchEveryMs: 450,
  /** A thing that is not found for this long has gone. */
  lostAfterMs: 4_000,
  /** What rests this long without being raised belongs to the place. */
  absorbAfterMs: 600_000,
  doubtAfterHoldMs: 3_000,
  /** So long the background is young, and so long it must have been seen before it is known. */
  youngMs: 5_000,
  leastSupportMs: 3_000,
  /** Another heap within this time after they had left the last one belongs to the same visit. */
  sameVisitMs: 20_000,
  continueTrackMs: 5_000,
  /** Faster than this many of their widths per second somebody passes by and does not stand there. */
  passingWidthsPerS: 0.5,
  /** The detector is so sure of a person that it is none of the things it takes for one. */
  plainPersonFrom: 0.6,
  /** So sure is enough where what rests is as tall as a person. */
  tallPersonFrom: 0.5,
  /** So sure of a vehicle it is none of them either. */
  plainVehicleFrom: 0.55,
  /** So many times as large as a thing nobody is who is the thing, misread. */
  largerPerson: 3,
  /** What rests in the box in which somebody was last seen, and is so tall against their tallest, may be they. */
  ownBoxIou: 0.5,
  ownHeightShare: 0.6,
  /** What carries a thing is so many times as large. */
  carriedBy: 2,
  /** What stood so long was no passer-by; it is remembered for so long after it has left. */
  standsForMs: 2_500,
  rememberStanderMs: 120_000,
  /** So near to it lies what it leaves, and so soon after it has left shows what it hid. */
  standsWithinCells: 6,
  standsWithinSizes: 0.6,
  revealedWithinMs: 4_000,
  /** So long after it has left all of it has left, and what stays was not a part of it. */
  settledAfterLeavingMs: 1_500,
  /** A thing that flew is so large against what moved where it came to rest. */
  thrownShare: [0.3, 2.5],
  /** What something came out of is so many times as large as its box. */
  splitOffTimes: 1.3,
  /** Lower than this share of the bringer's height nobody is who stands or sits. */
  lowestPersonShare: 0.5,
  /** A raised thing has gone when the ground shows in this share of it for so long. */
  clearedShare: 0.7,
  clearedAfterMs: 5_000,
  /** So many looks of what changed, no larger than this share of the picture, are remembered for so long. */
  pastLooks: 40,
  pastAreaShare: 0.05,
  rememberLookMs: 6 * 3_600_000,
  /** The same one has so many cells in common, and shows in so many. */
  sameCells: 0.8,
  sameLook: 0.85,
  /** A box that has changed less than this is not worth a new revision. */
  sameBoxIou: 0.75,
} as const;
