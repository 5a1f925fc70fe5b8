import type { JudgedPicture } from '../average-precision.ts';
import { madeUpTracking } from '../tracking/testing/made-up.ts';

/** Frames of made-up walkers as photos: every eleventh box of the truth is a crowd, confidences differ. */
export function madeUpPhotos(): JudgedPicture[] {
  let count = 0;
  return [1, 2, 3].flatMap((seed) => {
    const { truth, found } = madeUpTracking(seed);
    return truth.map(
      (boxes, frame): JudgedPicture => ({
        widthPx: 1,
        heightPx: 1,
        truth: boxes.map(({ box: [x, y, w, h] }) => {
          return { className: 'person', isCrowd: count++ % 11 === 0, x, y, w, h };
        }),
        found: (found[frame] ?? [])
          .map(({ box: [xNorm, yNorm, wNorm, hNorm] }, index) => ({
            className: 'person' as const,
            confidence: ((frame * 37 + index * 101 + seed * 13) % 997) / 997,
            xNorm,
            yNorm,
            wNorm,
            hNorm,
          }))
          .toSorted((a, b) => b.confidence - a.confidence),
      }),
    );
  });
}
