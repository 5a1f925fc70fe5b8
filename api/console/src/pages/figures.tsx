import { Card, Col, Empty, Flex, Row, Segmented, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FigureCard } from '../figures/figure-card.tsx';
import { FigureRows } from '../figures/figure-rows.tsx';
import { dateTime } from '../format.ts';
import { useMeasures } from '../queries.ts';
import { Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';

const scopes = {
  district: 'district',
  class1: 'pointClass:1',
  class2: 'pointClass:2',
  class3: 'pointClass:3',
} as const;
type ScopeName = keyof typeof scopes;

export default function Figures(): ReactNode {
  const { t } = useTranslation();
  const [scope, setScope] = useState<ScopeName>('district');
  const [metric, setMetric] = useState<string | null>(null);
  const report = useMeasures(scopes[scope]);
  const figures = report.data?.figures ?? [];
  const opened = figures.find((figure) => figure.metric === metric) ?? figures[0];
  return (
    <>
      <Flex justify="space-between" align="center" gap="middle" wrap className="page-head">
        <div>
          <Typography.Title level={4} className="page-title">
            {t('figures.title')}
          </Typography.Title>
          {report.data !== undefined && (
            <Typography.Text type="secondary">
              {t('figures.asOf', { time: dateTime(report.data.asOfMs) })} ·{' '}
              {t('figures.window', { from: dateTime(report.data.fromMs), to: dateTime(report.data.toMs) })}
            </Typography.Text>
          )}
        </div>
        <Segmented<ScopeName>
          aria-label={t('figures.scope')}
          value={scope}
          onChange={setScope}
          options={(Object.keys(scopes) as ScopeName[]).map((value) => ({
            value,
            label: t(`figures.${value}`),
          }))}
        />
      </Flex>
      {report.isPending && <Loading />}
      {report.isError && report.data === undefined && (
        <Failure error={report.error} retry={() => void report.refetch()} />
      )}
      {report.data !== undefined && figures.every(({ rows }) => rows.length === 0) && (
        <Empty className="empty" description={<strong>{t('figures.empty')}</strong>}>
          <Typography.Text type="secondary">{t('figures.emptyHint')}</Typography.Text>
        </Empty>
      )}
      <Row gutter={[16, 16]}>
        {figures.map((figure) => (
          <Col key={figure.metric} xs={24} sm={12} lg={8}>
            <FigureCard
              figure={figure}
              isOpen={figure.metric === opened?.metric}
              onOpen={() => setMetric(figure.metric)}
            />
          </Col>
        ))}
      </Row>
      {opened !== undefined && opened.rows.length > 0 && (
        <Card className="figure-rows">
          <FigureRows key={opened.metric} figure={opened} />
        </Card>
      )}
    </>
  );
}
