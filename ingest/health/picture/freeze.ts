import { type Baseline, isUsable } from './baseline.ts';
import type { Features } from './features.ts';
import type { Sign } from './suspect.ts';

/** Pictures of the last seconds, each still (the same as the one before) or not. */
export interface Stillness {
  readonly pictures: readonly { readonly atMs: number; readonly isStill: boolean }[];
}

export const noStillness: Stillness = { pictures: [] };

/** The same for so long, but for single pictures: an encoder freshens even a frozen picture at its key frames. */
const frozenMs = 10_000;
const stillShare = 0.85;
/** Enough where the camera's picture was never seen to stand still before. */
const soonMs = 3_000;
const soonPictures = 5;
const everStill = 0.001;
const knownPictures = 12;

/** Not one pixel in fifty thousand differs, and nothing by more than rounding: no lens and sensor ever do that. */
const isStill = ({ changedShare, meanChange }: Features): boolean =>
  changedShare !== null && meanChange !== null && changedShare < 2e-5 && meanChange < 0.02;

/** @returns what the newest picture says, and since when it has been the same. */
export function stepStillness(
  { pictures: before }: Stillness,
  features: Features,
  atMs: number,
  baseline: Baseline | null,
): { readonly stillness: Stillness; readonly sign: Sign; readonly sinceMs: number } {
  const pictures = [
    ...before.filter((picture) => picture.atMs >= atMs - 1.5 * frozenMs),
    { atMs, isStill: isStill(features) },
  ];
  const result = (sign: Sign, sinceMs: number) => ({ stillness: { pictures }, sign, sinceMs });
  if (features.changedShare === null) return result('blind', atMs);
  const lastMoving = pictures.findLastIndex((picture) => !picture.isStill);
  const run = pictures.slice(lastMoving + 1);
  // The last picture that differed is the one that stayed.
  const runSinceMs = pictures[lastMoving]?.atMs ?? atMs;
  const isRestless =
    isUsable(baseline) && baseline.pictureCount >= knownPictures && baseline.leastChangedShare >= everStill;
  if (isRestless && run.length >= soonPictures && atMs - runSinceMs >= soonMs)
    return result('yes', runSinceMs);

  const window = pictures.filter((picture) => picture.atMs > atMs - frozenMs);
  const stillCount = window.filter((picture) => picture.isStill).length;
  const isWhole = (pictures[0]?.atMs ?? atMs) <= atMs - frozenMs;
  if (isWhole && window.length >= soonPictures && stillCount >= stillShare * window.length) {
    const first = window.findIndex((picture) => picture.isStill);
    return result(
      'yes',
      (window[first - 1] ?? pictures.findLast(({ atMs: t }) => t <= atMs - frozenMs))?.atMs ?? atMs,
    );
  }
  return result(run.length === 0 ? 'no' : 'between', runSinceMs);
}
