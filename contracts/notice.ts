import { z } from 'zod';
import { Agency } from './desk.ts';
import { AreaCode, EpochMs, Uuid } from './ids.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

export const NoticeKind = z.enum([
  'alert',
  'taskAssigned',
  'taskTransferred',
  'urged',
  'escalated',
  'rework',
  'closed',
  'selfTest',
]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** What a desk is told, by whichever way it is reached. Holds no picture and no name of a party. */
export const Notice = z
  .strictObject({
    /** Made of what it tells: told twice it is one. */
    noticeId: Uuid,
    kind: NoticeKind,
    /** Desk that is told; null for a self-test, which goes to one webhook. */
    deskId: z.string().nullable(),
    webhookId: z.string().nullable(),
    areaCode: AreaCode,
    incidentId: Uuid.nullable(),
    /** When it happened: what it says is measured from here. */
    atMs: EpochMs,
    title: z.string(),
    lines: z.array(z.string()),
  })
  .meta({ id: 'Notice' });
export type Notice = z.infer<typeof Notice>;

export const notices = topic({
  name: 'notice.v1',
  schema: Notice,
  keySpace: 'area',
  key: (notice) => notice.areaCode,
});

/** One notice on its way to one webhook. */
export const NoticeDelivery = z
  .strictObject({
    /** uuidv5 of notice and webhook; goes with every try, so that a receiver can tell a repeated one. */
    deliveryId: Uuid,
    notice: Notice,
    webhookId: z.string(),
    state: z.enum(['queued', 'delivered', 'deadLettered']),
    attempts: z.int().nonnegative(),
    /** What the last try met; empty when it went well. */
    lastError: z.string(),
    queuedAtMs: EpochMs,
    /** Time of the last change; the newest row wins. */
    updatedAtMs: EpochMs,
  })
  .meta({ id: 'NoticeDelivery' });
export type NoticeDelivery = z.infer<typeof NoticeDelivery>;

export const noticeDeliveryTable = table({
  name: 'notice_delivery',
  schema: NoticeDelivery,
  orderBy: ['deliveryId'],
  versionBy: 'updatedAtMs',
});

/** Whether a webhook works, by what it was sent; the daily self-test goes the whole way from the bus to the receiver. */
export const WebhookStatus = z
  .strictObject({
    webhookId: z.string(),
    deskId: z.string(),
    format: z.string(),
    lastSelfTestOkAtMs: EpochMs.nullable(),
    lastDeliveredAtMs: EpochMs.nullable(),
    queuedCount: z.int().nonnegative(),
    deadLetteredCount: z.int().nonnegative(),
    lastError: z.string(),
  })
  .meta({ id: 'WebhookStatus' });
export type WebhookStatus = z.infer<typeof WebhookStatus>;

/** A desk as people see it: who is there now, and whether it can be reached. */
export const DeskView = z
  .strictObject({
    deskId: z.string(),
    agency: Agency,
    name: z.string(),
    onDuty: z.array(z.string()),
    webhooks: z.array(WebhookStatus),
  })
  .meta({ id: 'DeskView' });
export type DeskView = z.infer<typeof DeskView>;

export const DeskList = z.strictObject({ items: z.array(DeskView) }).meta({ id: 'DeskList' });
export type DeskList = z.infer<typeof DeskList>;
