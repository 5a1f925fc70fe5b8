import { z } from 'zod';
import {
  ImportSummary,
  PlaceAlias,
  PublicReport,
  PublicReportReceipt,
  RecordSubmission,
} from '../../contracts/index.ts';
import { badRequest } from '../api-error.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { reportPage, reportScript, reportStyle } from '../report-page.ts';
import { ok, type Route, route } from '../route.ts';

/** Answers that are kept for a sender who asks again because the first answer was lost. */
const answersKept = 500;
/** Reports of one address in a quarter of an hour. */
const reportsPerAddress = 8;
const somebody = { userId: 'public', name: 'resident', unit: '' } as const;

const PlaceAliasList = z.strictObject({ items: z.array(PlaceAlias) }).meta({ id: 'PlaceAliasList' });
const PlaceAliasWish = z
  .strictObject({ alias: z.string().trim().min(2).max(40), placeName: z.string().min(1).max(80).nullable() })
  .meta({ id: 'PlaceAliasWish', description: '`placeName` null takes the alias away' });

export function recordRoutes({ intake, places, trail }: Parts): Route[] {
  const answered = new Map<string, ImportSummary>();
  return [
    route({
      method: 'post',
      path: '/api/records',
      tag: 'imports',
      permission: 'changeFiles',
      summary:
        'Take over records of another system; with an Idempotency-Key the same request is answered once',
      access: 'person',
      body: { kind: 'json', schema: RecordSubmission },
      answers: { 200: { description: 'What was taken over and what was refused', schema: ImportSummary } },
      async handle({ body, caller, req }) {
        const key = req.get('Idempotency-Key');
        if (key !== undefined && !/^[\w.:-]{8,100}$/.test(key)) {
          throw badRequest(
            'Idempotency-Key: 8 to 100 letters, digits, dots, colons or dashes.',
            'Send a UUID.',
          );
        }
        const known = key === undefined ? undefined : answered.get(key);
        if (known !== undefined) return ok(known);
        const summary = await intake.takeRows(body);
        if (key !== undefined) {
          answered.set(key, summary);
          const [oldest] = answered.keys();
          if (answered.size > answersKept && oldest !== undefined) answered.delete(oldest);
        }
        await trail.write({
          by: personOf(caller),
          action: 'recordsImported',
          subjectId: body.profile,
          reason: `${summary.acceptedCount} rows taken over, ${summary.rejectedCount} refused`,
        });
        return ok(summary);
      },
    }),
    route({
      method: 'get',
      path: '/report',
      tag: 'public',
      summary: 'The page on which residents report; asks for no name and no number',
      access: 'open',
      answers: { 200: { description: 'A page', contentType: 'text/html' } },
      handle({ res }) {
        res.type('html').send(reportPage);
        return Promise.resolve(null);
      },
    }),
    ...(
      [
        ['/report.css', 'text/css', reportStyle],
        ['/report.js', 'text/javascript', reportScript],
      ] as const
    ).map(([path, contentType, content]) =>
      route({
        method: 'get',
        path,
        tag: 'public',
        summary: 'Part of the page on which residents report',
        access: 'open',
        answers: { 200: { description: 'A file', contentType } },
        handle({ res }) {
          res.type(contentType).send(content);
          return Promise.resolve(null);
        },
      }),
    ),
    route({
      method: 'post',
      path: '/api/public/reports',
      tag: 'public',
      summary: 'A report of a resident; numbers and names in it are dropped, nothing of the sender is kept',
      access: 'open',
      maxRequests: reportsPerAddress,
      body: { kind: 'json', schema: PublicReport },
      answers: { 200: { description: 'Taken', schema: PublicReportReceipt } },
      async handle({ body }) {
        const sourceId = await intake.takeReport(body);
        await trail.write({
          by: somebody,
          action: 'recordsImported',
          subjectId: sourceId,
          reason: 'public report',
        });
        return ok({ sourceId });
      },
    }),
    route({
      method: 'get',
      path: '/api/place-aliases',
      tag: 'places',
      summary: 'What people call the known places',
      access: 'person',
      answers: { 200: { description: 'All of them', schema: PlaceAliasList } },
      handle: async () => ok({ items: await places.aliases() }),
    }),
    route({
      method: 'post',
      path: '/api/place-aliases',
      tag: 'places',
      permission: 'placeNames',
      summary: 'Say what people call a known place; later records are placed by it',
      access: 'person',
      body: { kind: 'json', schema: PlaceAliasWish },
      answers: { 200: { description: 'The alias as it is kept', schema: PlaceAlias } },
      async handle({ body, caller }) {
        const alias = await places.setAlias(body.alias, body.placeName);
        await trail.write({
          by: personOf(caller),
          action: 'placeAliasSet',
          subjectId: body.alias,
          reason: body.placeName ?? 'taken away',
        });
        return ok(alias);
      },
    }),
  ];
}
