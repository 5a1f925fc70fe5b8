import { CheckOutlined, StopOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Flex, Typography } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident } from '../../../../contracts/index.ts';
import { useHotkeys } from '../hotkeys.ts';
import { errorText } from '../shared/failure.tsx';
import { openStates } from '../shared/state-tag.tsx';
import { useCommand } from './command.ts';
import { DecisionDialog } from './decision-dialog.tsx';

/** Confirm or reject, by button or key; a decision on an older version than the current one is refused. */
export function Decision({ incident }: { incident: Incident }): ReactNode {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'confirm' | 'reject' | null>(null);
  const canDecide = openStates.includes(incident.state);
  const { incidentId } = incident;

  const command = useCommand(incident, () => setAsking(null));

  const hotkeys = useMemo(
    () => (canDecide ? { y: () => setAsking('confirm'), n: () => setAsking('reject') } : {}),
    [canDecide],
  );
  useHotkeys(hotkeys);

  const { rejection } = incident;
  return (
    <Card title={t('decide.title')} className={canDecide ? 'decision decision-open' : 'decision'}>
      {command.error !== null && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          className="form-alert"
          title={`${t('decide.refused')}${errorText(command.error)}`}
          description={t('decide.nowIs', { state: t(`state.${incident.state}`), version: incident.version })}
        />
      )}
      {canDecide ? (
        <>
          <Flex gap="small">
            <Button
              type="primary"
              size="large"
              block
              icon={<CheckOutlined />}
              onClick={() => setAsking('confirm')}
            >
              {t('decide.confirm')} <kbd>Y</kbd>
            </Button>
            <Button danger size="large" block icon={<StopOutlined />} onClick={() => setAsking('reject')}>
              {t('decide.reject')} <kbd>N</kbd>
            </Button>
          </Flex>
          <Typography.Paragraph type="secondary" className="decision-hint">
            {t('decide.hint')}
          </Typography.Paragraph>
        </>
      ) : (
        <>
          <strong>{t('decide.decided', { state: t(`state.${incident.state}`) })}</strong>
          {rejection !== null && (
            <p className="quiet">
              {t('decide.rejectedBecause', { reason: t(`decide.reasons.${rejection.reason}`) })}
              {rejection.note !== '' && ` · ${rejection.note}`}
            </p>
          )}
        </>
      )}
      {asking !== null && (
        <DecisionDialog
          kind={asking}
          incidentId={incidentId}
          isBusy={command.isPending}
          onCancel={() => setAsking(null)}
          onDecide={(action) => command.mutate(action)}
        />
      )}
    </Card>
  );
}
