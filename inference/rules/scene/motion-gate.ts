/** Every so many pixels in both directions one is looked at. */
const strideP = 4;
/** A pixel has changed by more than noise and compression do. */
const changedBy = 14;
/** Share of the looked-at pixels that must change, and at least so many, before something moves. */
const movingShare = 0.0006;
const movingMin = 4;
/** The picture is followed this fast where nothing moves: also a slow walker differs from a second ago. */
const followMs = 1_500;

export interface MotionGate {
  /**
   * Does anything move? Looks at luma only; about 0.1 ms per 640×360 picture.
   * @param luma `widthPx × heightPx` bytes, more may follow.
   * @returns share of the looked-at pixels that differ from a moment ago, and whether that is motion. The first
   *   picture, and one of another size, counts as motion.
   */
  step(capturedAtMs: number, luma: Uint8Array, widthPx: number, heightPx: number): MotionVerdict;
}

export interface MotionVerdict {
  readonly isMoving: boolean;
  readonly changedShare: number;
}

export function createMotionGate(): MotionGate {
  let before = new Float32Array(0);
  let size = '';
  let lastMs = 0;
  return {
    step(capturedAtMs, luma, widthPx, heightPx) {
      const columns = Math.floor(widthPx / strideP);
      const rows = Math.floor(heightPx / strideP);
      const samples = columns * rows;
      const isFirst = size !== `${widthPx}×${heightPx}`;
      if (isFirst) {
        before = new Float32Array(samples);
        size = `${widthPx}×${heightPx}`;
      }
      const follow = isFirst ? 1 : 1 - Math.exp(-Math.max(capturedAtMs - lastMs, 0) / followMs);
      lastMs = capturedAtMs;
      let changed = 0;
      for (let row = 0, sample = 0; row < rows; row++) {
        let at = row * strideP * widthPx + (strideP >> 1);
        for (let column = 0; column < columns; column++, sample++, at += strideP) {
          const was = before[sample] ?? 0;
          const difference = (luma[at] ?? 0) - was;
          if (difference > changedBy || difference < -changedBy) changed++;
          before[sample] = was + follow * difference;
        }
      }
      const isMoving = isFirst || changed >= Math.max(movingMin, movingShare * samples);
      return { isMoving, changedShare: isFirst ? 1 : changed / Math.max(samples, 1) };
    },
  };
}
