import { z } from 'zod';
import {
  CameraId,
  ExclusionDecision,
  ExclusionRequest,
  ExclusionRequestList,
  ExclusionWish,
  Uuid,
} from '../../contracts/index.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

export function exclusionRoutes({ exclusions, trail }: Parts): Route[] {
  const common = { tag: 'cameras', access: 'person' } as const;
  return [
    route({
      ...common,
      method: 'get',
      path: '/api/exclusions',
      summary: 'Wishes to leave cameras out of judgement for a while, and what became of them',
      query: z.strictObject({ cameraId: CameraId.optional() }),
      answers: { 200: { description: 'The newest first', schema: ExclusionRequestList } },
      handle: async ({ query }) => ok({ items: await exclusions.list(query.cameraId) }),
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/exclusions',
      summary: 'Ask for a maintenance window or another exclusion; somebody else decides',
      permission: 'changeFiles',
      body: { kind: 'json', schema: ExclusionWish },
      answers: { 200: { description: 'The request, pending', schema: ExclusionRequest } },
      async handle({ body, caller }) {
        const askedBy = personOf(caller);
        const request = await exclusions.ask(body, askedBy);
        await trail.write({
          by: askedBy,
          action: 'exclusionAsked',
          subjectId: request.requestId,
          reason: `${body.reason} ${body.cameraId}`,
        });
        return ok(request);
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/exclusions/{requestId}/decision',
      summary: 'Approve or refuse; never by the person that asked',
      permission: 'changeFiles',
      params: z.strictObject({ requestId: Uuid }),
      body: { kind: 'json', schema: ExclusionDecision },
      answers: { 200: { description: 'The request as it is now', schema: ExclusionRequest } },
      async handle({ params: { requestId }, body, caller }) {
        const decidedBy = personOf(caller);
        const request = await exclusions.decide(requestId, body, decidedBy);
        await trail.write({
          by: decidedBy,
          action: 'exclusionDecided',
          subjectId: requestId,
          reason: body.note === '' ? body.decision : `${body.decision}: ${body.note}`,
        });
        return ok(request);
      },
    }),
  ];
}
