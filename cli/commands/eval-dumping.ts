import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  faultsOf,
  figuresOf,
  goals,
  header,
  line,
  meetsGoals,
  openKept,
  reliability,
  runCases,
} from '../../bench/cases/index.ts';
import { type DetectorPool, findModel, openDetectorPool } from '../../inference/index.ts';
import { openLog, PipelineError } from '../../kernel/index.ts';
import { configure } from '../configure.ts';
import type { CommonOptions } from '../program/declare.ts';
import { modelDirs } from '../model-dirs.ts';

interface DumpingOptions extends CommonOptions {
  readonly json?: string;
  readonly seed: string;
  readonly split: string;
  readonly looks?: boolean;
  readonly every: string;
  readonly only: string;
  readonly negatives?: boolean;
  readonly keep?: string;
}

const share = (part: number, all: number): string => (all === 0 ? '    –' : (part / all).toFixed(3));

/**
 * Make clips with a known dumping from real footage, run them through the pipeline, and compare.
 * @throws PipelineError EVAL_GOAL_MISSED when a goal is missed on the tuned or on the held-out part,
 *   IMPORT_FILE_NOT_FOUND when there is no footage at all.
 */
export async function evalDumping(
  dir: string | undefined,
  options: DumpingOptions,
  signal: AbortSignal,
): Promise<void> {
  const root = join(import.meta.dirname, '..', '..');
  const config = await configure(options.config === undefined ? {} : { config: options.config });
  let pool = null as Promise<DetectorPool> | null;
  const openDetector = async (): Promise<DetectorPool> =>
    await (pool ??= findModel(config.inference.model, modelDirs(config)).then(
      async (model) =>
        await openDetectorPool({
          model,
          workers: 1,
          executionProvider: 'cpu',
          log: openLog({ level: 'error' }),
        }),
    ));
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const kept = await openKept(options.keep ?? null);
  const results = [...kept.results];
  try {
    const cases = runCases({
      folder: resolve(dir ?? join(root, 'data', 'footage')),
      cacheDir: join(root, '.cache', 'cases'),
      seeds: options.seed.split(',').map(Number),
      split: Number(options.split),
      openDetector,
      model: config.inference.model,
      looks: options.looks === true,
      every: Number(options.every),
      only: options.only,
      isNegativesOnly: options.negatives === true,
      isKnown: (one) => kept.has(one),
      say,
      signal,
    });
    for await (const result of cases) {
      results.push(result);
      await kept.add(result);
      const faults = faultsOf(result);
      if (faults.length > 0) say(`${result.case.id}: ${faults.join('; ')}`);
    }
  } finally {
    await (await pool)?.[Symbol.asyncDispose]();
  }
  if (signal.aborted) throw new PipelineError('INTERRUPTED', 'Interrupted.', { hint: 'Run it again.' });
  if (results.length === 0) {
    throw new PipelineError('IMPORT_FILE_NOT_FOUND', 'There is no footage to make cases from.', {
      hint: 'Name the folder that holds it; bench/cases/README.md lists the files.',
    });
  }
  const parts = {
    tuned: figuresOf(results.filter((one) => !one.case.isHeldOut)),
    'held out': figuresOf(results.filter((one) => one.case.isHeldOut)),
    all: figuresOf(results),
  };
  say(`\n${''.padEnd(32)}${header}`);
  for (const kind of new Set(results.map((one) => one.case.kind))) {
    say(`${kind.padEnd(32)}${line(figuresOf(results.filter((one) => one.case.kind === kind)))}`);
  }
  for (const [part, figures] of Object.entries(parts))
    say(`${part.toUpperCase().padEnd(32)}${line(figures)}`);
  const bands = reliability(results);
  say('\nconfidence   alerts  right  share  said');
  for (const band of bands) {
    say(
      `${band.from.toFixed(1)}–${band.to.toFixed(1)}      ${String(band.alerts).padStart(6)}  ${String(band.right).padStart(5)}  ${share(band.right, band.alerts)}  ${band.meanConfidence?.toFixed(2) ?? '   –'}`,
    );
  }
  const videoS = parts.all.videoS;
  const cpuMs = results.reduce((sum, one) => sum + one.cpuMs, 0);
  say(`\nrules, tracker and gate: ${((videoS * 1_000) / Math.max(cpuMs, 1)).toFixed(0)} × real time`);
  if (options.json !== undefined) {
    const cases = results.map(({ case: { id, isHeldOut, seed }, score, delaysS }) => ({
      id,
      isHeldOut,
      seed,
      score,
      delaysS,
    }));
    await writeFile(
      options.json,
      `${JSON.stringify({ goals, parts, reliability: bands, cases }, null, 1)}\n`,
    );
  }
  if (!meetsGoals(parts.tuned) || !meetsGoals(parts['held out'])) {
    throw new PipelineError('EVAL_GOAL_MISSED', 'The dumping rule misses a goal on the generated cases.', {
      hint: `Goals: ${JSON.stringify(goals)}; the lines above say which cases.`,
    });
  }
}
