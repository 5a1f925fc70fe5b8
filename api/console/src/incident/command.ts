import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Incident, PersonAction } from '../../../../contracts/index.ts';
import { post, RequestFailed } from '../client.ts';
import { keys } from '../queries.ts';

/**
 * Ask something of an incident as it is shown: on an older version it is refused, and the page gets the newest one.
 * @param onSettled called when it was answered, either way.
 */
export function useCommand(
  { incidentId, version }: Incident,
  onSettled: () => void = () => {},
): UseMutationResult<Incident, Error, PersonAction> {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: PersonAction) =>
      post<Incident>(`/api/incidents/${incidentId}/commands`, { action, expectedVersion: version }),
    onSuccess: (changed) => {
      client.setQueryData(keys.incident(incidentId), changed);
      void message.success(t('decide.done'));
    },
    onError: (error) => {
      // A refusal brings the incident as it is now.
      const current = error instanceof RequestFailed ? error.body.incident : undefined;
      if (current !== undefined && current !== null) client.setQueryData(keys.incident(incidentId), current);
    },
    onSettled: () => {
      onSettled();
      void client.invalidateQueries({ queryKey: keys.incidents });
    },
  });
}
