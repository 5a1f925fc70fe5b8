import { Alert, Button, Card, Flex } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera, Incident } from '../../../../contracts/index.ts';
import { useCameras, useRoutes } from '../queries.ts';
import { errorText } from '../shared/failure.tsx';
import { RequestDialog } from './request-dialog.tsx';
import { useRouteCommand } from './route-command.ts';
import { RouteView } from './route-view.tsx';

/** Ways of vehicles across cameras: only in a registered incident, by somebody else's approval, gone with its end. */
export function RoutePanel({ incident }: { incident: Incident }): ReactNode {
  const { t } = useTranslation();
  const { incidentId, penaltyCase, state } = incident;
  const [isAsking, setIsAsking] = useState(false);
  const routes = useRoutes(incidentId, penaltyCase !== null);
  const cameras = useCameras();
  const command = useRouteCommand(incidentId);
  const files = useMemo(
    () =>
      new Map((cameras.data?.items ?? []).map(({ camera }): [string, Camera] => [camera.cameraId, camera])),
    [cameras.data],
  );
  if (penaltyCase === null) return null;
  const items = routes.data?.items ?? [];
  const isOpen = state !== 'closed';
  if (!isOpen && items.length === 0) return null;
  const nameOf = (cameraId: string): string => files.get(cameraId)?.name ?? cameraId;
  return (
    <Card
      title={t('route.title')}
      extra={isOpen && <Button onClick={() => setIsAsking(true)}>{t('route.request')}</Button>}
    >
      <p className="quiet route-rule">{t('route.rule')}</p>
      {command.error !== null && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          className="form-alert"
          title={`${t('decide.refused')}${errorText(command.error)}`}
        />
      )}
      {routes.error !== null && <Alert type="warning" showIcon title={errorText(routes.error)} />}
      {routes.data !== undefined && items.length === 0 && <p className="quiet">{t('route.none')}</p>}
      <Flex vertical gap="large">
        {items.map((route) => (
          <RouteView
            key={route.routeId}
            route={route}
            files={files}
            nameOf={nameOf}
            isBusy={command.isPending}
            readsPlates={routes.data?.readsPlates === true}
            onSend={(action) => command.mutate({ action, route })}
          />
        ))}
      </Flex>
      {isAsking && (
        <RequestDialog
          incident={incident}
          nameOf={nameOf}
          isBusy={command.isPending}
          onCancel={() => setIsAsking(false)}
          onSubmit={(action) =>
            command.mutate({ action, route: null }, { onSettled: () => setIsAsking(false) })
          }
        />
      )}
    </Card>
  );
}
