import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  associate,
  type ClockFinding,
  type HopQuery,
  hopQueries,
  neighbourhoodAbout,
  planRoute,
  rankedFrom,
  readCityActors,
  readCityClocks,
  readJunction,
  readRoads,
  readCitySightings,
  readCityTruth,
  readCityViews,
  replayOfficer,
  scoreHits,
  scoreJunction,
  scoreRoutes,
  type Survey,
  survey,
  surveySources,
} from '../../correlation/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { CommonOptions } from '../program/declare.ts';

/** Sightings this far from the one in question are not looked at. */
const hopBounds = { beforeMs: 9 * 60_000, afterMs: 9 * 60_000 };
const routeBounds = { beforeMs: 11 * 60_000, afterMs: 11 * 60_000 };

interface Goal {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly isUpper: boolean;
}

const atLeast = (name: string, value: number, limit: number): Goal => ({
  name,
  value,
  limit,
  isUpper: false,
});
const atMost = (name: string, value: number, limit: number): Goal => ({ name, value, limit, isUpper: true });
const isMet = ({ value, limit, isUpper }: Goal): boolean => (isUpper ? value <= limit : value >= limit);

async function read(dir: string, name: string): Promise<string> {
  try {
    return await readFile(join(dir, name), 'utf8');
  } catch (cause) {
    throw new PipelineError('IMPORT_FILE_UNREADABLE', `${name} cannot be read: ${messageOf(cause)}`, {
      hint: 'The folder must hold cameras, sightings and the true routes: see correlation/topology/README.md.',
      cause,
    });
  }
}

const clockLine = ({ cameraId, basis, offsetMs, errorMs }: ClockFinding): string =>
  `  ${cameraId}: ${basis}, ${(offsetMs / 1_000).toFixed(1)} s ± ${(errorMs / 1_000).toFixed(1)} s\n`;

interface Result {
  readonly goals: readonly Goal[];
  readonly details: Record<string, unknown>;
  readonly proposals?: unknown;
}

async function evalCity(dir: string, interrupted: AbortSignal): Promise<Result> {
  const { roads } = readRoads(await read(dir, 'roads.geojson'));
  const views = readCityViews(await read(dir, 'cameras.geojson'));
  const clocks = readCityClocks(await read(dir, 'camera-states.json'));
  const sightings = readCitySightings(await read(dir, 'sightings.ndjson'), views);
  const actors = readCityActors(await read(dir, 'incidents.json'));
  const startedAtMs = performance.now();
  const edges = roads.map(({ edge }) => edge);
  const known = survey(surveySources(edges, views, clocks), sightings);
  const surveyMs = performance.now() - startedAtMs;
  process.stdout.write(
    `${sightings.length} sightings at ${clocks.length} cameras surveyed in ${(surveyMs / 1_000).toFixed(1)} s. Clocks that were not measured, or have been shifted:\n`,
  );
  const odd = known.clocks.filter(({ basis }) => basis !== 'measured');
  for (const finding of odd) process.stdout.write(clockLine(finding));
  const truth = readCityTruth(await read(dir, 'truth.json'));

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
  show(goals);
  const replays = replaying.map((replay) => {
    interrupted.throwIfAborted();
    return replay();
  });
  const perHop = replays.map(({ decisions, trueHops, isComplete }) =>
    isComplete ? decisions / Math.max(1, trueHops) : Number.POSITIVE_INFINITY,
  );
  const decisions = atMost('decisions per true hop, median', median(perHop), 1.6);
  show([decisions]);
  return {
    goals: [...goals, decisions],
    details: {
      next,
      previous,
      forward,
      backward,
      completeCount: replays.filter(({ isComplete }) => isComplete).length,
      clocks: odd,
    },
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

function show(goals: readonly Goal[]): void {
  for (const goal of goals) {
    const { name, value, limit, isUpper } = goal;
    process.stdout.write(
      `${name.padEnd(34)} ${value.toFixed(3).padStart(8)}  ${isUpper ? '≤' : '≥'} ${limit}${isMet(goal) ? '' : '  missed'}\n`,
    );
  }
}

async function evalJunction(dir: string): Promise<Result> {
  const hasTracks = existsSync(join(dir, 'tracks.txt'));
  const junction = readJunction(
    await read(dir, 'cameras.json'),
    await read(dir, 'routes.json'),
    hasTracks ? await read(dir, 'tracks.txt') : null,
  );
  process.stdout.write(
    `${junction.glimpses.length} sightings at ${junction.positions.length} cameras, told apart by times${hasTracks ? ' and by where they enter and leave the picture' : ' alone'}.\n`,
  );
  const score = scoreJunction(junction);
  const timesAlone = hasTracks
    ? scoreJunction({
        ...junction,
        glimpses: junction.glimpses.map((glimpse) => ({ ...glimpse, pathNorm: null })),
      })
    : score;
  process.stdout.write(
    `From times alone: first ${timesAlone.first.toFixed(3)}, first three ${timesAlone.firstThree.toFixed(3)}.\n`,
  );
  const goals = [
    atLeast('next camera, first', score.first, 0.75),
    atLeast('next camera, first three', score.firstThree, 0.95),
  ];
  show(goals);
  return {
    goals,
    details: { ...score, timesAlone },
  };
}

/**
 * Propose routes and next cameras for a folder whose true routes are known, and score them.
 * @param options.proposals file for everything that was proposed.
 * @throws PipelineError EVAL_GOAL_MISSED when a figure misses its goal.
 */
export async function evalRoutes(
  dir: string,
  options: CommonOptions & { readonly json?: string; readonly proposals?: string },
  interrupted: AbortSignal,
): Promise<void> {
  const isCity = existsSync(join(dir, 'roads.geojson'));
  const { goals, details, proposals } = isCity ? await evalCity(dir, interrupted) : await evalJunction(dir);
  if (options.json !== undefined)
    await writeFile(options.json, `${JSON.stringify({ goals, details }, null, 1)}\n`);
  if (options.proposals !== undefined && proposals !== undefined) {
    await writeFile(options.proposals, `${JSON.stringify(proposals)}\n`);
  }
  const missed = goals.filter((goal) => !isMet(goal));
  if (missed.length === 0) return;
  throw new PipelineError(
    'EVAL_GOAL_MISSED',
    `${missed.length} of ${goals.length} goals were missed: ${missed.map(({ name }) => name).join(', ')}.`,
    { hint: 'Each figure stands above with its goal.' },
  );
}
