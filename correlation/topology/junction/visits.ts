import type { Glimpse } from './glimpse.ts';
import type { Pairing } from './pairing.ts';

/** No single pair of glimpses may say more than this for or against, in nats. */
const most = 8;

interface Visit {
  readonly members: readonly number[];
  best: { readonly visit: Visit; readonly gain: number } | null;
}

/**
 * Put glimpses together to visits of one vehicle: the two visits that gain most first, at most one glimpse per
 * camera, until joining any would rather be wrong.
 * @returns of each glimpse, its visit.
 */
export function visitsOf(glimpses: readonly Glimpse[], pairings: readonly Pairing[]): Int32Array {
  const count = glimpses.length;
  const partners = glimpses.map((): Map<number, number> => new Map());
  const compared = new Set<number>();
  const cameraCount = 1 + glimpses.reduce((top, { camera }) => Math.max(top, camera), 0);
  for (const { one, other, from, to, odds, share } of pairings) {
    compared.add(one * cameraCount + other).add(other * cameraCount + one);
    for (const [link, x] of from.entries()) {
      const y = to[link] ?? 0;
      // Odds leave out who else may be the partner, shares count it twice once visits compete too: half and half.
      const won = share[link] ?? 0;
      const both = 0.5 * (Math.log(odds[link] ?? 0) + Math.log(won / (1 - won)));
      const gain = Math.max(-most, Math.min(most, both));
      partners[x]?.set(y, gain);
      partners[y]?.set(x, gain);
    }
  }
  const visitOf: Visit[] = glimpses.map((_, index) => ({ members: [index], best: null }));
  const cameraOf = (index: number): number => glimpses[index]?.camera ?? -1;

  const gainOf = (a: Visit, b: Visit): number => {
    let gain = 0;
    for (const x of a.members) {
      for (const y of b.members) {
        if (cameraOf(x) === cameraOf(y)) return Number.NEGATIVE_INFINITY;
        gain += partners[x]?.get(y) ?? (compared.has(cameraOf(x) * cameraCount + cameraOf(y)) ? -most : 0);
      }
    }
    return gain;
  };
  const lookAgain = (visit: Visit): void => {
    visit.best = null;
    const seen = new Set<Visit>([visit]);
    for (const x of visit.members) {
      for (const [y, own] of partners[x] ?? []) {
        const other = visitOf[y];
        if (own <= 0 || other === undefined || seen.has(other)) continue;
        seen.add(other);
        const gain = gainOf(visit, other);
        if (gain > (visit.best?.gain ?? 0)) visit.best = { visit: other, gain };
      }
    }
  };

  const open = new Set(visitOf);
  for (const visit of open) lookAgain(visit);
  for (;;) {
    let top: Visit | null = null;
    for (const visit of open) if ((visit.best?.gain ?? 0) > (top?.best?.gain ?? 0)) top = visit;
    const other = top?.best?.visit;
    if (top === null || other === undefined) break;
    const joined: Visit = { members: [...top.members, ...other.members], best: null };
    for (const index of joined.members) visitOf[index] = joined;
    open.delete(top);
    open.delete(other);
    open.add(joined);
    lookAgain(joined);
    for (const visit of open) {
      const wanted = visit.best?.visit;
      if (visit === joined || wanted === undefined) continue;
      if (wanted === top || wanted === other) lookAgain(visit);
      else {
        const gain = gainOf(visit, joined);
        if (gain > (visit.best?.gain ?? 0)) visit.best = { visit: joined, gain };
      }
    }
  }
  const ids = new Map([...open].map((visit, id) => [visit, id]));
  return Int32Array.from({ length: count }, (_, index) => ids.get(visitOf[index] ?? ({} as Visit)) ?? -1);
}
