import { Card, Flex, Segmented, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { LoopLevel, LoopRow, RuleSuggestion } from '../../../../contracts/index.ts';
import { percent, span } from '../format.ts';
import { useClosedLoop } from '../queries.ts';
import { DataTable } from '../shared/data-table.tsx';
import { Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';

const levels: readonly LoopLevel[] = ['district', 'unit', 'street', 'camera', 'rule'];
const periods = [7, 30, 90, 365] as const;

/** How well alerts were judged, handled and closed, and what people's rejections suggest. */
export default function ClosedLoop(): ReactNode {
  const { t } = useTranslation();
  const [level, setLevel] = useState<LoopLevel>('unit');
  const [asked, setDays] = useState<(typeof periods)[number] | null>(null);
  const month = useClosedLoop('district', 30);
  // Nobody should take a quiet month for an empty record: the year is shown until a period is chosen.
  const isQuiet = month.data?.rows.every(({ rates }) => rates.every(({ denominator }) => denominator === 0));
  const days = asked ?? (isQuiet === true ? 365 : 30);
  const whole = useClosedLoop('district', days);
  const report = useClosedLoop(level, days);
  const [district] = whole.data?.rows ?? [];
  return (
    <Flex vertical gap={16}>
      <Flex justify="space-between" align="center" gap="middle" wrap>
        <Typography.Title level={4} className="page-title">
          {t('case.loop.title')}
        </Typography.Title>
        <Segmented
          value={days}
          onChange={setDays}
          options={periods.map((value) => ({ value, label: t(`case.loop.period.days${value}`) }))}
        />
      </Flex>
      {whole.isError && <Failure error={whole.error} retry={() => void whole.refetch()} />}
      {district !== undefined && <Rates row={district} />}
      <Card
        title={t(`case.loop.level.${level}`)}
        extra={
          <Segmented<LoopLevel>
            size="small"
            value={level}
            onChange={setLevel}
            options={levels.map((value) => ({ value, label: t(`case.loop.level.${value}`) }))}
          />
        }
      >
        {report.isPending && <Loading />}
        {report.data !== undefined && report.data.rows.length === 0 && (
          <p className="quiet">{t('case.loop.none')}</p>
        )}
        {report.data !== undefined && report.data.rows.length > 0 && <RateTable rows={report.data.rows} />}
      </Card>
      <Card title={t('case.loop.suggestions')}>
        {report.data?.suggestions.length === 0 && <p className="quiet">{t('case.loop.noSuggestions')}</p>}
        <ul className="plain-list">
          {report.data?.suggestions.map((suggestion) => (
            <Suggestion
              key={`${suggestion.cameraId} ${suggestion.ruleId} ${suggestion.zoneId}`}
              suggestion={suggestion}
            />
          ))}
        </ul>
      </Card>
    </Flex>
  );
}

const shown = (value: number | null): string => (value === null ? '–' : percent(value));

/** The whole district: each rate with what it is made of. */
function Rates({ row }: { row: LoopRow }): ReactNode {
  const { t } = useTranslation();
  return (
    <Card>
      <dl className="loop-rates">
        {row.rates.map(({ metric, value, numerator, denominator }) => (
          <div key={metric}>
            <dt>{t(`case.loop.metric.${metric}`)}</dt>
            <dd>
              <strong>{shown(value)}</strong>
              <small className="quiet">
                {numerator} / {denominator}
              </small>
            </dd>
          </div>
        ))}
        {row.times.map(({ metric, count, meanMs, medianMs }) => (
          <div key={metric}>
            <dt>{t(`case.loop.time.${metric}`)}</dt>
            <dd>
              <strong>{medianMs === null ? '–' : span(medianMs)}</strong>
              <small className="quiet">
                {meanMs === null || medianMs === null
                  ? count
                  : t('case.loop.meanMedian', { mean: span(meanMs), median: span(medianMs) })}
              </small>
            </dd>
          </div>
        ))}
        <div>
          <dt>{t('case.loop.overdue')}</dt>
          <dd>
            <strong className={row.overdueCount > 0 ? 'late' : ''}>{row.overdueCount}</strong>
          </dd>
        </div>
      </dl>
    </Card>
  );
}

function RateTable({ rows }: { rows: readonly LoopRow[] }): ReactNode {
  const { t } = useTranslation();
  const metrics = rows[0]?.rates.map(({ metric }) => metric) ?? [];
  return (
    <DataTable<LoopRow>
      rowKey={({ key }) => key}
      rows={rows}
      columns={[
        { title: t('case.loop.name'), render: ({ name, key }) => (name === '' ? key : name) },
        ...metrics.map((metric, index) => ({
          title: t(`case.loop.metric.${metric}`),
          isNumeric: true,
          render: ({ rates }: LoopRow) => shown(rates[index]?.value ?? null),
        })),
        { title: t('case.loop.overdue'), isNumeric: true, render: ({ overdueCount }) => overdueCount },
      ]}
    />
  );
}

function Suggestion({ suggestion }: { suggestion: RuleSuggestion }): ReactNode {
  const { t } = useTranslation();
  const { kind, cameraId, ruleId, zoneId, minRestMs, incidentIds } = suggestion;
  return (
    <li className="suggestion">
      <strong>
        {t(`case.loop.suggestion.${kind}`, { time: minRestMs === null ? '' : span(minRestMs) })}
      </strong>{' '}
      · {cameraId} · {ruleId} / {zoneId} · <Link to={`/cameras/${cameraId}/zones`}>{t('zones.edit')}</Link>
      <p className="quiet">
        {t('case.loop.evidence', {
          wrong: suggestion.falseCount,
          right: suggestion.trueCount,
          avoided: suggestion.falseAvoided,
          lost: suggestion.trueLost,
        })}{' '}
        {incidentIds.slice(0, 5).map((incidentId) => (
          <Link key={incidentId} to={`/incidents/${incidentId}`} className="suggestion-link">
            {incidentId.slice(0, 8)}
          </Link>
        ))}
      </p>
    </li>
  );
}
