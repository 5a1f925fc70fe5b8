import { ApiError, CommandRefused, CommandRequest, Incident } from '../../contracts/index.ts';
import { personOf } from '../auth/caller.ts';
import { issueCommand } from '../issue-command.ts';
import type { Parts } from '../parts.ts';
import { type Route, route } from '../route.ts';
import { findIncident, IncidentParams } from './incidents.ts';

export function commandRoutes(parts: Parts): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/incidents/{incidentId}/commands',
      tag: 'incidents',
      summary: 'Ask something of an incident; answered when its one writer has answered',
      access: 'person',
      permission: 'decide',
      params: IncidentParams,
      body: { kind: 'json', schema: CommandRequest },
      answers: {
        200: { description: 'Done: the incident as it is now', schema: Incident },
        409: { description: 'Refused, e.g. because the incident has changed since', schema: CommandRefused },
        504: { description: 'Handed on, but no answer in time', schema: ApiError },
      },
      async handle({ params, body: { action, expectedVersion }, caller }) {
        const { incidentId, areaCode } = await findIncident(parts.store, params.incidentId);
        return await issueCommand(
          { incidentId, areaCode, expectedVersion, action, issuedBy: personOf(caller) },
          parts,
        );
      },
    }),
  ];
}
