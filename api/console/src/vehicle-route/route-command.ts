import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RouteAction, VehicleRoute, VehicleRoutes } from '../../../../contracts/index.ts';
import { post } from '../client.ts';
import { keys } from '../queries.ts';

interface Asked {
  readonly action: RouteAction;
  /** Null: a request, which has none yet. */
  readonly route: VehicleRoute | null;
}

/** Ask something of a route as it is shown; on an older version it is refused, and the page gets the newest one. */
export function useRouteCommand(incidentId: string): UseMutationResult<VehicleRoute, Error, Asked> {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const key = keys.routes(incidentId);
  return useMutation({
    mutationFn: ({ action, route }) =>
      post<VehicleRoute>(
        route === null ? `/api/incidents/${incidentId}/routes` : `/api/routes/${route.routeId}/commands`,
        { action, expectedVersion: route?.version ?? null },
      ),
    onSuccess: (changed) => {
      client.setQueryData<VehicleRoutes>(key, (known) => {
        const items = known?.items ?? [];
        const isKnown = items.some(({ routeId }) => routeId === changed.routeId);
        return {
          readsPlates: known?.readsPlates === true,
          items: isKnown
            ? items.map((route) => (route.routeId === changed.routeId ? changed : route))
            : [changed, ...items],
        };
      });
      void message.success(t('decide.done'));
    },
    onSettled: () => void client.invalidateQueries({ queryKey: key }),
  });
}
