import { Checkbox, Flex, Tag, Typography } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure, FigureRow } from '../../../../contracts/index.ts';
import { useCameras, useKeyPlaces } from '../queries.ts';
import { DataTable } from '../shared/data-table.tsx';
import { inWords } from '../shared/in-words.ts';
import { inUnit, metricName } from './figure-text.ts';

const idOf = ({ cameraId, keyPlaceId }: FigureRow): string => keyPlaceId ?? cameraId ?? '';

type Verdict = 'counts' | 'partly' | 'costs';
const verdictOf = ({ numerator, denominator }: FigureRow): Verdict =>
  numerator >= denominator ? 'counts' : numerator > 0 ? 'partly' : 'costs';
const verdictColor = { counts: 'green', partly: 'gold', costs: 'red' } as const;
const rank = { costs: 0, partly: 1, counts: 2 } as const;

/** The cameras and key places behind a figure, those that cost first. */
export function FigureRows({ figure }: { figure: Figure }): ReactNode {
  const { t } = useTranslation();
  const names = useNames();
  const [onlyCosts, setOnlyCosts] = useState(false);
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
      <DataTable<FigureRow>
        rowKey={(row) => `${row.cameraId} ${row.keyPlaceId}`}
        rows={rows}
        columns={[
          {
            title: t('figures.subject'),
            render: (row) => <Subject id={idOf(row)} name={names.get(idOf(row))} />,
          },
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
    </>
  );
}

function Subject({ id, name }: { id: string; name: string | undefined }): ReactNode {
  return (
    <>
      <div>{name ?? id}</div>
      {name !== undefined && <small className="quiet">{id}</small>}
    </>
  );
}

function useNames(): ReadonlyMap<string, string> {
  const cameras = useCameras();
  const keyPlaces = useKeyPlaces();
  return useMemo(
    () =>
      new Map([
        ...(cameras.data?.items ?? []).map(({ camera }) => [camera.cameraId, camera.name] as const),
        ...(keyPlaces.data?.items ?? []).map((place) => [place.keyPlaceId, place.name] as const),
      ]),
    [cameras.data, keyPlaces.data],
  );
}
