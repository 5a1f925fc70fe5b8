import { Flex, Pagination, Tag, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Figure, FigureRow } from '../../../../contracts/index.ts';
import { useFigureRows } from '../queries.ts';
import { DataTable } from '../shared/data-table.tsx';
import { Failure } from '../shared/failure.tsx';
import { inWords } from '../shared/in-words.ts';
import { inUnit, metricName } from './figure-text.ts';

type Verdict = 'counts' | 'partly' | 'costs';
const verdictOf = ({ numerator, denominator }: FigureRow): Verdict =>
  numerator >= denominator ? 'counts' : numerator > 0 ? 'partly' : 'costs';
const verdictColor = { counts: 'green', partly: 'gold', costs: 'red' } as const;
const pageSize = 20;

/** The cameras and key places behind a figure, those that cost most first. */
export function FigureRows(props: { figure: Figure; scope: string; month: string }): ReactNode {
  const { figure, scope, month } = props;
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const rows = useFigureRows({
    scope,
    month,
    metric: figure.metric,
    offset: (page - 1) * pageSize,
    limit: pageSize,
  });
  return (
    <>
      <Flex justify="space-between" align="center" gap="small" wrap className="figure-rows-head">
        <Typography.Title level={5} className="page-title">
          {t('figures.rows', { metric: metricName(figure.metric) })}
        </Typography.Title>
        <Typography.Text type="secondary">{t('figures.costliestFirst')}</Typography.Text>
      </Flex>
      {rows.isError && <Failure error={rows.error} retry={() => void rows.refetch()} />}
      <DataTable<FigureRow & { readonly name: string }>
        rowKey={(row) => `${row.cameraId} ${row.keyPlaceId} ${row.because}`}
        rows={rows.data?.rows ?? []}
        columns={[
          { title: t('figures.subject'), render: (row) => <Subject row={row} month={month} /> },
          {
            title: t('figures.verdict'),
            render: (row) => <Tag color={verdictColor[verdictOf(row)]}>{t(`figures.${verdictOf(row)}`)}</Tag>,
          },
          { title: t('figures.because'), render: ({ because }) => inWords(because) },
          {
            title: t('figures.numerator'),
            isNumeric: true,
            render: (row) => inUnit(row.numerator, figure.unit),
          },
          {
            title: t('figures.denominator'),
            isNumeric: true,
            render: (row) => inUnit(row.denominator, figure.unit),
          },
        ]}
      />
      {figure.rowCount > pageSize && (
        <Flex justify="end" className="table-pages">
          <Pagination
            size="small"
            current={page}
            pageSize={pageSize}
            total={figure.rowCount}
            showSizeChanger={false}
            onChange={setPage}
          />
        </Flex>
      )}
    </>
  );
}

function Subject(props: { row: FigureRow & { readonly name: string }; month: string }): ReactNode {
  const { cameraId, keyPlaceId, name } = props.row;
  const id = keyPlaceId ?? cameraId ?? '';
  const shown = name === '' ? id : name;
  return (
    <>
      <div>
        {keyPlaceId === null && cameraId !== null ? (
          <Link to={`/figures/cameras/${cameraId}?${new URLSearchParams({ month: props.month })}`}>
            {shown}
          </Link>
        ) : (
          shown
        )}
      </div>
      {name !== '' && <small className="quiet">{id}</small>}
    </>
  );
}
