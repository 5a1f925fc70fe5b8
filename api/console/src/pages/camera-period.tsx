import { Alert, Card, Flex, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { CameraNow } from '../figures/camera-now.tsx';
import { inUnit, metricName } from '../figures/figure-text.ts';
import { Timeline } from '../figures/timeline.tsx';
import { dateTime } from '../format.ts';
import { useCameraPeriod } from '../queries.ts';
import { DataTable } from '../shared/data-table.tsx';
import { Failure } from '../shared/failure.tsx';
import { inWords } from '../shared/in-words.ts';
import { Loading } from '../shared/loading.tsx';

/** One camera over the window: its intervals, what it adds to each figure, and how it is now. */
export default function CameraPeriodPage(): ReactNode {
  const { t } = useTranslation();
  const { cameraId = '' } = useParams();
  const [search] = useSearchParams();
  const month = search.get('month') ?? 'latest';
  const period = useCameraPeriod(cameraId, month);
  if (period.data === undefined) {
    return period.isError ? (
      <Failure error={period.error} retry={() => void period.refetch()} />
    ) : (
      <Loading />
    );
  }
  const { name, fromMs, toMs, states, figures } = period.data;
  const changes = states.toReversed();
  return (
    <>
      <Flex justify="space-between" align="center" gap="middle" wrap className="page-head">
        <div>
          <Typography.Title level={4} className="page-title">
            {name}
          </Typography.Title>
          <Typography.Text type="secondary">
            {cameraId} · {t('figures.window', { from: dateTime(fromMs), to: dateTime(toMs) })}
          </Typography.Text>
        </div>
        <Flex gap="middle">
          <Link to={`/upkeep?${new URLSearchParams({ cameraId })}`}>{t('upkeep.ask')}</Link>
          <Link to={`/cameras/${cameraId}/zones`}>{t('zones.edit')}</Link>
          <Link to={`/figures?${new URLSearchParams({ month })}`}>{t('figures.back')}</Link>
        </Flex>
      </Flex>
      <Card title={t('figures.timeline')}>
        <Timeline period={period.data} />
      </Card>
      <CameraNow cameraId={cameraId} />
      <Card className="figure-rows" title={t('figures.itsFigures')}>
        {figures.length === 0 && <Alert type="info" showIcon title={t('figures.noFigures')} />}
        <DataTable
          rowKey={({ metric, because }) => `${metric} ${because}`}
          rows={figures}
          columns={[
            { title: t('figures.figure'), render: ({ metric }) => metricName(metric) },
            { title: t('figures.because'), render: ({ because }) => inWords(because) },
            {
              title: t('figures.numerator'),
              isNumeric: true,
              render: ({ numerator, unit }) => inUnit(numerator, unit),
            },
            {
              title: t('figures.denominator'),
              isNumeric: true,
              render: ({ denominator, unit }) => inUnit(denominator, unit),
            },
          ]}
        />
      </Card>
      <Card className="figure-rows" title={t('figures.intervals')}>
        <DataTable
          rowKey={({ fromMs: from }) => String(from)}
          rows={changes}
          columns={[
            { title: t('figures.state'), render: ({ state }) => t(`cameraState.${state}`) },
            { title: t('figures.from'), render: ({ fromMs: from }) => dateTime(from) },
            { title: t('figures.to'), render: ({ toMs: to }) => dateTime(to) },
            {
              title: t('figures.lasted'),
              isNumeric: true,
              render: ({ fromMs: from, toMs: to }) => inUnit((to - from) / 1_000, 'seconds'),
            },
            { title: t('figures.because'), render: ({ cause }) => inWords(cause) },
          ]}
        />
      </Card>
    </>
  );
}
