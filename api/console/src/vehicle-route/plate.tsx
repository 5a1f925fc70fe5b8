import { Button, Flex, Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RouteSighting } from '../../../../contracts/index.ts';
import { wholePercent } from '../format.ts';
import { personName } from '../shared/person-name.ts';
import type { RouteParts } from './route-parts.ts';

/** The plate of a passage: not asked for, read, or unreadable and why. */
export function Plate(props: RouteParts & { sighting: RouteSighting }): ReactNode {
  const { route, sighting, readsPlates, isBusy, onSend } = props;
  const { t } = useTranslation();
  const { sightingId } = sighting;
  const reading = route.plates.find((one) => one.sightingId === sightingId);
  if (reading === undefined && !readsPlates) return null;
  return (
    <Flex gap={6} align="center" wrap className="passage-plate">
      {reading !== undefined &&
        (reading.text === null || reading.kind === null ? (
          <span className="quiet">
            {t('route.plate.unreadable', {
              reason: t(`route.plate.reason.${reading.reason ?? 'uncertain'}`),
            })}
          </span>
        ) : (
          <>
            <Tag color="geekblue">{reading.text}</Tag>
            <small className="quiet">
              {t('route.plate.read', {
                kind: t(`route.plate.kind.${reading.kind}`),
                share: wholePercent(reading.confidence),
                agreeing: reading.agreeingCount,
                count: reading.pictureCount,
              })}
            </small>
          </>
        ))}
      {reading !== undefined && (
        <small className="quiet">{t('route.plate.askedBy', { name: personName(reading.askedBy) })}</small>
      )}
      {readsPlates && (
        <Button
          size="small"
          type={reading === undefined ? 'default' : 'text'}
          loading={isBusy}
          onClick={() => onSend({ kind: 'readPlate', sightingId })}
        >
          {t(reading === undefined ? 'route.plate.ask' : 'route.plate.askAgain')}
        </Button>
      )}
    </Flex>
  );
}
