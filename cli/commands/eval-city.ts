import {
  associate,
  type City,
  type ClockFinding,
  type HopQuery,
  hopQueries,
  neighbourhoodAbout,
  planRoute,
  rankedFrom,
  replayOfficer,
  scoreHits,
  scoreRoutes,
  type Survey,
  survey,
  surveySources,
} from '../../correlation/index.ts';
import { atLeast, atMost, type RouteFigures, showGoals } from './route-goals.ts';

/** Sightings this far from the one in question are not looked at. */
const hopBounds = { beforeMs: 9 * 60_000, afterMs: 9 * 60_000 };
const routeBounds = { beforeMs: 11 * 60_000, afterMs: 11 * 60_000 };

const clockLine = ({ cameraId, basis, offsetMs, errorMs }: ClockFinding): string =>
  `  ${cameraId}: ${basis}, ${(offsetMs / 1_000).toFixed(1)} s ± ${(errorMs / 1_000).toFixed(1)} s\n`;

/** @param every take one incident in so many. */
export function evalCity(
  { edges, views, clocks, sightings, actors, truth: all }: City,
  every: number,
  interrupted: AbortSignal,
): RouteFigures {
  const truth = all.filter((_, index) => index % every === 0);
  const startedAtMs = performance.now();
  const known = survey(surveySources(edges, views, clocks), sightings);
  const surveyMs = performance.now() - startedAtMs;
  process.stdout.write(
    `${sightings.length} sightings at ${clocks.length} cameras surveyed in ${(surveyMs / 1_000).toFixed(1)} s. Clocks that were not measured, or have been shifted:\n`,
  );
  const odd = known.clocks.filter(({ basis }) => basis !== 'measured');
  for (const finding of odd) process.stdout.write(clockLine(finding));

  // Routes first: they know nothing of what will be asked.
  const byId = new Map(known.passages.map((passage) => [passage.passageId, passage]));
  const routes: Record<string, { forward: string[]; backward: string[] }> = {};
  const replaying: (() => ReturnType<typeof replayOfficer>)[] = [];
  const proposalMs: number[] = [];
  for (const target of truth) {
    interrupted.throwIfAborted();
    const actor = byId.get(actors.get(target.incidentId) ?? '');
    if (actor === undefined) continue;
    const beganAtMs = performance.now();
    const area = neighbourhoodAbout(known, actor, routeBounds);
    const plan = planRoute(area, { confirmed: [actor.passageId], struck: [] });
    proposalMs.push(performance.now() - beganAtMs);
    const hops = plan.routes[0]?.hops ?? [];
    const split = hops.findIndex(({ fromId }) => fromId === actor.passageId);
    const at = split < 0 ? hops.length : split;
    routes[target.incidentId] = {
      forward: hops.slice(at).map(({ toId }) => toId),
      backward: hops
        .slice(0, at)
        .map(({ fromId }) => fromId)
        .toReversed(),
    };
    replaying.push(() => replayOfficer(area, actor.passageId, target));
  }
  const proposalOf = (incidentId: string): { forward: string[]; backward: string[] } =>
    routes[incidentId] ?? { forward: [], backward: [] };
  const forward = scoreRoutes(truth, proposalOf, 'forward');
  const backward = scoreRoutes(truth, proposalOf, 'backward');

  const queries = hopQueries(truth);
  const rankings = rankAll(known, queries, interrupted);
  const ranked = ({ side, passageId }: HopQuery): readonly string[] => rankings[side][passageId] ?? [];
  const next = scoreHits(
    queries.filter(({ side }) => side === 'next'),
    ranked,
  );
  const previous = scoreHits(
    queries.filter(({ side }) => side === 'previous'),
    ranked,
  );
  const goals = [
    atLeast('next, first', next.first, 0.7),
    atLeast('next, first three', next.firstThree, 0.85),
    atLeast('previous, first', previous.first, 0.7),
    atLeast('previous, first three', previous.firstThree, 0.85),
    atLeast('forward found', forward.found, 0.4),
    atMost('forward wrong hops', forward.wrong, 0.2),
    atLeast('backward found', backward.found, 0.4),
    atMost('backward wrong hops', backward.wrong, 0.2),
    atMost('seconds per proposal, median', median(proposalMs) / 1_000, 2),
  ];
  showGoals(goals);
  const replays = replaying.map((replay) => {
    interrupted.throwIfAborted();
    return replay();
  });
  // Every incident counts; one that the officer gave up on as more than any that was completed.
  const perHop = replays.map(({ decisions, trueHops, isComplete }) =>
    isComplete ? decisions / Math.max(1, trueHops) : Number.POSITIVE_INFINITY,
  );
  const decisions = atMost('decisions per true hop, median', median(perHop), 1.6);
  showGoals([decisions]);
  const completeCount = replays.filter(({ isComplete }) => isComplete).length;
  process.stdout.write(`${completeCount} of ${replays.length} routes were completed.\n`);
  return {
    goals: [...goals, decisions],
    details: { next, previous, forward, backward, completeCount, perHop, clocks: odd },
    proposals: { ...rankings, routes },
  };
}

type Rankings = Record<'next' | 'previous', Record<string, readonly string[]>>;

function rankAll(known: Survey, queries: readonly HopQuery[], interrupted: AbortSignal): Rankings {
  const byId = new Map(known.passages.map((passage) => [passage.passageId, passage]));
  const rankings: Rankings = { next: {}, previous: {} };
  for (const [passageId, asked] of Map.groupBy(queries, (query) => query.passageId)) {
    interrupted.throwIfAborted();
    const passage = byId.get(passageId);
    if (passage === undefined) continue;
    const association = associate(neighbourhoodAbout(known, passage, hopBounds), {
      confirmed: [],
      struck: [],
    });
    for (const { side } of asked) {
      const way = side === 'next' ? 'forward' : 'backward';
      rankings[side][passageId] = rankedFrom(association, passageId, way).map((one) => one.passageId);
    }
  }
  return rankings;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.POSITIVE_INFINITY;
}
