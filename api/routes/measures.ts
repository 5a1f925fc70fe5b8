import { z } from 'zod';
import { EpochMs, MeasureReport } from '../../contracts/index.ts';
import { badRequest } from '../api-error.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const ms = z.coerce.number().pipe(EpochMs).optional();
const MeasureParams = z.strictObject({
  fromMs: ms,
  toMs: ms,
  /** `district`, `street:CODE`, `policeStation:CODE`, `pointClass:1`. */
  scope: z
    .string()
    .regex(
      /^(district|(street|policeStation|pointClass|day):[\w-]{1,64})$/,
      'e.g. district, street:330203001, pointClass:1',
    )
    .optional(),
});

export function measureRoutes({ computeMeasures }: Parts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/measures',
      tag: 'measures',
      summary: 'Coverage, HD, networked and online rate with the cameras and key places behind them',
      access: 'person',
      query: MeasureParams,
      answers: { 200: { description: 'The figures', schema: MeasureReport } },
      async handle({ query: { fromMs, toMs, scope } }) {
        if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
          throw badRequest(
            'fromMs: the window ends before it begins.',
            'Give fromMs < toMs, in milliseconds since 1970.',
          );
        }
        const query = {
          ...(fromMs === undefined ? {} : { fromMs }),
          ...(toMs === undefined ? {} : { toMs }),
          ...(scope === undefined ? {} : { scope }),
        };
        return ok(await computeMeasures(query));
      },
    }),
  ];
}
