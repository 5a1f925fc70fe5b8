import { type Glimpse, movementsOf, type Movements } from './glimpse.ts';
import {
  type CameraPair,
  compete,
  meetingCount,
  pairUp,
  type Pairing,
  weigh,
  type Working,
} from './pairing.ts';
import { visitsOf } from './visits.ts';

/** Cameras whose views overlap or lie a minute apart: which of their glimpses are of one vehicle. */
export interface Junction {
  readonly glimpses: readonly Glimpse[];
  readonly movements: Movements;
  readonly pairings: readonly Pairing[];
  /** Of each glimpse, the visit it belongs to. */
  readonly visitOf: Int32Array;
}

/** From coarse to fine, so that what is found first does not hang on chance. */
const coarseMs = [1_000, 1_500, 1_200, 1_000, 850, 700, 600, 500, 420, 350, 300, 250, 220, 200];
const fineMs = 150;
const fineRounds = 6;

/**
 * Learn without any example how vehicles pass between cameras: expectation-maximisation over pairs of glimpses, from
 * coarse to fine, then over whole visits, so that all cameras agree.
 */
export function surveyJunction(
  glimpses: readonly Glimpse[],
  cameraCount: number,
  pairs: readonly CameraPair[],
): Junction {
  const movements = movementsOf(glimpses, cameraCount);
  const works = pairs.map((pair) => pairUp(pair, glimpses, movements)).filter(({ from }) => from.length > 0);
  const scene = { glimpseCount: glimpses.length, spanMs: spanOf(glimpses) };
  for (const kernelMs of coarseMs) {
    for (const work of works) {
      weigh(work, movements, { ...scene, kernelMs });
      competeFor(work, meetingCount(work, movements));
    }
  }
  let visitOf = visitsOf(glimpses, []);
  for (let round = 0; round <= fineRounds; round += 1) {
    for (const work of works) {
      weigh(work, movements, { ...scene, kernelMs: fineMs });
      compete(work);
    }
    visitOf = visitsOf(glimpses, works);
    if (round < fineRounds) for (const work of works) agree(work, visitOf);
  }
  return { glimpses, movements, pairings: works, visitOf };
}

function spanOf(glimpses: readonly Glimpse[]): number {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { enteredAtMs, leftAtMs } of glimpses) {
    first = Math.min(first, enteredAtMs);
    last = Math.max(last, leftAtMs);
  }
  return Math.max(60_000, glimpses.length === 0 ? 0 : last - first);
}

/** Scale the odds until as many meet as are thought to: before anything is known every single pair is unlikely. */
function competeFor(work: Working, count: number): void {
  let low = -12;
  let high = 16;
  for (let step = 0; step < 14; step += 1) {
    const middle = (low + high) / 2;
    if (compete(work, Math.exp(middle)) < count) low = middle;
    else high = middle;
  }
}

/** Half the word of the pair, half that of the visit. */
function agree({ from, to, share }: Working, visitOf: Int32Array): void {
  for (const [link, x] of from.entries()) {
    const isOne = visitOf[x] === visitOf[to[link] ?? -1];
    share[link] = 0.5 * (share[link] ?? 0) + (isOne ? 0.5 : 0);
  }
}

export interface RankedCamera {
  readonly camera: number;
  readonly probability: number;
}

/** How much the vehicle's own glimpses count beside what others of its movement do, and of its camera. */
const ownWeight = 3;
const cameraWeight = 0.1;
const anyCamera = 0.01;
/** Even a whole visit may be wrong. */
const surest = 0.98;

/** Cameras at which the vehicle of each glimpse is seen next, likeliest first. */
export function nextCameras(junction: Junction): (readonly RankedCamera[])[] {
  const { glimpses, movements, visitOf } = junction;
  const { likeness, atCamera } = movements;
  const count = glimpses.length;
  const cameraOf = (index: number | undefined): number => glimpses[index ?? -1]?.camera ?? -1;
  const nextOf = nextInVisit(glimpses, visitOf);
  const partners = laterPartners(junction);
  return glimpses.map(({ camera }, index) => {
    const scores = new Float64Array(atCamera.length).fill(anyCamera);
    const add = (at: number, weight: number): void => {
      if (at >= 0) scores[at] = (scores[at] ?? 0) + weight;
    };
    const others = (atCamera[camera] ?? []).filter((other) => other !== index && nextOf[other] !== undefined);
    const likeOf = (other: number): number => likeness[index * count + other] ?? 0;
    const alike = others.reduce((sum, other) => sum + likeOf(other), 1e-9);
    for (const other of others) {
      add(cameraOf(nextOf[other]), likeOf(other) / alike + cameraWeight / others.length);
    }
    let unseen = 1;
    for (const { partner, share } of partners[index] ?? []) {
      add(cameraOf(partner), ownWeight * unseen * share);
      unseen *= 1 - share;
    }
    const sum = scores.reduce((a, b) => a + b, 0);
    return [...scores.keys()]
      .filter((other) => other !== camera)
      .map((other) => ({ camera: other, probability: (scores[other] ?? 0) / sum }))
      .toSorted((a, b) => b.probability - a.probability);
  });
}

/** Of each glimpse, the one after it in its visit. */
function nextInVisit(glimpses: readonly Glimpse[], visitOf: Int32Array): (number | undefined)[] {
  const next = glimpses.map((): number | undefined => undefined);
  for (const members of Map.groupBy(glimpses.keys(), (index) => visitOf[index]).values()) {
    const inOrder = members.toSorted(
      (a, b) => (glimpses[a]?.enteredAtMs ?? 0) - (glimpses[b]?.enteredAtMs ?? 0),
    );
    for (const [at, index] of inOrder.entries()) next[index] = inOrder[at + 1];
  }
  return next;
}

/** Of each glimpse, those that entered later and may be of the same vehicle, in the order they entered. */
function laterPartners({ glimpses, pairings, visitOf }: Junction): { partner: number; share: number }[][] {
  const partners = glimpses.map((): { partner: number; share: number }[] => []);
  const enteredAt = (index: number): number => glimpses[index]?.enteredAtMs ?? 0;
  for (const { from, to, share: shares } of pairings) {
    for (const [link, x] of from.entries()) {
      const y = to[link] ?? -1;
      const share = 0.5 * ((shares[link] ?? 0) + (visitOf[x] === visitOf[y] ? 1 : 0));
      if (share < leastShare) continue;
      const [earlier, later] = enteredAt(x) <= enteredAt(y) ? [x, y] : [y, x];
      partners[earlier]?.push({ partner: later, share: Math.min(surest, share) });
    }
  }
  for (const all of partners) all.sort((a, b) => enteredAt(a.partner) - enteredAt(b.partner));
  return partners;
}

const leastShare = 0.01;
