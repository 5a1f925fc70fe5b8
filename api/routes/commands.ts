import {
  ApiError,
  type Command,
  CommandRefused,
  CommandRequest,
  commands,
  Incident,
} from '../../contracts/index.ts';
import { freshId, PipelineError } from '../../kernel/index.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';
import { findIncident, IncidentParams } from './incidents.ts';

export function commandRoutes({ bus, store, clock, config, trail, feed }: Parts): Route[] {
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
      async handle({ params, body, caller }) {
        const { incidentId, areaCode } = await findIncident(store, params.incidentId);
        const issuedBy = personOf(caller);
        const command: Command = {
          commandId: freshId(),
          incidentId,
          areaCode,
          expectedVersion: body.expectedVersion,
          action: body.action,
          issuedBy,
          issuedAtMs: clock.nowMs(),
        };
        // Registered before it is sent: a command nobody can be asked about must not exist.
        await trail.write({
          by: issuedBy,
          action: 'commandIssued',
          subjectId: command.commandId,
          incidentId,
          reason: reasonOf(command),
        });
        const waiting = feed.answerTo(command.commandId, config.commandTimeoutMs);
        try {
          await bus.publish(commands, [command]);
        } catch (error) {
          waiting.cancel();
          throw error;
        }
        const change = await waiting.answer;
        if (change === null) {
          throw new PipelineError(
            'COMMAND_TIMEOUT',
            `The command was handed on, but not answered in ${config.commandTimeoutMs} ms.`,
            {
              hint: 'It may still be carried out: look at the incident again before repeating it. If this stays, check that `correlate` runs.',
              retryable: true,
            },
          );
        }
        if (change.refusal !== null)
          return { status: 409, body: { ...change.refusal, incident: change.incident } };
        return ok(change.incident);
      },
    }),
  ];
}

const reasonOf = ({ action }: Command): string => {
  const what = action.kind === 'reject' ? `reject ${action.reason}` : action.kind;
  return action.note === '' ? what : `${what}: ${action.note}`;
};
