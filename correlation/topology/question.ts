import { type Association, type PassageLook, pool } from './association.ts';

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
  const { passages } = association.neighbourhood;
  for (const appearance of appearancesOf(association, known)) {
    const { share } = appearance;
    const add = (found: Float64Array): void => {
      for (let node = 0; node < belonging.length; node += 1) {
        belonging[node] = (belonging[node] ?? 0) + share * (found[node] ?? 0);
      }
    };
    add(reachedFrom(association, liftsOf(appearance, association.looksAfter), last));
    add(reachedBack(association, liftsOf(appearance, association.looksBefore), first));
    const own = liftsOf(appearance, passages);
    for (const [at, to] of known.slice(1).entries())
      add(passedBetween(association, own, known[at] ?? first, to));
  }
  return belonging;
}

/** Ways between two known passages that are less likely than this, all together, say little. */
const leastWhole = 0.05;

/** One class and colour that the vehicle may have, and how likely it has. */
interface Appearance {
  readonly share: number;
  readonly classAt: number;
  readonly colorAt: number;
}

const liftsOf = ({ classAt, colorAt }: Appearance, looks: readonly PassageLook[]): Float64Array =>
  Float64Array.from(
    looks,
    ({ classLift, colorLift }) => (classLift[classAt] ?? 1) * (colorLift[colorAt] ?? 1),
  );

/** What the vehicle may be, by the looks at its known passages. What is unlikely is left out. */
function appearancesOf({ neighbourhood: area }: Association, known: readonly number[]): Appearance[] {
  const { passages, traffic } = area;
  const { classLift, colorLift } = pool(
    known.flatMap((node) => passages[node] ?? []),
    area,
  );
  const { classes, colors } = traffic.looks;
  const shareOf = (lift: Float64Array, shares: Float64Array): number[] =>
    shares.length === 0 ? [1] : Array.from(shares, (share, k) => share * (lift[k] ?? 1));
  const found = shareOf(classLift, classes.shares).flatMap((ofClass, classAt) =>
    shareOf(colorLift, colors.shares).map((ofColor, colorAt) => ({
      classAt,
      colorAt,
      share: ofClass * ofColor,
    })),
  );
  const likely = found.filter(({ share }) => share > leastAppearance);
  const sum = likely.reduce((total, { share }) => total + share, 0);
  return likely.map((appearance) => ({ ...appearance, share: appearance.share / sum }));
}

const leastAppearance = 0.01;

/**
 * By passage: probability of getting there from `start`, link by link, by any way.
 * @param lifts by passage: how much likelier its look is of this vehicle than of any.
 */
function reachedFrom(association: Association, lifts: Float64Array, start: number): Float64Array {
  const { inOrder, outStart, to, passages } = association.neighbourhood;
  const reached = new Float64Array(passages.length);
  reached[start] = 1;
  for (const node of inOrder) {
    const here = reached[node] ?? 0;
    if (here < negligible) continue;
    const sum = onwardSum(association, lifts, node);
    for (let link = outStart[node] ?? 0; link < (outStart[node + 1] ?? 0); link += 1) {
      const next = to[link] ?? 0;
      reached[next] = (reached[next] ?? 0) + (here * onwardWeight(association, lifts, link)) / sum;
    }
  }
  return reached;
}

/** By passage: probability that a vehicle which got from one known passage to another passed it. */
function passedBetween(
  association: Association,
  lifts: Float64Array,
  start: number,
  end: number,
): Float64Array {
  const { inOrder, outStart, to, passages } = association.neighbourhood;
  const untilMs = passages[end]?.enteredAtMs ?? 0;
  const reached = new Float64Array(passages.length);
  const sums = new Float64Array(passages.length);
  reached[start] = 1;
  for (const node of inOrder) {
    const here = reached[node] ?? 0;
    if (here < negligible || node === end) continue;
    if ((passages[node]?.enteredAtMs ?? 0) > untilMs) break;
    const sum = onwardSum(association, lifts, node);
    sums[node] = sum;
    for (let link = outStart[node] ?? 0; link < (outStart[node + 1] ?? 0); link += 1) {
      const next = to[link] ?? 0;
      reached[next] = (reached[next] ?? 0) + (here * onwardWeight(association, lifts, link)) / sum;
    }
  }
  const arriving = new Float64Array(passages.length);
  arriving[end] = 1;
  const whole = Math.max(reached[end] ?? 0, leastWhole);
  const passed = new Float64Array(passages.length);
  for (let at = inOrder.length - 1; at >= 0; at -= 1) {
    const node = inOrder[at] ?? 0;
    const sum = sums[node] ?? 0;
    if (sum === 0) continue;
    let arrives = 0;
    for (let link = outStart[node] ?? 0; link < (outStart[node + 1] ?? 0); link += 1) {
      const there = arriving[to[link] ?? 0] ?? 0;
      if (there > 0) arrives += (there * onwardWeight(association, lifts, link)) / sum;
    }
    arriving[node] = arrives;
    if (node !== start) passed[node] = ((reached[node] ?? 0) * arrives) / whole;
  }
  return passed;
}

function onwardWeight(
  { neighbourhood: { timeRatio, to }, lookRatio, wayRatio, back }: Association,
  lifts: Float64Array,
  link: number,
): number {
  if (lookRatio[link] === 0) return 0;
  return (timeRatio[link] ?? 0) * (wayRatio[link] ?? 1) * (lifts[to[link] ?? 0] ?? 1) * (back[link] ?? 0);
}

function onwardSum(association: Association, lifts: Float64Array, node: number): number {
  const { outStart } = association.neighbourhood;
  let sum = association.endShare[node] ?? 1;
  for (let link = outStart[node] ?? 0; link < (outStart[node + 1] ?? 0); link += 1) {
    sum += onwardWeight(association, lifts, link);
  }
  return sum;
}

/** As `reachedFrom`, against the course of time. */
function reachedBack(
  { neighbourhood: area, lookRatio, onward, freshWeight }: Association,
  lifts: Float64Array,
  start: number,
): Float64Array {
  const { inOrder, into, from, passages } = area;
  const reached = new Float64Array(passages.length);
  reached[start] = 1;
  for (let at = inOrder.length - 1; at >= 0; at -= 1) {
    const node = inOrder[at] ?? 0;
    const here = reached[node] ?? 0;
    const links = into[node];
    if (here < negligible || links === undefined) continue;
    const weightOf = (link: number): number => {
      const look = lookRatio[link] ?? 0;
      // The message with this vehicle's look in place of the pair's.
      return look === 0 ? 0 : ((onward[link] ?? 0) * (lifts[from[link] ?? 0] ?? 1)) / look;
    };
    let sum = freshWeight[node] ?? 1;
    for (const link of links) sum += weightOf(link);
    for (const link of links) {
      const previous = from[link] ?? 0;
      reached[previous] = (reached[previous] ?? 0) + (here * weightOf(link)) / sum;
    }
  }
  return reached;
}

const negligible = 1e-6;
