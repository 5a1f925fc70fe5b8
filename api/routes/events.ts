import { z } from 'zod';
import { IncidentNotice } from '../../contracts/index.ts';
import { streamEvents } from '../live/event-stream.ts';
import type { Parts } from '../parts.ts';
import { type Route, route } from '../route.ts';
import { openPlaces } from './incident-summary.ts';

const heartbeatMs = 15_000;

export function eventRoutes({ auth, feed, store, clock, log, signal }: Parts): Route[] {
  const summaries = openPlaces(store, clock);
  return [
    route({
      method: 'get',
      path: '/api/events/stream',
      tag: 'incidents',
      summary: 'Incident changes as server-sent events; `Last-Event-ID` resumes, `reset` says: fetch anew',
      access: 'person',
      permission: 'lookAtIncidents',
      query: z.strictObject({
        /** For clients that cannot set the header. */
        lastEventId: z.string().max(100).optional(),
      }),
      answers: { 200: { description: 'Events', schema: IncidentNotice, contentType: 'text/event-stream' } },
      async handle({ caller, query, req, res }) {
        streamEvents(res, req.get('last-event-id') ?? query.lastEventId ?? null, {
          feed,
          log,
          signal,
          heartbeatMs,
          isAllowed: () => caller.kind !== 'session' || auth.sessions.isLive(caller.sessionHash),
          async describe({ change: { cause, incident } }): Promise<IncidentNotice | null> {
            if (incident === null) return null;
            const [summary] = await summaries([incident]);
            return summary === undefined ? null : { cause, incident: summary };
          },
        });
        return null;
      },
    }),
  ];
}
