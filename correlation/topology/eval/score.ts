/** One target's true passages, as far as scoring needs them: sightings of each in order, empty where it was missed. */
export interface TrueRoute {
  readonly incidentId: string;
  readonly passages: readonly (readonly string[])[];
  readonly incidentPassage: number;
}

export interface HopQuery {
  readonly side: 'next' | 'previous';
  readonly passageId: string;
  /** Parts of the same broken track: left out of the ranking. */
  readonly own: readonly string[];
  readonly right: readonly string[];
}

/** Each two consecutive passages that were seen, asked from either side. */
export function hopQueries(truth: readonly TrueRoute[]): HopQuery[] {
  return truth.flatMap(({ passages }) => {
    const seen = passages.filter((parts) => parts.length > 0);
    return seen.slice(1).flatMap((later, at): HopQuery[] => {
      const earlier = seen[at] ?? [];
      return [
        { side: 'next', passageId: earlier.at(-1) ?? '', own: earlier, right: later },
        { side: 'previous', passageId: later[0] ?? '', own: later, right: earlier },
      ];
    });
  });
}

export interface HitScore {
  readonly count: number;
  readonly first: number;
  readonly firstThree: number;
}

/** Shares of queries whose right answer is ranked first, and among the first three. */
export function scoreHits(
  queries: readonly HopQuery[],
  rankingOf: (query: HopQuery) => readonly string[],
): HitScore {
  let first = 0;
  let firstThree = 0;
  for (const query of queries) {
    const ranked = rankingOf(query)
      .slice(0, 8)
      .filter((id) => !query.own.includes(id));
    if (query.right.includes(ranked[0] ?? '')) first += 1;
    if (ranked.slice(0, 3).some((id) => query.right.includes(id))) firstThree += 1;
  }
  const count = Math.max(1, queries.length);
  return { count: queries.length, first: first / count, firstThree: firstThree / count };
}

/** Proposed passages of one incident, away from it on either side. */
export interface ProposedRoute {
  readonly forward: readonly string[];
  readonly backward: readonly string[];
}

export interface RouteScore {
  readonly passageCount: number;
  readonly hopCount: number;
  /** Share of the seen passages that the proposal holds. */
  readonly found: number;
  /** Share of the proposed hops that are not from one of the vehicle's passages to a later (earlier) one. */
  readonly wrong: number;
}

export function scoreRoutes(
  truth: readonly TrueRoute[],
  proposalOf: (incidentId: string) => ProposedRoute,
  side: 'forward' | 'backward',
): RouteScore {
  const sign = side === 'forward' ? 1 : -1;
  let passageCount = 0;
  let hopCount = 0;
  let found = 0;
  let wrong = 0;
  for (const { incidentId, passages, incidentPassage } of truth) {
    const where = new Map(passages.flatMap((parts, at) => parts.map((id) => [id, at] as const)));
    const proposed = proposalOf(incidentId)[side];
    const there = new Set(proposed);
    const onSide = passages.filter((parts, at) => parts.length > 0 && (at - incidentPassage) * sign > 0);
    passageCount += onSide.length;
    hopCount += proposed.length;
    found += onSide.filter((parts) => parts.some((id) => there.has(id))).length;
    let before: number | undefined = incidentPassage;
    for (const id of proposed) {
      const at = where.get(id);
      if (before === undefined || at === undefined || (at - before) * sign < 0) wrong += 1;
      before = at;
    }
  }
  return {
    passageCount,
    hopCount,
    found: found / Math.max(1, passageCount),
    wrong: wrong / Math.max(1, hopCount),
  };
}
