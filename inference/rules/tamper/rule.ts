import { type SceneEventDraft, traceEntry } from '../scene/draft.ts';
import { beginEvent, endEvent } from '../scene/event-draft.ts';
import type { RuleContext, RuleFactory, RuleStep, SceneFacts, SceneRule } from '../scene/scene-rule.ts';
import type { ViewFault } from '../scene/view.ts';
import { wholePicture } from '../scene/zones.ts';

const wholeBox = { xNorm: 0, yNorm: 0, wNorm: 1, hNorm: 1 };

/** How sure each is: what can be read off a picture, and what a truck in front of the lens also does. */
const sureness: Readonly<Record<ViewFault, number>> = {
  black: 0.95,
  frozen: 0.9,
  turned: 0.8,
  covered: 0.75,
  defocused: 0.7,
};

/** The camera does not show its scene any more. What is seen of it is judged once for all rules (`scene/view.ts`). */
export const createTamperRule: RuleFactory<'camera_tamper'> = (context) => new Tamper(context);

class Tamper implements SceneRule {
  readonly #context: RuleContext<'camera_tamper'>;
  #open: SceneEventDraft | null = null;

  constructor(context: RuleContext<'camera_tamper'>) {
    this.#context = context;
  }

  step({ view, nowMs }: SceneFacts): RuleStep {
    const { fault, sinceMs } = view;
    if (fault !== null && this.#open === null) {
      const begunAtMs = sinceMs ?? nowMs;
      this.#open = beginEvent({
        ...this.#context,
        zoneId: wholePicture,
        subject: fault,
        startedAtMs: begunAtMs,
        nowMs,
        box: wholeBox,
        confidence: sureness[fault],
        caveats: [`view-${fault}`],
        trace: [
          traceEntry(
            `${fault}, ms`,
            begunAtMs,
            nowMs,
            nowMs - begunAtMs,
            this.#context.parameters[`${fault}Ms`],
          ),
          ...view.figures.map(({ name, measured, threshold }) =>
            traceEntry(name, begunAtMs, nowMs, measured, threshold),
          ),
        ],
      });
      return { drafts: [this.#open] };
    }
    if (fault !== null || this.#open === null) return { drafts: [] };
    const ended = endEvent(
      this.#open,
      nowMs,
      traceEntry('the view is right again', nowMs, nowMs, null, null),
    );
    this.#open = null;
    return { drafts: [ended] };
  }
}
