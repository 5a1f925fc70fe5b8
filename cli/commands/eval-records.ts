import { writeFile } from 'node:fs/promises';
import {
  compareWithTruth,
  correlationSettings,
  personalDataKept,
  propose,
  readRecordCity,
  type Score,
} from '../../correlation/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { configure } from '../configure.ts';
import type { CommonOptions } from '../program/declare.ts';

/** Least figures; a set made of other streets, words and habits is harder. */
const goals = [
  ['linked precision', 0.95],
  ['linked F1', 0.88],
  ['suggested F1', 0.92],
  ['duplicates F1', 0.8],
  ['groups F1', 0.85],
  ['legal F1', 0.93],
  ['rejected F1', 0.97],
] as const;

const digits = (share: number): string => share.toFixed(3);
const lineOf = (name: string, { precision, recall, f1, proposed, true: real }: Score): string =>
  `${name.padEnd(11)} precision ${digits(precision)}  recall ${digits(recall)}  F1 ${digits(f1)}  (${proposed} proposed, ${real} true)`;

/**
 * Import a folder of records as it lies, let correlation take it in and hold what it links, merges and calls legal
 * against the truth of the folder.
 * @throws PipelineError EVAL_GOAL_MISSED when a figure is below its goal or personal data was kept.
 */
export async function evalRecords(
  dir: string,
  options: CommonOptions & {
    readonly json?: string;
    readonly proposals?: string;
    readonly paraphrase?: number;
  },
  interrupted: AbortSignal,
): Promise<void> {
  const startedAtMs = performance.now();
  const settings = await correlationSettings(await configure(options));
  const city = await readRecordCity(dir, options.paraphrase);
  interrupted.throwIfAborted();
  const importedAtMs = performance.now();
  const proposals = propose(city, settings);
  const scores = compareWithTruth(city.truth, proposals);
  const rowCount = city.files.reduce((sum, { rows, rejected }) => sum + rows.length + rejected.length, 0);
  for (const name of ['linked', 'suggested', 'duplicates', 'groups', 'legal', 'rejected'] as const) {
    process.stdout.write(`${lineOf(name, scores[name])}\n`);
  }
  const recall = Object.entries(scores.recallBySource).map(
    ([stem, [found, real]]) => `${stem} ${found}/${real}`,
  );
  process.stdout.write(`links found by source: ${recall.join(', ')}\n`);
  const seconds = (fromMs: number, toMs: number): string => ((toMs - fromMs) / 1_000).toFixed(1);
  process.stdout.write(
    `${rowCount} rows read and placed in ${seconds(startedAtMs, importedAtMs)} s, ${city.events.length} events and their records correlated in ${seconds(importedAtMs, performance.now())} s\n`,
  );
  const kept = personalDataKept(city);
  process.stdout.write(
    `${city.personalValues.size} names, numbers and ids of callers in the files, ${kept.length} kept\n`,
  );
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(scores, null, 1)}\n`);
  if (options.proposals !== undefined) await writeFile(options.proposals, JSON.stringify(proposals));
  const found: Record<(typeof goals)[number][0], number> = {
    'linked precision': scores.linked.precision,
    'linked F1': scores.linked.f1,
    'suggested F1': scores.suggested.f1,
    'duplicates F1': scores.duplicates.f1,
    'groups F1': scores.groups.f1,
    'legal F1': scores.legal.f1,
    'rejected F1': scores.rejected.f1,
  };
  const missed = goals.filter(([name, goal]) => found[name] < goal);
  if (missed.length === 0 && kept.length === 0) return;
  const words = missed.map(([name, goal]) => `${name} ${digits(found[name])} < ${goal}`);
  if (kept.length > 0) words.push(`${kept.length} personal values kept`);
  throw new PipelineError('EVAL_GOAL_MISSED', words.join(', '), {
    hint: '`--proposals FILE` writes what was linked, to be looked at one by one.',
  });
}
