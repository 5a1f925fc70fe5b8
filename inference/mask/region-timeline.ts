import type { BoxNorm } from '../../contracts/index.ts';

/** What has to be hidden at one moment of a clip. */
export interface RegionSample {
  readonly atMs: number;
  readonly regions: readonly BoxNorm[];
}

/** A head moves by less than this many of its own sizes between two samples. */
const maxShift = 2.5;

type Pair = readonly [from: BoxNorm, to: BoxNorm];

interface Links {
  readonly pairs: readonly Pair[];
  readonly onlyBefore: readonly BoxNorm[];
  readonly onlyAfter: readonly BoxNorm[];
}

const centre = ({ xNorm, yNorm, wNorm, hNorm }: BoxNorm): readonly [number, number] => [
  xNorm + wNorm / 2,
  yNorm + hNorm / 2,
];

/** Distance in sizes of the larger of the two. */
function shiftBetween(a: BoxNorm, b: BoxNorm): number {
  const [[ax, ay], [bx, by]] = [centre(a), centre(b)];
  return Math.max(
    Math.abs(ax - bx) / Math.max(a.wNorm, b.wNorm),
    Math.abs(ay - by) / Math.max(a.hNorm, b.hNorm),
  );
}

/** Which region of one sample is which of the next: nearest first, each once. */
function link(before: readonly BoxNorm[], after: readonly BoxNorm[]): Links {
  const candidates = before
    .flatMap((from) => after.map((to) => ({ from, to, shift: shiftBetween(from, to) })))
    .filter(({ shift }) => shift <= maxShift)
    .toSorted((a, b) => a.shift - b.shift);
  const taken = new Set<BoxNorm>();
  const pairs: Pair[] = [];
  for (const { from, to } of candidates) {
    if (taken.has(from) || taken.has(to)) continue;
    taken.add(from).add(to);
    pairs.push([from, to]);
  }
  return {
    pairs,
    onlyBefore: before.filter((box) => !taken.has(box)),
    onlyAfter: after.filter((box) => !taken.has(box)),
  };
}

function between([from, to]: Pair, share: number): BoxNorm {
  const at = (key: keyof BoxNorm): number => from[key] + (to[key] - from[key]) * share;
  return { xNorm: at('xNorm'), yNorm: at('yNorm'), wNorm: at('wNorm'), hNorm: at('hNorm') };
}

/** A head that one sample missed, but the samples before and after both show, is put where it must have been. */
function bridge(previous: RegionSample, sample: RegionSample, next: RegionSample): RegionSample {
  const vanished = link(previous.regions, sample.regions).onlyBefore;
  const appeared = link(sample.regions, next.regions).onlyAfter;
  const share = (sample.atMs - previous.atMs) / (next.atMs - previous.atMs);
  const missed = link(vanished, appeared).pairs.map((pair) => between(pair, share));
  return { ...sample, regions: [...sample.regions, ...missed] };
}

/** Regions of any moment, made from samples. */
export interface RegionTimeline {
  /** @returns null for a moment that was not looked at: such a frame must not be shown. */
  at(atMs: number): BoxNorm[] | null;
}

/**
 * Follow regions from sample to sample. Between two samples a region moves with them; one that only one of the two
 * shows is hidden for all the time between them, and `holdMs` beyond the first and last sample.
 * @param samples in order of time.
 * @param holdMs at least the time between samples.
 */
export function followRegions(samples: readonly RegionSample[], holdMs: number): RegionTimeline {
  const bridged = samples.map((sample, index) => {
    const [previous, next] = [samples[index - 1], samples[index + 1]];
    return previous === undefined || next === undefined ? sample : bridge(previous, sample, next);
  });
  const links = bridged.map((sample, index) => link(sample.regions, bridged[index + 1]?.regions ?? []));
  const lastAtOrBefore = (atMs: number): number => {
    let [low, high] = [-1, bridged.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((bridged[middle]?.atMs ?? Infinity) <= atMs) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    at(atMs) {
      const index = lastAtOrBefore(atMs);
      const before = bridged[index];
      const after = bridged[index + 1];
      if (before === undefined) {
        return after !== undefined && after.atMs - atMs <= holdMs ? [...after.regions] : null;
      }
      if (after === undefined) return atMs - before.atMs <= holdMs ? [...before.regions] : null;
      const share = (atMs - before.atMs) / (after.atMs - before.atMs);
      const { pairs, onlyBefore, onlyAfter } = links[index] ?? link([], []);
      return [...pairs.map((pair) => between(pair, share)), ...onlyBefore, ...onlyAfter];
    },
  };
}
