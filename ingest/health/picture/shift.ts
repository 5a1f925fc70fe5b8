import type { Cells } from './cells.ts';

/** Furthest shift that is looked for between two pictures, in px of half size. */
const reach = 10;
const across = 4;
const down = 3;
/** A shift must explain this much of the difference before a block believes it. */
const mustExplain = 0.4;
const enoughBlocks = 4;
const agreeingShare = 0.6;

type Half = Pick<Cells, 'half' | 'halfWidthPx'>;

/**
 * By how many px of the analysed picture the whole scene moved between two pictures; null when there is no clear
 * answer. Twelve blocks are asked one by one, so that traffic, which moves in some of them, is outvoted by what
 * stands.
 */
export function shiftBetween(now: Half, before: Half): { readonly xPx: number; readonly yPx: number } | null {
  if (now.half.length !== before.half.length || now.halfWidthPx !== before.halfWidthPx) return null;
  const width = now.halfWidthPx;
  const height = Math.floor(now.half.length / Math.max(1, width));
  const votes: { x: number; y: number }[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const block = {
        fromX: Math.floor((column * width) / across),
        toX: Math.floor(((column + 1) * width) / across),
        fromY: Math.floor((row * height) / down),
        toY: Math.floor(((row + 1) * height) / down),
      };
      const x = shiftOf(columnSums(now.half, width, block), columnSums(before.half, width, block));
      const y = shiftOf(rowSums(now.half, width, block), rowSums(before.half, width, block));
      if (x !== null && y !== null) votes.push({ x, y });
    }
  }
  if (votes.length < enoughBlocks) return null;
  const x = median(votes.map((vote) => vote.x));
  const y = median(votes.map((vote) => vote.y));
  const agreeing = votes.filter((vote) => Math.abs(vote.x - x) <= 1 && Math.abs(vote.y - y) <= 1).length;
  return agreeing >= agreeingShare * votes.length ? { xPx: 2 * x, yPx: 2 * y } : null;
}

interface Block {
  readonly fromX: number;
  readonly toX: number;
  readonly fromY: number;
  readonly toY: number;
}

function columnSums(half: Uint8Array, width: number, { fromX, toX, fromY, toY }: Block): Float32Array {
  const sums = new Float32Array(toX - fromX);
  for (let y = fromY; y < toY; y++) {
    for (let x = fromX, at = y * width + fromX; x < toX; x++, at++) {
      sums[x - fromX] = (sums[x - fromX] ?? 0) + (half[at] ?? 0);
    }
  }
  return sums.map((sum) => sum / Math.max(1, toY - fromY));
}

function rowSums(half: Uint8Array, width: number, { fromX, toX, fromY, toY }: Block): Float32Array {
  const sums = new Float32Array(toY - fromY);
  for (let y = fromY; y < toY; y++) {
    let sum = 0;
    for (let at = y * width + fromX; at < y * width + toX; at++) sum += half[at] ?? 0;
    sums[y - fromY] = sum / Math.max(1, toX - fromX);
  }
  return sums;
}

/** A line of sums must rise and fall by so much per step, in luma, to be told from one that moved. */
const minRelief = 0.6;

/** Shift of one line of sums in px of half size; null when the line has too little to go by. */
function shiftOf(now: Float32Array, before: Float32Array): number | null {
  const length = now.length;
  if (length < 3 * reach) return null;
  const slopes = (line: Float32Array): Float32Array =>
    line.map((value, index) => (index === 0 ? 0 : value - (line[index - 1] ?? 0)));
  const [a, b] = [slopes(now), slopes(before)];
  let relief = 0;
  for (let i = 1; i < length; i++) relief += Math.abs(b[i] ?? 0);
  if (relief / length < minRelief) return null;
  const cost = (shift: number): number => {
    let sum = 0;
    for (let i = reach + 1; i < length - reach; i++) sum += Math.abs((a[i + shift] ?? 0) - (b[i] ?? 0));
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
