import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { SceneEventKind } from '../contracts/index.ts';
import { type Config, messageOf, PipelineError } from '../kernel/index.ts';
import { type CaseSettings, LegalTable } from './cases/index.ts';
import type { IncidentSettings } from './incidents/index.ts';

const shippedTable = join(import.meta.dirname, 'cases', 'legal-table.yaml');

/**
 * What the configuration says of incidents and cases.
 * @throws PipelineError CONFIG_INVALID.
 */
export const correlationSettings = async (
  config: Pick<Config, 'correlation' | 'cases'>,
): Promise<IncidentSettings> => ({ ...config.correlation, cases: await loadCaseSettings(config) });

/**
 * How the district handles its cases, from the configuration.
 * @throws PipelineError CONFIG_INVALID when the table of provisions, or a kind of event named in it, is none.
 */
async function loadCaseSettings({ cases }: Pick<Config, 'cases'>): Promise<CaseSettings> {
  const { desks, limits, workHours } = cases;
  const file = cases.legalTable ?? shippedTable;
  const unknown = Object.keys(limits.feedbackByKind).find((kind) => !SceneEventKind.safeParse(kind).success);
  if (unknown !== undefined) {
    throw new PipelineError('CONFIG_INVALID', `cases.limits.feedbackByKind.${unknown} is no kind of event.`, {
      hint: `Kinds are ${SceneEventKind.options.join(', ')}.`,
    });
  }
  return {
    desks: desks.map(({ deskId, agency, name, areaCodes, outline, roster }) => ({
      deskId,
      agency,
      name,
      areaCodes,
      outline: outline?.map(([lonDeg, latDeg]) => ({ lonDeg, latDeg })) ?? null,
      roster,
    })),
    limits,
    workHours: workHours.map((hours) => {
      const [from = '', to = ''] = hours.split('-');
      return { fromMinute: minuteOf(from), toMinute: minuteOf(to) };
    }),
    legalTable: await readLegalTable(file),
  };
}

const minuteOf = (clock: string): number => {
  const [hours, minutes] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
};

async function readLegalTable(file: string): Promise<LegalTable> {
  try {
    return LegalTable.parse(parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const found = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new PipelineError('CONFIG_INVALID', `The table of provisions ${file} cannot be used: ${found}`, {
      hint: 'Compare it with correlation/cases/legal-table.yaml.',
      cause,
    });
  }
}
