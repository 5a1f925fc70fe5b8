import type { PictureVerdict } from '../../contracts/index.ts';
import { type LearnedPicture, nothingLearned } from './baseline-file.ts';
import { startPicture, stepPicture, type PlanarPicture } from './picture/index.ts';

/** Pictures are looked at so far apart, in captured time: 3 of 5 then tell a fault within about a second. */
const everyMs = 400;

export interface PictureWatch {
  /** Look at a picture, when the last look is long enough ago. */
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
  return {
    look(picture, capturedAtMs) {
      const { lastAtMs } = state;
      if (lastAtMs !== null && capturedAtMs >= lastAtMs && capturedAtMs - lastAtMs < everyMs - 5) return;
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

const summaryOf = ({ verdict, faults, pass }: PictureVerdict): string =>
  [verdict, pass, ...faults.map(({ fault }) => fault)].join(' ');
