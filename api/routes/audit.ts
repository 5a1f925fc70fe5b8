import { z } from 'zod';
import { AuditReport, auditTable } from '../../contracts/index.ts';
import { verifyAudit } from '../audit/verify.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

export function auditRoutes({ store, clock, trail }: Parts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/audit',
      tag: 'audit',
      summary: 'Who did or saw what, newest first, and whether the register is what was written',
      access: 'person',
      permission: 'readAudit',
      query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
      answers: { 200: { description: 'Newest entries and the check of every chain', schema: AuditReport } },
      async handle({ query }) {
        const verification = await verifyAudit(store, trail, clock.nowMs());
        const orderBy = 'atMs DESC, chainId DESC, sequence DESC';
        return ok({ items: await store.find(auditTable, { orderBy, limit: query.limit }), verification });
      },
    }),
  ];
}
