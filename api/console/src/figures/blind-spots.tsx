import { Card } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { amount } from '../format.ts';
import { useBlindSpots } from '../queries.ts';
import { DataTable } from '../shared/data-table.tsx';

const mostShown = 100;

/** Where key places are not seen by any camera in service, largest first. */
export function BlindSpots({ scope, month }: { scope: string; month: string }): ReactNode {
  const { t } = useTranslation();
  const spots = useBlindSpots(scope, month, mostShown);
  if (spots.data === undefined || spots.data.total === 0) return null;
  return (
    <Card className="figure-rows" title={t('figures.blindSpots', { count: spots.data.total })}>
      <DataTable
        rowKey={({ keyPlaceId, fromM }) => `${keyPlaceId} ${fromM}`}
        rows={spots.data.items}
        columns={[
          {
            title: t('figures.place'),
            render: ({ keyPlaceId, name }) => (
              <>
                <div>{name === '' ? keyPlaceId : name}</div>
                <small className="quiet">{keyPlaceId}</small>
              </>
            ),
          },
          { title: t('figures.spotKind'), render: ({ kind }) => t(`figures.spot.${kind}`) },
          {
            title: t('figures.size'),
            isNumeric: true,
            render: ({ kind, size }) =>
              kind === 'point'
                ? ''
                : `${amount(size)} ${t(`unit.${kind === 'area' ? 'squareMetres' : 'metres'}`)}`,
          },
          {
            title: t('figures.along'),
            isNumeric: true,
            render: ({ fromM, toM }) =>
              fromM === null || toM === null ? '' : `${amount(fromM)} – ${amount(toM)} ${t('unit.metres')}`,
          },
          {
            title: t('figures.at'),
            isNumeric: true,
            render: ({ at }) => `${at.lonDeg.toFixed(6)}, ${at.latDeg.toFixed(6)}`,
          },
        ]}
      />
    </Card>
  );
}
