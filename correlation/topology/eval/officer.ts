import type { Neighbourhood } from '../neighbourhood.ts';
import { planRoute } from '../plan.ts';
import type { TrueRoute } from './score.ts';

export interface Replay {
  readonly decisions: number;
  readonly trueHops: number;
  readonly isComplete: boolean;
}

/** An officer gives up after this many decisions per hop. */
const patience = 5;

/** Play an officer who knows the vehicle when shown it: confirms or strikes what is proposed until the seen route is whole. */
export function replayOfficer(
  area: Neighbourhood,
  actorId: string,
  { passages, incidentPassage }: TrueRoute,
): Replay {
  const where = new Map(passages.flatMap((parts, at) => parts.map((id) => [id, at] as const)));
  const missing = new Set(
    [...passages.keys()].filter((at) => at !== incidentPassage && (passages[at]?.length ?? 0) > 0),
  );
  const trueHops = missing.size;
  const confirmed = [actorId];
  const struck: string[] = [];
  let decisions = 0;
  while (missing.size > 0 && decisions < patience * trueHops) {
    const { question } = planRoute(area, { confirmed, struck });
    if (question === null) break;
    decisions += 1;
    const at = where.get(question.passageId);
    if (at === undefined) struck.push(question.passageId);
    else {
      confirmed.push(question.passageId);
      missing.delete(at);
    }
  }
  return { decisions, trueHops, isComplete: missing.size === 0 };
}
