import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleTraceEntry, SceneEvent } from '../../../../contracts/index.ts';
import { amount, clockTime, span, wholePercent } from '../format.ts';
import { DataTable } from '../shared/data-table.tsx';
import { inWords } from '../shared/in-words.ts';

/** What the rule asked for, from when to when it held, and how far it was met. */
export function Trace({ event }: { event: SceneEvent }): ReactNode {
  const { t } = useTranslation();
  const figures = ({ condition, measured, threshold }: RuleTraceEntry): string =>
    measured === null && threshold === null
      ? ''
      : [measured, threshold]
          .map((value) => (value === null ? '—' : inItsUnit(value, condition)))
          .join(' / ');
  return (
    <DataTable<RuleTraceEntry>
      rowKey={(entry) => `${entry.condition} ${entry.fromMs}`}
      rows={event.trace}
      columns={[
        { title: t('incident.condition'), render: ({ condition }) => inWords(condition) },
        { title: t('incident.from'), render: ({ fromMs }) => clockTime(fromMs) },
        {
          title: t('incident.to'),
          render: ({ toMs }) => (toMs === null ? t('incident.holds') : clockTime(toMs)),
        },
        { title: t('incident.measured'), isNumeric: true, render: figures },
      ]}
    />
  );
}

/** A condition names its unit at its end. */
function inItsUnit(value: number, condition: string): string {
  if (/\bms$/.test(condition)) return span(value);
  return /\bshare$/.test(condition) ? wholePercent(value) : amount(value, 2);
}
