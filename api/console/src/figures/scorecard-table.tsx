import { Flex } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure, ScopeFigures } from '../../../../contracts/index.ts';
import { useScorecard } from '../queries.ts';
import { Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';
import { inUnit, valueText } from './figure-text.ts';

/** What a district is judged on: coverage, HD, networked, online, serviceable. */
export const official = ['M1', 'M5', 'M6', 'M7', 'M8'] as const;
export const levels = ['street', 'policeStation', 'pointClass', 'owner', 'day'] as const;

export const passClass = (figure: Figure | undefined): string =>
  figure?.pass === true ? 'is-pass' : figure?.pass === false ? 'is-fail' : '';

/** One row per street (station, class, owner, day), one column per official figure; each cell opens. */
export function ScorecardTable(props: {
  level: (typeof levels)[number];
  month: string;
  opened: { readonly scope: string; readonly metric: string };
  onOpen: (scope: string, metric: string) => void;
}): ReactNode {
  const { level, month, opened, onOpen } = props;
  const { t } = useTranslation();
  const scorecard = useScorecard({ by: level, month, metrics: official });
  if (scorecard.data === undefined) {
    return scorecard.isError ? (
      <Failure error={scorecard.error} retry={() => void scorecard.refetch()} />
    ) : (
      <Loading />
    );
  }
  return (
    <div className="table-frame">
      <table className="table scorecard-table">
        <thead>
          <tr>
            <th scope="col">{t(`figures.level.${level}`)}</th>
            {official.map((metric) => (
              <th key={metric} scope="col" className="table-number">
                <div>{t(`figures.official.${metric}`)}</div>
                <small className="quiet">{t(`figures.officialTarget.${metric}`)}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scorecard.data.scopes.map((scope) => (
            <tr key={scope.scope} className={scope.scope === opened.scope ? 'row-open' : ''}>
              <th scope="row">
                <ScopeName scope={scope} />
              </th>
              {official.map((metric) => (
                <td key={metric} className="table-number">
                  <Cell
                    figure={scope.figures.find((one) => one.metric === metric)}
                    isOpen={scope.scope === opened.scope && metric === opened.metric}
                    onOpen={() => onOpen(scope.scope, metric)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const classNames = { 1: 'class1', 2: 'class2', 3: 'class3', 9: 'class9' } as const;

function ScopeName({ scope: { scope, name } }: { scope: ScopeFigures }): ReactNode {
  const { t } = useTranslation();
  const [kind, code = ''] = scope.split(':');
  if (kind === 'pointClass' && code in classNames)
    return t(`figures.${classNames[Number(code) as 1] ?? 'class9'}`);
  return (
    <>
      {name}
      {name !== code && <small className="quiet scope-code">{code}</small>}
    </>
  );
}

function Cell(props: { figure: Figure | undefined; isOpen: boolean; onOpen: () => void }): ReactNode {
  const { figure, isOpen, onOpen } = props;
  const { t } = useTranslation();
  if (figure === undefined) return <span className="quiet">–</span>;
  const { value, status, target, numerator, denominator, unit } = figure;
  return (
    <button
      type="button"
      className={isOpen ? 'score score-open' : 'score'}
      aria-pressed={isOpen}
      title={status === 'ok' ? '' : t(`figureStatus.${status as 'ok'}`)}
      onClick={onOpen}
    >
      <Flex justify="end" align="baseline" gap={6}>
        <span className={`score-value ${passClass(figure)}`}>{valueText(figure)}</span>
        {status !== 'ok' && value !== null && <span className="score-mark">*</span>}
      </Flex>
      <svg className="score-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
        <rect className="score-track" width="100" height="4" />
        <rect
          className={`score-fill ${passClass(figure)}`}
          width={100 * Math.min(1, value ?? 0)}
          height="4"
        />
        {target !== null && target < 1 && (
          <rect className="score-target" x={100 * target} width="0.8" height="4" />
        )}
      </svg>
      <small className="quiet">
        {inUnit(numerator, unit)} / {inUnit(denominator, unit)}
      </small>
    </button>
  );
}
