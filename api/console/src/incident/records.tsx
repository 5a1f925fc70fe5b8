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
      <dl className="score">
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
          <div key={part.name} className="score-part">
            <dt>{t(`part.${part.name}`)}</dt>
            <dd>
              <Progress
                percent={Math.round(part.value * 100)}
                size={{ height: 5 }}
                showInfo={false}
                aria-label={wholePercent(part.value)}
              />
              <small>
                {part.weight > 0 && `${wholePercent(part.value)} × ${amount(part.weight, 2)} · `}
                {inWords(part.because)}
              </small>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
