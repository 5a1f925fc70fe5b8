import { z } from 'zod';
import {
  ApiError,
  CameraId,
  CommandRefused,
  Incident,
  incidentTable,
  RaiseRequest,
  type SceneEvent,
  SuppressedEventList,
  suppressedEventTable,
  Uuid,
} from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { HttpError, notFound } from '../api-error.ts';
import { personOf } from '../auth/caller.ts';
import { issueCommand } from '../issue-command.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';
import { footageDeletedOf } from './footage-deletions.ts';

/** What zones suppressed: to be looked through, and turned into an alert where a zone was wrong. */
export function suppressedRoutes(parts: Parts): Route[] {
  const { store } = parts;
  return [
    route({
      method: 'get',
      path: '/api/suppressed-events',
      tag: 'zones',
      summary: 'What rules found and zones suppressed, newest first',
      access: 'person',
      permission: 'lookAtIncidents',
      query: z.strictObject({
        cameraId: CameraId.optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answers: { 200: { description: 'The newest', schema: SuppressedEventList } },
      async handle({ query: { cameraId, limit } }) {
        const found = await store.find(suppressedEventTable, {
          ...(cameraId === undefined ? {} : { where: 'cameraId = {cameraId:String}', params: { cameraId } }),
          orderBy: 'raisedAtMs DESC, eventId DESC',
          limit,
        });
        const eventIds = found.map(({ eventId }) => eventId);
        const [raised, deleted] = await Promise.all([
          incidentsOf(store, eventIds),
          footageDeletedOf(store, eventIds),
        ]);
        return ok({
          items: found.map((event) => ({
            event,
            incidentId: raised.get(event.eventId) ?? null,
            footageDeletedAtMs: deleted.get(event.eventId) ?? null,
          })),
        });
      },
    }),
    route({
      method: 'post',
      path: '/api/suppressed-events/{eventId}/raise',
      tag: 'zones',
      summary: 'Turn what a zone suppressed into an alert; answered with its incident',
      access: 'person',
      permission: 'decide',
      params: z.strictObject({ eventId: Uuid }),
      body: { kind: 'json', schema: RaiseRequest },
      answers: {
        200: { description: 'The incident that holds it now', schema: Incident },
        409: { description: 'Refused', schema: CommandRefused },
        410: { description: 'Its pictures are gone', schema: ApiError },
        504: { description: 'Handed on, but no answer in time', schema: ApiError },
      },
      async handle({ params: { eventId }, body: { note }, caller }) {
        const [found] = await store.find(suppressedEventTable, {
          where: 'eventId = {eventId:String}',
          params: { eventId },
          limit: 1,
        });
        if (found === undefined) throw notFound(`suppressed event ${eventId}`);
        if ((await footageDeletedOf(store, [eventId])).size > 0) {
          throw new HttpError(
            410,
            'MEDIA_DELETED',
            'Its pictures were deleted because nobody raised it in time: an alert of it would have no evidence.',
            'If the thing still lies there, report it as a record; cameras raise it again when it comes again.',
          );
        }
        const { suppression: _, ...event } = found;
        return await issueCommand(
          {
            incidentId: deterministicId('incident', eventId),
            areaCode: event.areaCode,
            expectedVersion: null,
            action: { kind: 'raiseSuppressed', event: event satisfies SceneEvent, note },
            issuedBy: personOf(caller),
          },
          parts,
        );
      },
    }),
  ];
}

/** By event, the incident that holds it. */
async function incidentsOf(store: Store, eventIds: readonly string[]): Promise<Map<string, string>> {
  if (eventIds.length === 0) return new Map();
  const incidents = await store.find(incidentTable, {
    where: 'arrayExists(id -> position(events, id) > 0, {eventIds:Array(String)})',
    params: { eventIds },
    limit: 1_000,
  });
  return new Map(
    incidents.flatMap(({ incidentId, events }) =>
      events.map(({ eventId }) => [eventId, incidentId] as const),
    ),
  );
}
