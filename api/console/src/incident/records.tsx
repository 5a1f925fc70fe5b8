import { Card, Flex, Progress, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordLink } from '../../../../contracts/index.ts';
import { amount, dateTime, wholePercent } from '../format.ts';
import { inWords } from '../shared/in-words.ts';

const statusColor = { linked: 'green', confirmed: 'green', suggested: 'gold', undone: 'default' } as const;

/** Official records that belong to the incident, then those that may, each with why. */
export function Records({ links }: { links: readonly RecordLink[] }): ReactNode {
  const { t } = useTranslation();
  const order = (link: RecordLink): number =>
    link.status === 'suggested' ? 1 : link.status === 'undone' ? 2 : 0;
  const sorted = links.toSorted((a, b) => order(a) - order(b) || b.score - a.score);
  return (
    <Card title={t('incident.records')}>
      {sorted.length === 0 && <p className="quiet">{t('incident.noRecords')}</p>}
      <ul className="plain-list records">
        {sorted.map((link) => (
          <li key={link.record.recordId}>
            <OneRecord link={link} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** A part that makes a pair this many powers of ten likelier fills its bar. */
const strongEvidence = 2.5;

/** `× 30` or `÷ 5`: how much likelier or unlikelier a part makes it. */
const factor = (evidence: number): string =>
  `${evidence < 0 ? '÷' : '×'} ${amount(10 ** Math.abs(evidence), Math.abs(evidence) < 1 ? 1 : 0)}`;

function OneRecord({ link }: { link: RecordLink }): ReactNode {
  const { t } = useTranslation();
  const { record, status, score, parts } = link;
  return (
    <>
      <Flex justify="space-between" align="center" gap="small" wrap>
        <Flex gap="small" align="center" wrap>
          <strong>{t(`source.${record.source}`)}</strong>
          <Typography.Text type="secondary" copyable={{ text: record.sourceId }}>
            {record.sourceId}
          </Typography.Text>
        </Flex>
        <Tag color={statusColor[status]}>{t(`linkStatus.${status}`)}</Tag>
      </Flex>
      <Typography.Paragraph className="record-text">{record.text}</Typography.Paragraph>
      <p className="quiet">
        {t('incident.reported')} {dateTime(record.reportedAtMs)}
        {record.address !== null && ` · ${record.address}`}
      </p>
      <dl className="record-score">
        <dt>{t('incident.score')}</dt>
        <dd>
          <Progress
            percent={Math.round(score * 100)}
            size="small"
            format={() => wholePercent(score)}
            strokeColor={status === 'suggested' ? '#d4a017' : '#2f8f4e'}
          />
        </dd>
        {parts.map((part) => (
          <div key={part.name} className="record-score-part">
            <dt>{t(`part.${part.name}`)}</dt>
            <dd>
              <Progress
                percent={Math.min(100, Math.round((Math.abs(part.evidence) / strongEvidence) * 100))}
                size={{ height: 5 }}
                showInfo={false}
                strokeColor={part.evidence < 0 ? '#c0392b' : '#2f8f4e'}
                aria-label={factor(part.evidence)}
              />
              <small>
                {part.evidence !== 0 && `${factor(part.evidence)} · `}
                {inWords(part.because)}
              </small>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
