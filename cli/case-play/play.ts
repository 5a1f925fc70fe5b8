import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, readJson, writePrivate } from '../../kernel/index.ts';
import { nextMatter, nextMatterFromMs } from './next-matter.ts';
import { type CaseStage, openScene } from './scene.ts';
import { caseChapters } from './script.ts';
import { caseStartMs, stepAtMs } from './steps.ts';

const Progress = z.strictObject({ stepsDone: z.int().nonnegative(), isFinished: z.boolean() });
const caseSteps = caseChapters.flatMap((chapter) => chapter.steps);
const steps = [...caseSteps, ...nextMatter];

/** The case as the demo plays it: step by step, and after a stop on from the step that was not finished. */
export interface CasePlay {
  /** Stands where the case is, and is the wall clock once it has been played. */
  readonly clock: Clock;
  /** @throws what a step threw; the next start begins with it again. */
  run(stage: Omit<CaseStage, 'moveTo'> & { readonly onStep: (text: string) => void }): Promise<void>;
}

/** @param wall what time it is outside of the case. */
export async function openCasePlay(dataDir: string, wall: Clock): Promise<CasePlay> {
  const file = join(dataDir, 'case-played.json');
  // A later version may have more steps: what was finished stays so.
  let { stepsDone, isFinished } = (await readJson(file, Progress)) ?? { stepsDone: 0, isFinished: false };
  const last = caseSteps[stepsDone - 1];
  let standsAtMs = last === undefined ? caseStartMs : stepAtMs(last);
  return {
    clock: {
      ...wall,
      nowMs: () => (isFinished || stepsDone >= caseSteps.length ? wall.nowMs() : standsAtMs),
    },
    async run({ onStep, ...place }) {
      const firstStep = stepsDone;
      if (isFinished) {
        onStep('was played at an earlier start');
        return;
      }
      const stage: CaseStage = {
        ...place,
        moveTo(atMs) {
          standsAtMs = atMs;
        },
      };
      // Only the step that was stopped in the middle may find itself done.
      const mayBeDone = (): boolean => stepsDone === firstStep;
      const scene = openScene(stage, caseStartMs, mayBeDone);
      const nextScene = openScene(stage, nextMatterFromMs, mayBeDone);
      for (const step of steps.slice(firstStep)) {
        place.signal.throwIfAborted();
        stage.moveTo(stepAtMs(step));
        await step.play(stepsDone < caseSteps.length ? scene : nextScene);
        stepsDone += 1;
        const isLast = stepsDone === steps.length;
        await writePrivate(file, JSON.stringify({ stepsDone, isFinished: isLast }));
        isFinished = isLast;
        onStep(`${step.at.replace('T', ' ').slice(0, 16)} ${step.what}`);
      }
    },
  };
}
