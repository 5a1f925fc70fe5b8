import { Card, Col, Empty, Flex, Row, Segmented, Select, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { Figure } from '../../../../contracts/index.ts';
import { BlindSpots } from '../figures/blind-spots.tsx';
import { FigureCard } from '../figures/figure-card.tsx';
import { FigureRows } from '../figures/figure-rows.tsx';
import { OfficialCards } from '../figures/official-cards.tsx';
import { lastMonths } from '../figures/month.ts';
import { levels, official, ScorecardTable } from '../figures/scorecard-table.tsx';
import { dateTime } from '../format.ts';
import { useMeasures, useScorecard } from '../queries.ts';
import { Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';

type Level = (typeof levels)[number];

/** The figures a district is judged on, by street against their targets, and down to the camera that costs. */
export default function Figures(): ReactNode {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const month = search.get('month') ?? 'latest';
  const scope = search.get('scope') ?? 'district';
  const metric = search.get('metric') ?? official[0];
  const [level, setLevel] = useState<Level>('street');
  const set = (parts: Readonly<Record<string, string>>): void => {
    setSearch({ ...Object.fromEntries(search), ...parts }, { replace: true });
  };
  const report = useMeasures(scope, month);
  const figures = report.data?.figures ?? [];
  const opened = figures.find((figure) => figure.metric === metric) ?? figures[0];
  const isEmpty = report.data !== undefined && figures.every(({ rowCount }) => rowCount === 0);
  return (
    <>
      <Flex justify="space-between" align="center" gap="middle" wrap className="page-head">
        <div>
          <Typography.Title level={4} className="page-title">
            {t('figures.title')}
          </Typography.Title>
          {report.data !== undefined && (
            <Typography.Text type="secondary">
              {t('figures.window', { from: dateTime(report.data.fromMs), to: dateTime(report.data.toMs) })} ·{' '}
              {t('figures.instant', { time: dateTime(report.data.instantMs) })}
            </Typography.Text>
          )}
        </div>
        <Flex gap="middle" align="center">
          <Link to="/upkeep">{t('upkeep.title')}</Link>
          <Select
            aria-label={t('figures.month')}
            value={month}
            className="month-select"
            onChange={(value: string) => set({ month: value })}
            options={lastMonths(report.data?.asOfMs, month).map((value) => ({
              value,
              label: value === 'latest' ? t('figures.latest') : value,
            }))}
          />
        </Flex>
      </Flex>
      {report.isPending && <Loading />}
      {report.isError && report.data === undefined && (
        <Failure error={report.error} retry={() => void report.refetch()} />
      )}
      {isEmpty && (
        <Empty className="empty" description={<strong>{t('figures.empty')}</strong>}>
          <Typography.Text type="secondary">{t('figures.emptyHint')}</Typography.Text>
        </Empty>
      )}
      <District month={month} metric={metric} onOpen={(name) => set({ scope: 'district', metric: name })} />
      <Card
        className="scorecard"
        title={t('figures.scorecard')}
        extra={
          <Segmented<Level>
            aria-label={t('figures.scope')}
            value={level}
            onChange={setLevel}
            options={levels.map((value) => ({ value, label: t(`figures.level.${value}`) }))}
          />
        }
      >
        <ScorecardTable
          level={level}
          month={month}
          opened={{ scope, metric }}
          onOpen={(where, what) => set({ scope: where, metric: what })}
        />
      </Card>
      {opened !== undefined && opened.rowCount > 0 && (
        <Card className="figure-rows">
          <FigureRows key={`${scope} ${opened.metric}`} figure={opened} scope={scope} month={month} />
        </Card>
      )}
      <BlindSpots scope={scope} month={month} />
      <All figures={figures} opened={opened} onOpen={(name) => set({ metric: name })} />
    </>
  );
}

/** The five official figures of the whole district with their way through the month. */
function District(props: { month: string; metric: string; onOpen: (metric: string) => void }): ReactNode {
  const district = useScorecard({ by: 'district', month: props.month });
  const days = useScorecard({ by: 'day', month: props.month, metrics: ['M7', 'M8'] });
  const figures = district.data?.scopes[0]?.figures;
  if (figures === undefined) return null;
  return (
    <OfficialCards
      figures={figures}
      days={days.data?.scopes ?? []}
      opened={props.metric}
      onOpen={props.onOpen}
    />
  );
}

/** M1–M16, each with what is needed to check it. */
function All(props: {
  figures: readonly Figure[];
  opened: Figure | undefined;
  onOpen: (metric: string) => void;
}): ReactNode {
  const { t } = useTranslation();
  if (props.figures.length === 0) return null;
  return (
    <>
      <Typography.Title level={5} className="all-figures">
        {t('figures.all')}
      </Typography.Title>
      <Row gutter={[16, 16]}>
        {props.figures.map((figure) => (
          <Col key={figure.metric} xs={24} sm={12} lg={8}>
            <FigureCard
              figure={figure}
              isOpen={figure.metric === props.opened?.metric}
              onOpen={() => props.onOpen(figure.metric)}
            />
          </Col>
        ))}
      </Row>
    </>
  );
}
