import type { PlateReading } from '../../contracts/index.ts';

/** How two plates that were both read stand to each other. */
type Likeness = 'same' | 'alike' | 'different';

/**
 * How much likelier two readings are of one vehicle than of two. A reading that is said to be read is right 95 times
 * in a hundred (`npm run eval -- plates`), so two readings that differ are of one vehicle one time in ten at most, and
 * mostly in one character only; two vehicles alike in all but one character are rare, but there are fleets.
 */
const ratioOf: Readonly<Record<Likeness, number>> = { same: 200, alike: 1, different: 1 / 100 };

function likenessOf(a: string, b: string): Likeness {
  if (a === b) return 'same';
  const [one, other] = [a.split(''), b.split('')];
  if (one.length !== other.length) return 'different';
  const apart = one.filter((character, at) => character !== other[at]).length;
  return apart === 1 ? 'alike' : 'different';
}

const readTexts = (plates: readonly PlateReading[]): ReadonlyMap<string, string> =>
  new Map(plates.flatMap(({ sightingId, text }) => (text === null ? [] : [[sightingId, text]])));

/** What the plates of two passages say; 1 where either was not read, or nothing can be said. */
export function plateRatio(plates: readonly PlateReading[], fromId: string, toId: string): number {
  const texts = readTexts(plates);
  const [from, to] = [texts.get(fromId), texts.get(toId)];
  return from === undefined || to === undefined ? 1 : ratioOf[likenessOf(from, to)];
}

/** Passages whose plate is another one than that of every known passage that was read. */
export function contradicting(plates: readonly PlateReading[], confirmed: readonly string[]): string[] {
  const texts = readTexts(plates);
  const known = confirmed.flatMap((id) => texts.get(id) ?? []);
  if (known.length === 0) return [];
  return [...texts].flatMap(([id, text]) =>
    !confirmed.includes(id) && known.every((one) => likenessOf(one, text) === 'different') ? [id] : [],
  );
}

interface Hop {
  readonly fromId: string;
  readonly toId: string;
  readonly probability: number;
  readonly chainProbability: number;
}

/**
 * A planned route whose hops between two plates that were read are believed more, or less, and so the chain from what
 * is known up to there.
 */
export function weighedByPlates<H extends Hop>(
  planned: { readonly hops: readonly H[]; readonly probability: number },
  plates: readonly PlateReading[],
  confirmed: readonly string[],
): { hops: (H & { plateRatio: number })[]; probability: number } {
  const { hops } = planned;
  const weighed = hops.map((hop) => {
    const ratio = plateRatio(plates, hop.fromId, hop.toId);
    const p = hop.probability;
    const probability = ratio === 1 ? p : (p * ratio) / (p * ratio + 1 - p);
    return { ratio, probability, gain: p === 0 ? 1 : probability / p };
  });
  // Hops stand in order of time; a chain leads away from what is known on either side.
  const fromKnown = hops.findIndex(({ fromId }) => confirmed.includes(fromId));
  const first = fromKnown < 0 ? hops.length : fromKnown;
  const last = hops.findLastIndex(({ toId }) => confirmed.includes(toId));
  const gainOf = (from: number, to: number): number =>
    weighed.slice(from, to).reduce((product, { gain }) => product * gain, 1);
  const chainGain = (at: number): number => {
    if (at < first) return gainOf(at, first);
    return at > last ? gainOf(Math.max(last + 1, first), at + 1) : 1;
  };
  return {
    hops: hops.map((hop, at) => ({
      ...hop,
      probability: weighed[at]?.probability ?? hop.probability,
      chainProbability: Math.min(1, hop.chainProbability * chainGain(at)),
      plateRatio: weighed[at]?.ratio ?? 1,
    })),
    probability: Math.min(
      1,
      planned.probability * gainOf(0, first) * gainOf(Math.max(last + 1, first), hops.length),
    ),
  };
}
