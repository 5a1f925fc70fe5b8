import { Table } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleTraceEntry, SceneEvent } from '../../../../contracts/index.ts';
import { amount, clockTime } from '../format.ts';
import { inWords } from '../shared/in-words.ts';

/** What the rule asked for, from when to when it held, and how far it was met. */
export function Trace({ event }: { event: SceneEvent }): ReactNode {
  const { t } = useTranslation();
  const figures = ({ measured, threshold }: RuleTraceEntry): string =>
    [measured, threshold].map((value) => (value === null ? '—' : amount(value))).join(' / ');
  return (
    <Table<RuleTraceEntry>
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      rowKey={(entry) => `${entry.condition} ${entry.fromMs}`}
      dataSource={event.trace}
      columns={[
        { title: t('incident.condition'), dataIndex: 'condition', render: (text: string) => inWords(text) },
        { title: t('incident.from'), dataIndex: 'fromMs', render: clockTime },
        {
          title: t('incident.to'),
          dataIndex: 'toMs',
          render: (toMs: number | null) => (toMs === null ? t('incident.holds') : clockTime(toMs)),
        },
        { title: t('incident.measured'), align: 'right', render: (_, entry) => figures(entry) },
      ]}
    />
  );
}
