import { z } from 'zod';
import {
  ApiError,
  Refusal,
  type RouteAction,
  type RouteCommand,
  RouteCommandRequest,
  routeCommands,
  Uuid,
  VehicleRoute,
  VehicleRoutes,
  VehiclesAbout,
  vehicleRouteTable,
} from '../../contracts/index.ts';
import { freshId, PipelineError } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { HttpError, notFound } from '../api-error.ts';
import { type Caller, personOf } from '../auth/caller.ts';
import { may } from '../auth/permissions.ts';
import type { Parts } from '../parts.ts';
import { type Answer, ok, type Route, route } from '../route.ts';
import { findIncident, IncidentParams } from './incidents.ts';

const RouteParams = z.strictObject({ routeId: Uuid });
/** Learning the traffic about an incident takes longer than other commands. */
const timeoutFactor = 6;

const answers = {
  200: { description: 'Done: the route as it is now', schema: VehicleRoute },
  409: { description: 'Refused, e.g. because the incident is not registered', schema: Refusal },
  504: { description: 'Handed on, but no answer in time', schema: ApiError },
};

async function findRoute(store: Store, routeId: string): Promise<VehicleRoute> {
  const [found] = await store.find(vehicleRouteTable, {
    where: 'routeId = {routeId:String}',
    params: { routeId },
    limit: 1,
  });
  if (found === undefined) throw notFound(`route ${routeId}`);
  return found;
}

/** Routes of vehicles across cameras: requested, approved by somebody else, decided hop by hop, all of it registered. */
export function vehicleRouteRoutes({
  bus,
  store,
  clock,
  config,
  trail,
  looks,
  routeAnswers,
  vehiclesAbout,
}: Parts): Route[] {
  const send = async (command: RouteCommand): Promise<Answer> => {
    await trail.write({
      by: command.issuedBy,
      action: 'routeCommandIssued',
      subjectId: command.routeId,
      incidentId: command.incidentId,
      reason: reasonOf(command.action),
    });
    const timeoutMs = config.commandTimeoutMs * timeoutFactor;
    const waiting = routeAnswers.answerTo(command.commandId, timeoutMs);
    try {
      await bus.publish(routeCommands, [command]);
    } catch (error) {
      waiting.cancel();
      throw error;
    }
    const change = await waiting.answer;
    if (change === null) {
      throw new PipelineError('COMMAND_TIMEOUT', `The route was not answered in ${timeoutMs} ms.`, {
        hint: 'It may still be carried out: look at the routes of the incident before repeating it.',
        retryable: true,
      });
    }
    if (change.refusal !== null) return { status: 409, body: change.refusal };
    return ok(await findRoute(store, command.routeId));
  };
  return [
    route({
      method: 'get',
      path: '/api/incidents/{incidentId}/routes',
      tag: 'routes',
      summary: 'Vehicle routes of an incident; looking at them is registered',
      access: 'person',
      permission: 'lookAtIncidents',
      params: IncidentParams,
      answers: { 200: { description: 'Routes, newest first', schema: VehicleRoutes } },
      async handle({ params, caller }) {
        const { incidentId } = await findIncident(store, params.incidentId);
        const items = await store.find(vehicleRouteTable, {
          where: 'incidentId = {incidentId:String}',
          params: { incidentId },
          orderBy: 'requestedAtMs DESC',
        });
        const by = personOf(caller);
        for (const { routeId } of items) {
          if (!looks.isNew(by.userId, routeId)) continue;
          await trail.write({ by, action: 'viewRoute', subjectId: routeId, incidentId });
        }
        return ok({ items });
      },
    }),
    route({
      method: 'get',
      path: '/api/incidents/{incidentId}/vehicles',
      tag: 'routes',
      summary: 'Vehicles that the cameras of a registered incident saw about it; the look is registered',
      access: 'person',
      permission: 'decide',
      params: IncidentParams,
      answers: {
        200: { description: 'Nearest in time first', schema: VehiclesAbout },
        409: { description: 'The incident is not registered, or has ended', schema: ApiError },
      },
      async handle({ params, caller }) {
        const incident = await findIncident(store, params.incidentId);
        if (incident.penaltyCase === null || incident.state === 'closed') {
          throw new HttpError(
            409,
            'COMMAND_REFUSED',
            `The incident is in state ${incident.state}: vehicles are looked at only inside a registered one.`,
            'Register the incident first.',
          );
        }
        const { incidentId } = incident;
        const by = personOf(caller);
        if (looks.isNew(by.userId, `vehicles/${incidentId}`)) {
          await trail.write({
            by,
            action: 'viewIncident',
            subjectId: incidentId,
            incidentId,
            reason: 'vehicles about it',
          });
        }
        return ok({ items: await vehiclesAbout(incident) });
      },
    }),
    route({
      method: 'post',
      path: '/api/incidents/{incidentId}/routes',
      tag: 'routes',
      summary: 'Request the route of a vehicle that was seen at the incident',
      access: 'person',
      permission: 'decide',
      params: IncidentParams,
      body: { kind: 'json', schema: RouteCommandRequest },
      answers,
      async handle({ params, body, caller }) {
        const { incidentId, areaCode } = await findIncident(store, params.incidentId);
        if (body.action.kind !== 'request') throw wrongPlace(body.action);
        return await send({
          ...body,
          commandId: freshId(),
          routeId: freshId(),
          incidentId,
          areaCode,
          issuedBy: personOf(caller),
          issuedAtMs: clock.nowMs(),
        });
      },
    }),
    route({
      method: 'post',
      path: '/api/routes/{routeId}/commands',
      tag: 'routes',
      summary: 'Approve or refuse a route, or confirm or strike a passage of it',
      access: 'person',
      permission: 'decide',
      params: RouteParams,
      body: { kind: 'json', schema: RouteCommandRequest },
      answers,
      async handle({ params, body, caller }) {
        const { routeId, incidentId, areaCode } = await findRoute(store, params.routeId);
        if (body.action.kind === 'request') throw wrongPlace(body.action);
        if (body.action.kind !== 'decide') mayApprove(caller);
        return await send({
          ...body,
          commandId: freshId(),
          routeId,
          incidentId,
          areaCode,
          issuedBy: personOf(caller),
          issuedAtMs: clock.nowMs(),
        });
      },
    }),
  ];
}

const reasonOf = (action: RouteAction): string => {
  switch (action.kind) {
    case 'request':
      return `request: ${action.reason}`;
    case 'approve':
    case 'refuse':
      return action.note === '' ? action.kind : `${action.kind}: ${action.note}`;
    case 'decide':
      return `${action.verdict} ${action.sightingId}`;
  }
};

const wrongPlace = ({ kind }: RouteAction): HttpError =>
  new HttpError(
    400,
    'BAD_REQUEST',
    `${kind} is asked elsewhere.`,
    'A request goes to the incident, everything else to the route.',
  );

/** @throws HttpError 403. */
function mayApprove(caller: Caller): void {
  if (caller.kind !== 'nobody' && may(caller.role, 'approveRoutes')) return;
  throw new HttpError(
    403,
    'PERMISSION_DENIED',
    'This role may not approve routes.',
    'Ask a duty officer or reviewer other than the one who requested it.',
  );
}
