import { z } from 'zod';
import { DeskList } from '../../contracts/index.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const WebhookTest = z
  .strictObject({ askedCount: z.int().nonnegative() })
  .meta({ id: 'WebhookTest', description: 'How many webhooks were sent a self-test' });

export function deskRoutes({ desks, trail }: Parts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/desks',
      tag: 'desks',
      summary: 'Desks of the agencies: who is on duty, and when their webhooks last worked',
      access: 'person',
      answers: { 200: { description: 'All desks of the configuration', schema: DeskList } },
      handle: async () => ok({ items: await desks.list() }),
    }),
    route({
      method: 'post',
      path: '/api/desks/self-test',
      tag: 'desks',
      summary: 'Send a self-test to every webhook; its result stands in the list of desks',
      access: 'person',
      answers: { 200: { description: 'They are on their way', schema: WebhookTest } },
      async handle({ caller }) {
        const askedCount = await desks.test();
        await trail.write({ by: personOf(caller), action: 'webhooksTested', subjectId: String(askedCount) });
        return ok({ askedCount });
      },
    }),
  ];
}
