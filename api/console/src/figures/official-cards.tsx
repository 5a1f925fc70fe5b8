import { Col, Row } from 'antd';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure, ScopeFigures } from '../../../../contracts/index.ts';
import { percent } from '../format.ts';
import { inUnit, metricName, valueText } from './figure-text.ts';
import { official, passClass } from './scorecard-table.tsx';

/** Honest figures that stand beside an official one, because the official wording can be met on paper. */
const beside: Readonly<Record<string, readonly string[]>> = {
  M1: ['M1.any', 'M2', 'M3'],
  M5: ['M5.allClasses', 'M5b'],
  M6: [],
  M7: ['M7b'],
  M8: ['M9.day', 'M10'],
};
/** Variants worth a line of their own. */
const variants: Readonly<Record<string, readonly string[]>> = {
  M1: ['surveyedOnly', 'boundOnly'],
  M5: ['declaredHd'],
  M6: ['declaredNetworked', 'inCatalog'],
  M7: ['withoutManual', 'cameraMean'],
  M8: [],
};

/** The five figures a district is judged on. */
export function OfficialCards(props: {
  figures: readonly Figure[];
  days: readonly ScopeFigures[];
  opened: string;
  onOpen: (metric: string) => void;
}): ReactNode {
  const { figures, days, opened, onOpen } = props;
  return (
    <Row gutter={[12, 12]} className="official">
      {official.map((metric) => (
        <Col key={metric} xs={24} sm={12} md={8} className="official-column">
          <OfficialCard
            metric={metric}
            figures={figures}
            days={days}
            isOpen={metric === opened}
            onOpen={() => onOpen(metric)}
          />
        </Col>
      ))}
    </Row>
  );
}

function OfficialCard(props: {
  metric: (typeof official)[number];
  figures: readonly Figure[];
  days: readonly ScopeFigures[];
  isOpen: boolean;
  onOpen: () => void;
}): ReactNode {
  const { metric, figures, days, isOpen, onOpen } = props;
  const { t } = useTranslation();
  const figure = figures.find((one) => one.metric === metric);
  const values = days.map(({ figures: list }) => list.find((one) => one.metric === metric)?.value ?? null);
  return (
    <button
      type="button"
      className={isOpen ? 'official-card official-open' : 'official-card'}
      aria-pressed={isOpen}
      disabled={figure === undefined}
      onClick={onOpen}
    >
      <span className="official-name">
        {t(`figures.official.${metric}`)} <span className="figure-code">{metric}</span>
      </span>
      <span className={`official-value ${passClass(figure)}`}>
        {figure === undefined ? t('figures.noSource') : valueText(figure)}
      </span>
      {figure !== undefined && (
        <span className="quiet">
          {inUnit(figure.numerator, figure.unit)} / {inUnit(figure.denominator, figure.unit)}
          {figure.status === 'ok' ? '' : ` · ${t(`figureStatus.${figure.status as 'ok'}`)}`}
        </span>
      )}
      <span className="quiet">{targetText(t(`figures.officialTarget.${metric}`), figure)}</span>
      <Trend values={values} />
      <span className="official-beside">
        {beside[metric]?.map((name) => {
          const other = figures.find((one) => one.metric === name);
          return other === undefined ? null : (
            <span key={name}>
              {metricName(name)} <b>{valueText(other)}</b>
            </span>
          );
        })}
        {variants[metric]?.map((name) => {
          const value = figure?.variants?.[name];
          return value === undefined || value === null || figure === undefined ? null : (
            <span key={name}>
              {t(`figures.variant.${name as 'surveyedOnly'}`)}{' '}
              <b>{value <= 1 && figure.unit === 'seconds' ? percent(value) : value}</b>
            </span>
          );
        })}
      </span>
    </button>
  );
}

const targetText = (text: string, figure: Figure | undefined): string =>
  figure?.excluded === undefined || figure.excluded.cameraSeconds === 0
    ? text
    : `${text} · ${i18next.t('figures.raw', { value: percent(figure.raw ?? 0) })}`;

/** A line through the days; a day without a value leaves a gap. */
function Trend({ values }: { values: readonly (number | null)[] }): ReactNode {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const low = Math.min(...known);
  const range = Math.max(Math.max(...known) - low, 0.001);
  const path = values
    .map((value, index) => {
      if (value === null) return '';
      const x = (200 * index) / Math.max(1, values.length - 1);
      const y = 34 - (30 * (value - low)) / range;
      return `${index === 0 || values[index - 1] === null ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join('');
  return (
    <svg className="trend" viewBox="0 0 200 38" preserveAspectRatio="none" aria-hidden>
      <path d={path} />
    </svg>
  );
}
