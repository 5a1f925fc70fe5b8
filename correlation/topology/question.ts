import type { Association } from './association.ts';

/** A passage that a person should look at next. */
export interface Question {
  readonly passageId: string;
  /** That it is the vehicle's. */
  readonly probability: number;
}

/** Below this, looking at it is a waste of an officer's time. */
const worthAsking = 1e-4;

/**
 * The passage, of all that nobody has decided on, that is likeliest the vehicle's: also one some hops on, when several
 * ways lead there. What comes before it is then told by both ends.
 * @param known passages that are the vehicle's, in order of time.
 */
export function questionOf(association: Association, known: readonly number[]): Question | null {
  const { passages } = association.neighbourhood;
  const belonging = belongingOf(association, known);
  for (const node of known) belonging[node] = 0;
  let best: Question | null = null;
  for (const [node, probability] of belonging.entries()) {
    const passageId = passages[node]?.passageId;
    if (passageId === undefined || probability < worthAsking) continue;
    if (best === null || probability > best.probability) best = { passageId, probability };
  }
  return best;
}

/** By passage: probability that it is the vehicle's, which drives on from each known passage and ends up at the next. */
function belongingOf(association: Association, known: readonly number[]): Float64Array {
  const belonging = new Float64Array(association.neighbourhood.passages.length);
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return belonging;
  const take = (node: number, probability: number): void => {
    belonging[node] = Math.max(belonging[node] ?? 0, Math.min(1, probability));
  };
  for (const [node, probability] of reachedFrom(association, last, 'forward').entries())
    take(node, probability);
  for (const [node, probability] of reachedFrom(association, first, 'backward').entries())
    take(node, probability);
  for (const [at, to] of known.slice(1).entries()) {
    const from = known[at] ?? first;
    const onward = reachedFrom(association, from, 'forward');
    const whole = Math.max(onward[to] ?? 0, 0.05);
    if (whole <= 0) continue;
    const back = reachedFrom(association, to, 'backward');
    for (const [node, probability] of onward.entries()) {
      if (probability > 0 && node !== from && node !== to)
        take(node, (probability * (back[node] ?? 0)) / whole);
    }
  }
  return belonging;
}

/** By passage: probability of getting there from `start`, link by link, by any way. */
function reachedFrom(
  { neighbourhood: area, probability }: Association,
  start: number,
  side: 'forward' | 'backward',
): Float64Array {
  const { inOrder, outStart, into, from, to } = area;
  const reached = new Float64Array(area.passages.length);
  reached[start] = 1;
  if (side === 'forward') {
    for (const node of inOrder) {
      const here = reached[node] ?? 0;
      if (here < negligible) continue;
      for (let link = outStart[node] ?? 0; link < (outStart[node + 1] ?? 0); link += 1) {
        const next = to[link] ?? 0;
        reached[next] = (reached[next] ?? 0) + here * (probability[link] ?? 0);
      }
    }
    return reached;
  }
  for (let at = inOrder.length - 1; at >= 0; at -= 1) {
    const node = inOrder[at] ?? 0;
    const here = reached[node] ?? 0;
    if (here < negligible) continue;
    for (const link of into[node] ?? []) {
      const previous = from[link] ?? 0;
      reached[previous] = (reached[previous] ?? 0) + here * (probability[link] ?? 0);
    }
  }
  return reached;
}

const negligible = 1e-6;
