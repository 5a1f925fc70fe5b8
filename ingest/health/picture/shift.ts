import type { Cells } from './cells.ts';

/** Furthest shift that is looked for between two pictures, in px of half size. */
const reach = 10;
/** A shift must explain this much of the difference before a block believes it. */
const mustExplain = 0.4;
const enoughBlocks = 4;
const agreeingShare = 0.6;

/**
 * By how many px of the analysed picture the whole scene moved between two pictures; null when there is no clear
 * answer. Twelve parts are asked one by one, so that traffic, which moves in some of them, is outvoted by what
 * stands.
 */
export function shiftBetween(
  now: Pick<Cells, 'profiles'>,
  before: Pick<Cells, 'profiles'>,
): { readonly xPx: number; readonly yPx: number } | null {
  const votes: { x: number; y: number }[] = [];
  for (let part = 0; part < now.profiles.length; part++) {
    const [is, was] = [now.profiles[part], before.profiles[part]];
    if (is === undefined || was === undefined || is.columns.length !== was.columns.length) return null;
    if (is.rows.length !== was.rows.length) return null;
    const x = shiftOf(is.columns, was.columns);
    const y = shiftOf(is.rows, was.rows);
    if (x !== null && y !== null) votes.push({ x, y });
  }
  if (votes.length < enoughBlocks) return null;
  const x = median(votes.map((vote) => vote.x));
  const y = median(votes.map((vote) => vote.y));
  const agreeing = votes.filter((vote) => Math.abs(vote.x - x) <= 1 && Math.abs(vote.y - y) <= 1).length;
  return agreeing >= agreeingShare * votes.length ? { xPx: 2 * x, yPx: 2 * y } : null;
}

/** A line of sums must rise and fall by so much per step, in luma, to be told from one that moved. */
const minRelief = 0.6;

/** Shift of one line of slopes in px of half size; null when the line has too little to go by. */
function shiftOf(now: Float32Array, before: Float32Array): number | null {
  const length = now.length;
  if (length < 3 * reach) return null;
  let relief = 0;
  for (let i = 1; i < length; i++) relief += Math.abs(before[i] ?? 0);
  if (relief / length < minRelief) return null;
  const cost = (shift: number): number => {
    let sum = 0;
    for (let i = reach + 1; i < length - reach; i++)
      sum += Math.abs((now[i + shift] ?? 0) - (before[i] ?? 0));
    return sum;
  };
  const atRest = cost(0);
  let best = 0;
  let least = atRest;
  for (let shift = -reach; shift <= reach; shift++) {
    const value = cost(shift);
    if (value < least) [best, least] = [shift, value];
  }
  return least > (1 - mustExplain) * atRest ? 0 : best;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
