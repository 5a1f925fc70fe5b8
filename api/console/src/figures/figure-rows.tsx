import { Checkbox, Flex, Table, Tag, Typography } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure, FigureRow } from '../../../../contracts/index.ts';
import { useCameras, useKeyPlaces } from '../queries.ts';
import { inWords } from '../shared/in-words.ts';
import { inUnit, metricName } from './figure-text.ts';

type Verdict = 'counts' | 'partly' | 'costs';
const verdictOf = ({ numerator, denominator }: FigureRow): Verdict =>
  numerator >= denominator ? 'counts' : numerator > 0 ? 'partly' : 'costs';
const verdictColor = { counts: 'green', partly: 'gold', costs: 'red' } as const;
const rank = { costs: 0, partly: 1, counts: 2 } as const;

/** The cameras and key places behind a figure, those that cost first. */
export function FigureRows({ figure }: { figure: Figure }): ReactNode {
  const { t } = useTranslation();
  const [onlyCosts, setOnlyCosts] = useState(false);
  const nameOf = useNames();
  const rows = useMemo(
    () =>
      figure.rows
        .filter((row) => !onlyCosts || verdictOf(row) !== 'counts')
        .toSorted((a, b) => rank[verdictOf(a)] - rank[verdictOf(b)]),
    [figure, onlyCosts],
  );
  return (
    <>
      <Flex justify="space-between" align="center" gap="small" wrap className="figure-rows-head">
        <Typography.Title level={5} className="page-title">
          {t('figures.rows', { metric: metricName(figure.metric) })}
        </Typography.Title>
        <Checkbox checked={onlyCosts} onChange={({ target }) => setOnlyCosts(target.checked)}>
          {t('figures.onlyCosts')}
        </Checkbox>
      </Flex>
      <Table<FigureRow>
        size="small"
        scroll={{ x: 'max-content' }}
        rowKey={(row) => `${row.cameraId} ${row.keyPlaceId}`}
        dataSource={rows}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          {
            title: t('figures.subject'),
            render: (_, row) => {
              const id = row.keyPlaceId ?? row.cameraId ?? '';
              const name = nameOf(id);
              return (
                <>
                  <div>{name ?? id}</div>
                  {name !== null && <small className="quiet">{id}</small>}
                </>
              );
            },
          },
          {
            title: '',
            render: (_, row) => (
              <Tag color={verdictColor[verdictOf(row)]}>{t(`figures.${verdictOf(row)}`)}</Tag>
            ),
          },
          { title: t('figures.because'), dataIndex: 'because', render: (text: string) => inWords(text) },
          {
            title: t('figures.numerator'),
            align: 'right',
            render: (_, row) => inUnit(row.numerator, figure.unit),
          },
          {
            title: t('figures.denominator'),
            align: 'right',
            render: (_, row) => inUnit(row.denominator, figure.unit),
          },
        ]}
      />
    </>
  );
}

function useNames(): (id: string) => string | null {
  const cameras = useCameras();
  const keyPlaces = useKeyPlaces();
  const names = useMemo(
    () =>
      new Map([
        ...(cameras.data?.items ?? []).map(({ camera }) => [camera.cameraId, camera.name] as const),
        ...(keyPlaces.data?.items ?? []).map((place) => [place.keyPlaceId, place.name] as const),
      ]),
    [cameras.data, keyPlaces.data],
  );
  return (id) => names.get(id) ?? null;
}
