import { z } from 'zod';
import { ClosedLoopReport, EpochMs, LoopLevel } from '../../contracts/index.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const LoopQuery = z.strictObject({
  from: z.coerce.number().pipe(EpochMs),
  to: z.coerce.number().pipe(EpochMs),
  level: LoopLevel.default('district'),
});

export function closedLoopRoutes({ computeLoop }: Parts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/closed-loop',
      tag: 'figures',
      summary: 'How well alerts were judged, handled and closed, and what rejections suggest',
      access: 'person',
      query: LoopQuery,
      answers: { 200: { description: 'Rates by the level that was asked for', schema: ClosedLoopReport } },
      handle: async ({ query }) =>
        ok(await computeLoop({ fromMs: query.from, toMs: query.to, level: query.level })),
    }),
  ];
}
