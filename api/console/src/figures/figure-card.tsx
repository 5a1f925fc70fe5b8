import { Button, Card, Flex, Progress, Tag, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure } from '../../../../contracts/index.ts';
import { percent } from '../format.ts';
import { inUnit, metricHelp, metricName, valueText } from './figure-text.ts';

const statusColor: Readonly<Record<string, string>> = {
  sample: 'blue',
  ok: 'green',
  estimated: 'gold',
  'insufficient-data': 'orange',
  'no-data': 'default',
};

/** One figure with everything that is needed to check it. */
export function FigureCard(props: { figure: Figure; isOpen: boolean; onOpen: () => void }): ReactNode {
  const { figure, isOpen, onOpen } = props;
  const { t } = useTranslation();
  const { value, numerator, denominator, unit, target, pass, status, sampleCoverage } = figure;
  const judged = pass === null ? t('figures.notJudged') : pass ? t('figures.pass') : t('figures.fail');
  return (
    <Card className={isOpen ? 'figure figure-open' : 'figure'}>
      <Flex justify="space-between" align="start" gap="small">
        <Tooltip title={metricHelp(figure.metric)}>
          <strong>{metricName(figure.metric)}</strong>
        </Tooltip>
        <span className="figure-code">{figure.metric}</span>
      </Flex>
      <Flex align="baseline" gap="small" wrap>
        <span className="figure-value">{valueText(figure)}</span>
        <span className="quiet">
          {inUnit(numerator, unit)} / {inUnit(denominator, unit)}
        </span>
      </Flex>
      <Progress
        percent={value === null ? 0 : Math.min(1, value) * 100}
        showInfo={false}
        size={{ height: 6 }}
        strokeColor={pass === false ? '#c9302c' : pass === true ? '#2f8f4e' : '#7a8aa0'}
      />
      <Flex gap={4} wrap className="figure-tags">
        <Tag color={statusColor[status] ?? 'default'}>{t(`figureStatus.${status as 'ok'}`)}</Tag>
        <Tag color={pass === null ? 'default' : pass ? 'green' : 'red'}>{judged}</Tag>
        <Tag>{target === null ? t('figures.noTarget') : t('figures.target', { value: percent(target) })}</Tag>
      </Flex>
      <Flex justify="space-between" align="center" gap="small" wrap>
        <span className="quiet">
          {sampleCoverage === null
            ? t('figures.sampleUnknown')
            : t('figures.sample', { value: percent(sampleCoverage) })}
        </span>
        <Button
          size="small"
          type={isOpen ? 'primary' : 'default'}
          ghost={isOpen}
          onClick={onOpen}
          aria-pressed={isOpen}
        >
          {t('figures.details')}
        </Button>
      </Flex>
    </Card>
  );
}
