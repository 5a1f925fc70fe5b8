import { Card, Descriptions } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Incident } from '../../../../contracts/index.ts';
import { dateTime, span, wholePercent } from '../format.ts';
import { useCamera } from '../queries.ts';
import { inWords } from '../shared/in-words.ts';

export function Facts({ incident }: { incident: Incident }): ReactNode {
  const { t } = useTranslation();
  const [cameraId] = incident.cameraIds;
  const camera = useCamera(cameraId).data?.camera;
  const [first] = incident.events;
  const caveats = [...new Set(incident.events.flatMap((event) => event.caveats))];
  const confidence = Math.max(0, ...incident.events.map((event) => event.confidence));
  const putDownAtMs = first?.moments.putDownAtMs ?? null;
  const restEndMs = first?.moments.clearedAtMs ?? first?.raisedAtMs ?? null;
  const items = [
    {
      label: t('incident.camera'),
      children: <Link to={`/figures/cameras/${cameraId}`}>{camera?.name ?? cameraId}</Link>,
    },
    { label: t('incident.address'), children: camera?.address ?? t('queue.noAddress') },
    { label: t('incident.raised'), children: dateTime(first?.raisedAtMs ?? incident.openedAtMs) },
    {
      label: t('incident.actor'),
      children:
        first === undefined || first.actor === null
          ? t('incident.actorUnknown')
          : t(`objectClass.${first.actor.className}`),
    },
    ...(putDownAtMs === null || restEndMs === null
      ? []
      : [{ label: t('incident.rest'), children: `≥ ${span(restEndMs - putDownAtMs)}` }]),
    {
      label: t('incident.confidence'),
      children: wholePercent(confidence),
    },
    {
      label: t('incident.caveats'),
      children:
        caveats.length === 0 ? (
          t('incident.noCaveats')
        ) : (
          <ul className="plain-list">
            {caveats.map((caveat) => (
              <li key={caveat}>{inWords(caveat)}</li>
            ))}
          </ul>
        ),
    },
  ];
  return (
    <Card title={t('incident.facts')}>
      <Descriptions column={1} size="small" items={items.map((item, key) => ({ key, ...item }))} />
    </Card>
  );
}
