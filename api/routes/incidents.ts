import { z } from 'zod';
import {
  EpochMs,
  Incident,
  IncidentBackground,
  IncidentState,
  incidentTable,
  SceneEventKind,
  Uuid,
  IncidentPage,
} from '../../contracts/index.ts';
import type { QueryParams, Store } from '../../store/index.ts';
import { badRequest, notFound } from '../api-error.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';
import { openPlaces } from './incident-summary.ts';

/** `state=detected&state=triage` or `state=detected,triage`. */
const listOf = <S extends z.ZodType>(element: S) =>
  z.preprocess(
    (given) => (typeof given === 'string' ? given.split(',') : given),
    z.array(element).min(1).max(20).optional(),
  );

const IncidentQuery = z.strictObject({
  state: listOf(IncidentState),
  kind: listOf(SceneEventKind),
  /** Only what was opened at or after this time. */
  since: z.coerce.number().pipe(EpochMs).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const IncidentParams = z.strictObject({ incidentId: Uuid });

/** @throws HttpError 404. */
export async function findIncident(store: Store, incidentId: string): Promise<Incident> {
  const [incident] = await store.find(incidentTable, {
    where: 'incidentId = {incidentId:String}',
    params: { incidentId },
    limit: 1,
  });
  if (incident === undefined) throw notFound(`incident ${incidentId}`);
  return incident;
}

export function incidentRoutes({ store, clock, trail, looks, backgroundOf }: Parts): Route[] {
  const summaries = openPlaces(store, clock);
  return [
    route({
      method: 'get',
      path: '/api/incidents',
      tag: 'incidents',
      summary: 'The queue, newest first',
      access: 'person',
      permission: 'lookAtIncidents',
      query: IncidentQuery,
      answers: { 200: { description: 'One page', schema: IncidentPage } },
      async handle({ query }) {
        const conditions: string[] = [];
        const params: Record<string, QueryParams[string]> = {};
        const add = (condition: string, name: string, value: QueryParams[string]): void => {
          conditions.push(condition);
          params[name] = value;
        };
        if (query.state !== undefined) add('state IN {states:Array(String)}', 'states', query.state);
        if (query.kind !== undefined) add('kind IN {kinds:Array(String)}', 'kinds', query.kind);
        if (query.since !== undefined) add('openedAtMs >= {sinceMs:Int64}', 'sinceMs', query.since);
        if (query.cursor !== undefined) {
          const after = readCursor(query.cursor);
          add('(openedAtMs, incidentId) < ({afterMs:Int64}, {afterId:String})', 'afterMs', after.openedAtMs);
          params['afterId'] = after.incidentId;
        }
        const found = await store.find(incidentTable, {
          ...(conditions.length === 0 ? {} : { where: conditions.join(' AND ') }),
          params,
          orderBy: 'openedAtMs DESC, incidentId DESC',
          limit: query.limit + 1,
        });
        const page = found.slice(0, query.limit);
        const last = page.at(-1);
        const nextCursor = found.length > query.limit && last !== undefined ? cursorAfter(last) : null;
        return ok({ items: await summaries(page), nextCursor });
      },
    }),
    route({
      method: 'get',
      path: '/api/incidents/{incidentId}/background',
      tag: 'incidents',
      summary: 'Repeat spot, repeat vehicles, and permits that may make it legal',
      access: 'person',
      permission: 'lookAtIncidents',
      params: IncidentParams,
      answers: { 200: { description: 'What history and permits say', schema: IncidentBackground } },
      handle: async ({ params }) => ok(await backgroundOf(await findIncident(store, params.incidentId))),
    }),
    route({
      method: 'get',
      path: '/api/incidents/{incidentId}',
      tag: 'incidents',
      summary: 'One incident with its events, records and timeline; the look is registered',
      access: 'person',
      permission: 'lookAtIncidents',
      params: IncidentParams,
      answers: { 200: { description: 'The incident in its newest version', schema: Incident } },
      async handle({ params, caller }) {
        const incident = await findIncident(store, params.incidentId);
        const by = personOf(caller);
        if (looks.isNew(by.userId, params.incidentId)) {
          trail.note({
            by,
            action: 'viewIncident',
            subjectId: params.incidentId,
            incidentId: params.incidentId,
          });
        }
        return ok(incident);
      },
    }),
  ];
}

const cursorAfter = ({ openedAtMs, incidentId }: Incident): string =>
  Buffer.from(`${openedAtMs} ${incidentId}`).toString('base64url');

function readCursor(cursor: string): { openedAtMs: number; incidentId: string } {
  const [openedAtMs = '', incidentId = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (!/^\d{1,15}$/.test(openedAtMs) || !Uuid.safeParse(incidentId).success) {
    throw badRequest(
      'cursor: this is no cursor of ours.',
      'Take `nextCursor` of the page before, or leave it out.',
    );
  }
  return { openedAtMs: Number(openedAtMs), incidentId };
}
