import { z } from 'zod';
import {
  BlindSpotPage,
  CameraId,
  CameraPeriod,
  EpochMs,
  FigureRowPage,
  MeasureReport,
  MeasureScorecard,
  PeriodExclusions,
  PlannedCamera,
  WhatIfReport,
} from '../../contracts/index.ts';
import { badRequest } from '../api-error.ts';
import { type MeasureQuery, type Parts, scopeKinds } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const ms = z.coerce.number().pipe(EpochMs).optional();
const parts = z.string().transform((text) => text.split(',').filter((part) => part !== ''));

/** Which time and whose figures. */
const asked = {
  /** Calendar month of +08:00; takes the place of `fromMs` and `toMs`. */
  month: z
    .string()
    .regex(/^(\d{4}-\d{2}|latest)$/, 'a month like 2026-09, or latest')
    .optional(),
  fromMs: ms,
  toMs: ms,
  instantMs: ms,
  /** `district`, `street:CODE`, `policeStation:CODE`, `pointClass:1`, `owner:NAME`; of one day `street:CODE@2026-09-16`. */
  scope: z
    .string()
    .max(200)
    .regex(
      /^(district|(street|policeStation|pointClass|owner|day):.+)$/,
      'e.g. district, street:330203001, pointClass:1, day:2026-09-16',
    )
    .optional(),
};
const metric = z.string().regex(/^M\d{1,2}[a-zA-Z.]*$/, 'a figure like M7 or M3.nonMotor');
const metrics = parts.pipe(z.array(metric)).default([]);
const page = {
  offset: z.coerce.number().pipe(z.int().nonnegative()).default(0),
  limit: z.coerce.number().pipe(z.int().min(1).max(1_000)).default(100),
};
const mostRows = 200;

function timed<T extends MeasureQuery>(query: T): T {
  const { month, fromMs, toMs } = query;
  if (month !== undefined && (fromMs !== undefined || toMs !== undefined))
    throw badRequest('month: it stands for fromMs and toMs.', 'Give one or the other.');
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw badRequest(
      'fromMs: the window ends before it begins.',
      'Give fromMs < toMs, in milliseconds since 1970.',
    );
  }
  return query;
}

export function measureRoutes({ measures }: Parts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/measures',
      tag: 'measures',
      summary: 'M1–M16 of one scope and window, each with the costliest cameras and key places behind it',
      access: 'person',
      query: z.strictObject({
        ...asked,
        metrics,
        rows: z.coerce.number().pipe(z.int().nonnegative().max(mostRows)).default(mostRows),
      }),
      answers: { 200: { description: 'The figures', schema: MeasureReport } },
      handle: async ({ query: { metrics: wanted, rows, ...query } }) =>
        ok(await measures.report(timed(query), { metrics: wanted, mostRows: rows })),
    }),
    route({
      method: 'get',
      path: '/api/measures/scorecard',
      tag: 'measures',
      summary: 'The figures of every street, police station, point class, owner or day, without rows',
      access: 'person',
      query: z.strictObject({
        ...asked,
        metrics,
        by: parts.pipe(z.array(z.enum(scopeKinds))).default(['street']),
      }),
      answers: { 200: { description: 'Figures by scope', schema: MeasureScorecard } },
      handle: async ({ query: { metrics: wanted, by, ...query } }) =>
        ok(await measures.scorecard(timed(query), by, { metrics: wanted })),
    }),
    route({
      method: 'get',
      path: '/api/measures/rows',
      tag: 'measures',
      summary: 'The rows behind one figure, those that cost most first, page by page',
      access: 'person',
      query: z.strictObject({ ...asked, ...page, metric }),
      answers: { 200: { description: 'A page of rows', schema: FigureRowPage } },
      handle: async ({ query: { metric: wanted, offset, limit, ...query } }) =>
        ok(await measures.rows(timed(query), { metric: wanted, offset, limit })),
    }),
    route({
      method: 'get',
      path: '/api/measures/cameras/{cameraId}',
      tag: 'measures',
      summary:
        'One camera over the window: states, duty, exclusions, recordings and what it adds to each figure',
      access: 'person',
      params: z.strictObject({ cameraId: CameraId }),
      query: z.strictObject(asked),
      answers: { 200: { description: 'The camera over the window', schema: CameraPeriod } },
      handle: async ({ params: { cameraId }, query }) => ok(await measures.camera(timed(query), cameraId)),
    }),
    route({
      method: 'get',
      path: '/api/measures/exclusions',
      tag: 'measures',
      summary:
        'Exclusions asked for in the months of the window, each with its verdict and what the cap left of it',
      access: 'person',
      query: z.strictObject(asked),
      answers: { 200: { description: 'Exclusions and verdicts', schema: PeriodExclusions } },
      handle: async ({ query }) => ok(await measures.exclusions(timed(query))),
    }),
    route({
      method: 'get',
      path: '/api/coverage/blind-spots',
      tag: 'measures',
      summary: 'Where key places are not seen by any camera in service, largest first',
      access: 'person',
      query: z.strictObject({ ...asked, ...page }),
      answers: { 200: { description: 'Blind spots', schema: BlindSpotPage } },
      handle: async ({ query: { offset, limit, ...query } }) =>
        ok(await measures.blindSpots(timed(query), { offset, limit })),
    }),
    route({
      method: 'post',
      path: '/api/coverage/what-if',
      tag: 'measures',
      summary: 'What a planned camera would add to the coverage; nothing is kept',
      access: 'person',
      query: z.strictObject(asked),
      body: { kind: 'json', schema: PlannedCamera },
      answers: { 200: { description: 'Coverage without and with it', schema: WhatIfReport } },
      handle: async ({ query, body }) => ok(await measures.whatIf(timed(query), body)),
    }),
  ];
}
