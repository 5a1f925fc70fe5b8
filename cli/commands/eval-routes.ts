import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateQuarter, readCity, readJunction, scoreJunction } from '../../correlation/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { CommonOptions } from '../program/declare.ts';
import { evalCity } from './eval-city.ts';
import { atLeast, isMet, type RouteFigures, showGoals } from './route-goals.ts';

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

async function evalJunction(dir: string): Promise<RouteFigures> {
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
  showGoals(goals);
  return {
    goals,
    details: { ...score, timesAlone },
  };
}

function evalGenerated(seed: number, every: number, interrupted: AbortSignal): RouteFigures {
  const quarter = generateQuarter(seed);
  process.stdout.write(
    `Quarter ${seed}, ${quarter.pattern}: ${quarter.edges.length} stretches of road, ${quarter.truth.length} incidents.\n`,
  );
  return evalCity(quarter, every, interrupted);
}

async function evalFolder(dir: string, every: number, interrupted: AbortSignal): Promise<RouteFigures> {
  if (!existsSync(join(dir, 'roads.geojson'))) return evalJunction(dir);
  return evalCity(await readCity((name) => read(dir, name)), every, interrupted);
}

/**
 * Propose routes and next cameras where the true routes are known, and score them.
 * @param dir folder with a quarter or a junction.
 * @param options.generated seed of a quarter that is made instead.
 * @param options.proposals file for everything that was proposed.
 * @throws PipelineError EVAL_GOAL_MISSED when a figure misses its goal; USAGE unless there is one thing to
 * evaluate.
 */
export async function evalRoutes(
  dir: string | undefined,
  options: CommonOptions & {
    readonly generated?: number;
    readonly every: number;
    readonly json?: string;
    readonly proposals?: string;
  },
  interrupted: AbortSignal,
): Promise<void> {
  const { generated, every } = options;
  if ((dir === undefined) === (generated === undefined) || every < 1) {
    throw new PipelineError(
      'USAGE',
      'Neither or both of a folder and a seed were given, or --every is below 1.',
      {
        hint: 'Give a folder, or --generated and a number.',
      },
    );
  }
  const { goals, details, proposals } =
    generated === undefined
      ? await evalFolder(dir ?? '', every, interrupted)
      : evalGenerated(generated, every, interrupted);
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
