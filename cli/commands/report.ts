import { writeFile } from 'node:fs/promises';
import { MeasureScorecard, PeriodExclusions } from '../../contracts/index.ts';
import {
  openFigures,
  reportCsv,
  reportJson,
  reportPage,
  reportWorkbook,
  scopeKinds,
} from '../../correlation/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { askInstance } from '../ask-instance.ts';
import { configure } from '../configure.ts';
import { findInstance } from '../instance.ts';
import type { CommonOptions } from '../program/declare.ts';
import { openBase, openDistrictStore } from '../services.ts';

interface ReportOptions extends CommonOptions {
  readonly month?: string;
  readonly from?: number;
  readonly to?: number;
  readonly instant?: number;
  readonly json?: string;
  readonly csv?: string;
  readonly xlsx?: string;
  readonly html?: string;
}

/** What is shown when no file is asked for. */
const official = ['M1', 'M5', 'M6', 'M7', 'M8'];

async function periodOf(options: ReportOptions) {
  const { month, from: fromMs, to: toMs, instant: instantMs } = options;
  if (month === undefined && (fromMs === undefined || toMs === undefined)) {
    throw new PipelineError('USAGE', 'Which time? Neither --month nor --from and --to were given.', {
      hint: 'For example --month 2026-09, or --from 2026-09-16T00:00:00+08:00 --to 2026-10-16T00:00:00+08:00.',
    });
  }
  const query = { month, ...(month === undefined ? { fromMs, toMs } : {}), instantMs };
  const config = await configure(options, { log: { level: 'warn' } });
  const instance = await findInstance(config.dataDir);
  if (instance !== null) {
    const search = String(
      new URLSearchParams(
        Object.entries(query).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, String(value)] as [string, string]],
        ),
      ),
    );
    const ask = async (path: string): Promise<unknown> =>
      await askInstance(instance, config.dataDir, path, null);
    return {
      scorecard: MeasureScorecard.parse(
        await ask(`/api/measures/scorecard?${search}&by=${scopeKinds.join(',')}`),
      ),
      exclusions: PeriodExclusions.parse(await ask(`/api/measures/exclusions?${search}`)).items,
    };
  }
  await using base = await openBase(config, 'report');
  const figures = openFigures(await openDistrictStore(base), {
    nowMs: () => base.clock.nowMs(),
    asOf: config.measures.asOf,
  });
  const scorecard = await figures.scorecard(query, scopeKinds);
  return { scorecard, exclusions: (await figures.exclusions(query)).items };
}

/** Write every figure of a month, for every level, so that anyone can check it from outside. */
export async function report(options: ReportOptions): Promise<void> {
  const period = await periodOf(options);
  const files: readonly (readonly [string | undefined, () => string | Uint8Array])[] = [
    [options.json, () => `${JSON.stringify(reportJson(period), null, 1)}\n`],
    [options.csv, () => reportCsv(period)],
    [options.xlsx, () => reportWorkbook(period)],
    [options.html, () => reportPage(period)],
  ];
  const { scopes } = period.scorecard;
  for (const [file, content] of files) {
    if (file === undefined) continue;
    await writeFile(file, content());
    process.stdout.write(`${file}: ${scopes.length} scopes\n`);
  }
  for (const figure of scopes[0]?.figures ?? []) {
    if (!official.includes(figure.metric)) continue;
    const { metric, value, numerator, denominator, status } = figure;
    const shown = value === null ? '–' : `${(Math.floor(value * 100_000) / 1_000).toFixed(2)} %`;
    process.stdout.write(
      `${metric.padEnd(4)} ${shown.padStart(9)}  ${numerator} / ${denominator}  ${status}\n`,
    );
  }
}
