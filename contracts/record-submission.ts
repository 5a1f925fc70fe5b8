import { z } from 'zod';
import { topic } from './topic.ts';

/** Records of another system as it has them: columns of a mapping profile and what stands in them. */
export const RecordSubmission = z
  .strictObject({
    /** Name of a shipped mapping profile, which says what the columns mean. */
    profile: z.string().regex(/^[\w.-]{1,64}$/, 'the name of a mapping profile, e.g. call110'),
    rows: z
      .array(z.record(z.string().min(1).max(100), z.union([z.string().max(10_000), z.number(), z.null()])))
      .min(1)
      .max(1_000),
  })
  .meta({ id: 'RecordSubmission' });
export type RecordSubmission = z.infer<typeof RecordSubmission>;

/** Where other systems put records when they speak Kafka. */
export const recordSubmissions = topic({
  name: 'external-record.v1',
  schema: RecordSubmission,
  keySpace: 'source',
  key: ({ profile }) => profile,
});

/** What a resident tells on the public page: what and where, and nothing of who. */
export const PublicReport = z
  .strictObject({
    /** Made by the page: the same report sent twice is one. */
    reportKey: z.uuid(),
    text: z.string().trim().min(4).max(500),
    placeText: z.string().trim().max(120),
    lonDeg: z.number().min(-180).max(180).nullable(),
    latDeg: z.number().min(-90).max(90).nullable(),
  })
  .meta({ id: 'PublicReport' });
export type PublicReport = z.infer<typeof PublicReport>;

/** The number under which a resident's report is kept. */
export const PublicReportReceipt = z
  .strictObject({ sourceId: z.string() })
  .meta({ id: 'PublicReportReceipt' });
export type PublicReportReceipt = z.infer<typeof PublicReportReceipt>;
