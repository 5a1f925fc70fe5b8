/** What is common to all rules; one set for every camera. Times in ms, shares of 1. */
export const sceneParameters = {
  /** Longest side of the raster that is judged: 2 picture pixels per cell at 640. */
  gridColumns: 320,
  layers: {
    restAfterMs: 1_500,
    goneAfterMs: 2_000,
    backgroundMs: 12_000,
    noiseMs: 20_000,
    doubtfulMs: 1_500,
    youngMs: 9_000,
  },
  /** More than this share of the picture changes at once: light, exposure or the camera itself. */
  globalChangeShare: 0.4,
  holdMs: 5_000,
  giveUpHoldMs: 12_000,
  /** After a damaged picture the next ones must be whole for so long. */
  damagedHoldMs: 1_200,
  maxStepMs: 1_000,
  maxGapMs: 10_000,
  /** Nothing has moved for so long, and no rule waits for anything: the scene is looked at this often only. */
  idleAfterMs: 4_000,
  idleStepMs: 1_000,
  maxShiftPx: 48,
  moverMemoryMs: 20_000,
  forgetTrackMs: 120_000,
  detectAfterMotionMs: 2_000,
  detectCandidateEveryMs: 1_000,
  detectAnywayEveryMs: 10_000,
} as const;
