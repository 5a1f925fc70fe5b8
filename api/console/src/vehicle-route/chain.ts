import type { RouteGap, RouteHop, RouteProposal, RouteSighting } from '../../../../contracts/index.ts';

/** One line of a proposed route, in order of time. */
export type ChainLine =
  | { readonly kind: 'passage'; readonly sighting: RouteSighting }
  | { readonly kind: 'hop'; readonly hop: RouteHop }
  | { readonly kind: 'gap'; readonly gap: RouteGap };

const hopKey = (fromId: string, toId: string): string => `${fromId}>${toId}`;

/**
 * A proposal as it is read: each passage, and between two of them how the vehicle got there, or that nobody knows.
 * @param actorId is in every route, also in one without hops.
 */
export function chainOf(
  { hops, gaps }: RouteProposal,
  sightings: readonly RouteSighting[],
  actorId: string,
): ChainLine[] {
  const ids = new Set([actorId, ...hops.flatMap(({ fromId, toId }) => [fromId, toId])]);
  for (const { afterId, beforeId } of gaps) {
    if (afterId !== null) ids.add(afterId);
    if (beforeId !== null) ids.add(beforeId);
  }
  const passages = sightings
    .filter(({ sightingId }) => ids.has(sightingId))
    .toSorted((a, b) => a.enteredAtMs - b.enteredAtMs);
  const hopOf = new Map(hops.map((hop) => [hopKey(hop.fromId, hop.toId), hop]));
  const gapAfter = (id: string | null): RouteGap | undefined => gaps.find(({ afterId }) => afterId === id);
  const line = (gap: RouteGap | undefined): ChainLine[] => (gap === undefined ? [] : [{ kind: 'gap', gap }]);
  return [
    ...line(gapAfter(null)),
    ...passages.flatMap((sighting, at): ChainLine[] => {
      const next = passages[at + 1];
      const hop = next === undefined ? undefined : hopOf.get(hopKey(sighting.sightingId, next.sightingId));
      return [
        { kind: 'passage', sighting },
        ...(hop === undefined ? line(gapAfter(sighting.sightingId)) : [{ kind: 'hop' as const, hop }]),
      ];
    }),
  ];
}
