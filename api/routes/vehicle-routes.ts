import type { Response } from 'express';
import { z } from 'zod';
import {
  ApiError,
  type FootageAnswer,
  type FootageRequest,
  footageRequests,
  type Incident,
  Refusal,
  type RouteAction,
  type RouteCommand,
  type RouteSighting,
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
import { sendStill } from './media.ts';

const RouteParams = z.strictObject({ routeId: Uuid });
/** Learning the traffic about an incident takes longer than other commands. */
const timeoutFactor = 6;
/** Cutting pictures, hiding faces in them and reading what is left. */
const footageTimeoutMs = { look: 15_000, plate: 60_000 } as const;

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
  media,
  clock,
  config,
  trail,
  looks,
  routeAnswers,
  footageAnswers,
  vehiclesAbout,
  passageMoments,
  readsPlates,
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
  /** Have pictures of a passage cut and put with its route; null: whoever holds the recording did not answer. */
  const cut = async (
    routeId: string,
    sighting: RouteSighting,
    purpose: FootageRequest['purpose'],
  ): Promise<FootageAnswer['outcome'] | null> => {
    const moments = await passageMoments(sighting);
    if (moments.length === 0) return 'unavailable';
    const requestId = freshId();
    const { sightingId, cameraId } = sighting;
    const waiting = footageAnswers.answerTo(requestId, footageTimeoutMs[purpose]);
    const askedAtMs = clock.nowMs();
    try {
      await bus.publish(footageRequests, [
        { requestId, routeId, sightingId, cameraId, purpose, moments, askedAtMs },
      ]);
    } catch (error) {
      waiting.cancel();
      throw error;
    }
    return (await waiting.answer)?.outcome ?? null;
  };
  const sendPassage = async (
    res: Response,
    of: { routeId: string; sightingId: string },
  ): Promise<boolean> => {
    const still = (await media.passages.list(of)).find(({ name }) => name === 'still');
    if (still === undefined) return false;
    await sendStill(res, still);
    return true;
  };
  return [
    route({
      method: 'get',
      path: '/api/routes/{routeId}/picture',
      tag: 'routes',
      summary:
        'One passage of an approved route, cut from the recording, faces blurred, the vehicle marked; the look is registered',
      access: 'person',
      permission: 'lookAtIncidents',
      params: RouteParams,
      query: z.strictObject({ sightingId: z.string().min(1).max(200) }),
      answers: {
        200: { description: 'The masked still', contentType: 'image/jpeg' },
        404: { description: 'Nothing was recorded then, or it is kept no more', schema: ApiError },
        409: { description: 'The route is not approved, or its incident has ended', schema: ApiError },
        503: { description: 'No answer from where the camera is recorded', schema: ApiError },
      },
      async handle({ params, query: { sightingId }, caller, res }) {
        const { sighting, incidentId, routeId } = await findPassage(store, params.routeId, sightingId);
        const by = personOf(caller);
        if (looks.isNew(by.userId, `passage ${routeId} ${sightingId}`)) {
          await trail.write({
            by,
            action: 'viewPassage',
            subjectId: routeId,
            incidentId,
            reason: sightingId,
          });
        }
        const of = { routeId, sightingId };
        if (await sendPassage(res, of)) return null;
        const outcome = await cut(routeId, sighting, 'look');
        if (outcome === 'kept' && (await sendPassage(res, of))) return null;
        throw noPicture(outcome, sighting.cameraId);
      },
    }),
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
        return ok({ items, readsPlates });
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
      summary: 'Approve or refuse a route, confirm or strike a passage of it, or have its plate read',
      access: 'person',
      permission: 'decide',
      params: RouteParams,
      body: { kind: 'json', schema: RouteCommandRequest },
      answers,
      async handle({ params, body, caller }) {
        const { routeId, incidentId, areaCode } = await findRoute(store, params.routeId);
        if (body.action.kind === 'request') throw wrongPlace(body.action);
        if (body.action.kind === 'readPlate') {
          if (!readsPlates) throw platesOff();
          const { sighting } = await findPassage(store, routeId, body.action.sightingId);
          const by = personOf(caller);
          const reason = body.action.sightingId;
          await trail.write({ by, action: 'plateRead', subjectId: routeId, incidentId, reason });
          await cut(routeId, sighting, 'plate');
        } else if (body.action.kind !== 'decide') mayApprove(caller);
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
    case 'readPlate':
      return `plate of ${action.sightingId}`;
  }
};

/** Before registration nobody is followed, and after the end nobody any more. */
const notRegistered: ReadonlySet<Incident['state']> = new Set(['detected', 'triage', 'rejected', 'closed']);

/** @throws HttpError 404, 409. */
async function findPassage(
  store: Store,
  routeId: string,
  sightingId: string,
): Promise<{ readonly sighting: RouteSighting; readonly routeId: string; readonly incidentId: string }> {
  const found = await findRoute(store, routeId);
  const { state } = await findIncident(store, found.incidentId);
  if (found.state !== 'approved' || notRegistered.has(state)) {
    throw new HttpError(
      409,
      'COMMAND_REFUSED',
      `The route is ${found.state}, its incident ${state}: passages are looked at only on an approved route.`,
      'Somebody other than the requester has to approve it; when the incident has ended it has expired.',
    );
  }
  const sighting = [...(found.actor === null ? [] : [found.actor]), ...found.sightings].find(
    (one) => one.sightingId === sightingId,
  );
  if (sighting === undefined) throw notFound(`passage ${sightingId} in route ${routeId}`);
  return { sighting, routeId: found.routeId, incidentId: found.incidentId };
}

function noPicture(outcome: FootageAnswer['outcome'] | null, cameraId: string): HttpError {
  if (outcome === null) {
    return new HttpError(
      503,
      'COMMAND_TIMEOUT',
      `Nobody who holds the recording of camera ${cameraId} answered.`,
      'The camera is not watched now, or its process is stopped; look at the camera itself.',
    );
  }
  return outcome === 'failed'
    ? new HttpError(
        503,
        'MEDIA_DAMAGED',
        'The picture could not be made with faces hidden, so there is none.',
        'Try again; the log of the process that watches the camera says why.',
      )
    : new HttpError(
        404,
        'INGEST_CLIP_UNAVAILABLE',
        `Camera ${cameraId} has no recording of this passage.`,
        'Recordings are kept for ingest.ringMs; what was looked at in time stays with the route.',
      );
}

const platesOff = (): HttpError =>
  new HttpError(
    409,
    'COMMAND_REFUSED',
    'Plates are not read in this installation.',
    'Whoever answers for it can set routes.readsPlates.',
  );

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
