import { Card, Flex, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HealthFact } from '../../../../contracts/index.ts';
import { cameraStillUrl } from '../client.ts';
import { dateTime } from '../format.ts';
import { useCameraHealth } from '../queries.ts';

const facts = ['reachable', 'sessionOpen', 'framesAdvance', 'pictureUsable', 'recordingWritten'] as const;
const factColor: Readonly<Record<HealthFact['holds'], string>> = {
  yes: 'green',
  no: 'red',
  unknown: 'default',
};

/** How a camera is now: five separate facts, its clock, and the last still that was kept. */
export function CameraNow({ cameraId }: { cameraId: string }): ReactNode {
  const { t } = useTranslation();
  const view = useCameraHealth(cameraId);
  if (view.data === undefined) return null;
  const { state, sinceMs, health, isCurrent, stillCapturedAtMs } = view.data;
  const known = health?.facts ?? null;
  return (
    <Card className="figure-rows" title={t('figures.now')}>
      <Flex gap="large" wrap align="start">
        <Flex vertical gap="small" className="camera-facts">
          <div>
            <Tag color={state === 'online' ? 'green' : state === 'offline' ? 'red' : 'default'}>
              {t(`cameraState.${state}`)}
            </Tag>
            <Typography.Text type="secondary">
              {t('figures.since', { time: dateTime(sinceMs) })}
            </Typography.Text>
          </div>
          {!isCurrent && health !== null && (
            <Typography.Text type="warning">{t('figures.notCurrent')}</Typography.Text>
          )}
          {known === null ? (
            <Typography.Text type="secondary">{t('figures.noFacts')}</Typography.Text>
          ) : (
            facts.map((fact) => (
              <div key={fact}>
                <Tag color={factColor[known[fact].holds]}>{t(`figures.holds.${known[fact].holds}`)}</Tag>
                {t(`figures.fact.${fact}`)}
                {known[fact].cause !== '' && <small className="quiet"> {known[fact].cause}</small>}
              </div>
            ))
          )}
        </Flex>
        {stillCapturedAtMs === null ? (
          <Typography.Text type="secondary">{t('figures.noStill')}</Typography.Text>
        ) : (
          <figure className="last-still">
            <img src={cameraStillUrl(cameraId, 'camera health')} alt={t('figures.still')} />
            <figcaption className="quiet">
              {t('figures.stillAt', { time: dateTime(stillCapturedAtMs) })}
            </figcaption>
          </figure>
        )}
      </Flex>
    </Card>
  );
}
