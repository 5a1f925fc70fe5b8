import type { PictureVerdict } from '../../contracts/index.ts';
import { type Baselines, startPicture, stepPicture, type PlanarPicture } from './picture/index.ts';

/** Pictures are looked at so far apart, in captured time: 3 of 5 then tell a fault within about a second. */
const everyMs = 400;

export interface PictureWatch {
  /** Look at a picture, when the last look is long enough ago. */
  look(picture: PlanarPicture, capturedAtMs: number): void;
  readonly verdict: PictureVerdict | null;
  readonly baselines: Baselines;
}

/**
 * Diagnoses pictures as they come by.
 * @param options.onNews told when the verdict is another one than before.
 */
export function createPictureWatch(options: {
  readonly baselines: Baselines;
  readonly isMovable: () => boolean;
  readonly onNews: (verdict: PictureVerdict) => void;
}): PictureWatch {
  let state = startPicture(options.baselines);
  let verdict: PictureVerdict | null = null;
  return {
    look(picture, capturedAtMs) {
      const { lastAtMs } = state;
      if (lastAtMs !== null && capturedAtMs >= lastAtMs && capturedAtMs - lastAtMs < everyMs - 5) return;
      const step = stepPicture(state, picture, capturedAtMs, { isMovable: options.isMovable() });
      state = step.state;
      const before = verdict;
      verdict = step.verdict;
      if (before === null || summaryOf(before) !== summaryOf(verdict)) options.onNews(verdict);
    },
    get verdict() {
      return verdict;
    },
    get baselines() {
      return state.baselines;
    },
  };
}

const summaryOf = ({ verdict, faults, pass }: PictureVerdict): string =>
  [verdict, pass, ...faults.map(({ fault }) => fault)].join(' ');
