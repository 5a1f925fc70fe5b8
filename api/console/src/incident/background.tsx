import { Alert, Flex } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident } from '../../../../contracts/index.ts';
import { wholePercent } from '../format.ts';
import { useBackground } from '../queries.ts';

/** What history and permits say: a spot or vehicle that came before, a permit that may make it legal. */
export function Background({ incidentId, kind }: Pick<Incident, 'incidentId' | 'kind'>): ReactNode {
  const { t } = useTranslation();
  const { data } = useBackground(incidentId);
  if (data === undefined) return null;
  const { repeatSpot, repeatVehicles, permits } = data;
  return (
    <Flex vertical gap="small">
      {repeatSpot.incidentIds.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('incident.repeatSpot', { count: repeatSpot.incidentIds.length, days: repeatSpot.days })}
        />
      )}
      {repeatVehicles.map(({ plate, incidentIds }) => (
        <Alert
          key={plate}
          type="warning"
          showIcon
          title={t('incident.repeatVehicle', { plate, count: incidentIds.length })}
        />
      ))}
      {permits.length === 0 && kind === 'illegal_dumping' && (
        <Alert type="info" showIcon title={t('incident.noPermit')} />
      )}
      {permits.map(({ recordId, sourceId, text, apartM, share }) => (
        <Alert
          key={recordId}
          type="info"
          showIcon
          title={t('incident.permit', { id: sourceId })}
          description={`${text} · ${Math.round(apartM)} m · ${wholePercent(share)}`}
        />
      ))}
    </Flex>
  );
}
