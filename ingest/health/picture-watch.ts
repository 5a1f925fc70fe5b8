import type { PictureVerdict } from '../../contracts/index.ts';
import { type LearnedPicture, nothingLearned } from './baseline-file.ts';
import { isAtEase, startPicture, stepPicture, type PlanarPicture } from './picture/index.ts';

/**
 * Pictures are looked at so far apart, in captured time: as soon as one is odd, or suddenly another one, 3 of 5 tell a
 * fault within about a second.
 */
const everyMs = 400;
const everyMsAtEase = 1_000;
/** Jitter of the frame rate must not make a look wait for one more picture. */
const earlyMs = 5;
/** Every so many bytes of luma are compared with the picture looked at last. */
const sampleStride = 241;
/** So many of them differing by so much: it is another picture. */
const [otherLuma, otherShare] = [16, 0.2];

export interface PictureWatch {
  /** Look at a picture, when the last look is long enough ago for what it showed. */
  look(picture: PlanarPicture, capturedAtMs: number): void;
  readonly verdict: PictureVerdict | null;
  /** What is worth keeping over a restart. */
  readonly learned: LearnedPicture;
}

/**
 * Diagnoses pictures as they come by.
 * @param options.view what the file says of where the camera looks, asked at every picture; when that changes, the camera
 *   was turned on purpose and its usual picture is learned anew. Null: nothing is said.
 * @param options.onNews told when the verdict is another one than before.
 */
export function createPictureWatch(options: {
  readonly learned: LearnedPicture;
  readonly view: () => string | null;
  readonly isMovable: () => boolean;
  readonly onNews: (verdict: PictureVerdict) => void;
}): PictureWatch {
  let { view } = options.learned;
  let state = startPicture(options.learned.baselines);
  let verdict: PictureVerdict | null = null;
  let looked = new Uint8Array(0);
  const isDue = (picture: PlanarPicture, capturedAtMs: number): boolean => {
    const { lastAtMs } = state;
    if (lastAtMs === null || capturedAtMs < lastAtMs) return true;
    const sinceMs = capturedAtMs - lastAtMs + earlyMs;
    if (sinceMs >= everyMsAtEase) return true;
    return sinceMs >= everyMs && (!isAtEase(state) || isAnother(picture, looked));
  };
  return {
    look(picture, capturedAtMs) {
      if (!isDue(picture, capturedAtMs)) return;
      looked = sampleOf(picture, looked);
      const newView = options.view();
      if (view !== null && newView !== null && newView !== view) {
        state = startPicture(nothingLearned.baselines);
      }
      view = newView ?? view;
      const step = stepPicture(state, picture, capturedAtMs, { isMovable: options.isMovable() });
      state = step.state;
      const before = verdict;
      verdict = step.verdict;
      if (before === null || summaryOf(before) !== summaryOf(verdict)) options.onNews(verdict);
    },
    get verdict() {
      return verdict;
    },
    get learned() {
      return { baselines: state.baselines, view };
    },
  };
}

const sampleCount = ({ widthPx, heightPx }: PlanarPicture): number =>
  Math.ceil((widthPx * heightPx) / sampleStride);

/** @param into memory of the sample before. */
function sampleOf(picture: PlanarPicture, into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const count = sampleCount(picture);
  const sample = into.length === count ? into : new Uint8Array(count);
  for (let to = 0, at = 0; to < count; to++, at += sampleStride) sample[to] = picture.data[at] ?? 0;
  return sample;
}

function isAnother(picture: PlanarPicture, sample: Uint8Array): boolean {
  const count = sampleCount(picture);
  if (sample.length !== count) return true;
  let others = 0;
  for (let index = 0, at = 0; index < count; index++, at += sampleStride) {
    if (Math.abs((picture.data[at] ?? 0) - (sample[index] ?? 0)) > otherLuma) others++;
  }
  return others > otherShare * count;
}

const summaryOf = ({ verdict, faults, pass }: PictureVerdict): string =>
  [verdict, pass, ...faults.map(({ fault }) => fault)].join(' ');
