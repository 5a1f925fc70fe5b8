import { z } from 'zod';
import type { Bus } from '../../bus/index.ts';
import { notices, type WebhookStatus } from '../../contracts/index.ts';
import type { Clock, Log } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { dayStartMs } from '../measures/index.ts';
import { withRetry } from '../retry.ts';
import { selfTestNotice } from './notices.ts';
import type { WebhookTarget } from './targets.ts';

const lookEveryMs = 30_000;
const minuteMs = 60_000;

const Row = z.object({
  webhookId: z.string(),
  lastSelfTestAtMs: z.coerce.number(),
  lastSelfTestOkAtMs: z.coerce.number(),
  lastDeliveredAtMs: z.coerce.number(),
  queuedCount: z.coerce.number(),
  deadLetteredCount: z.coerce.number(),
  lastError: z.string(),
});
const statusSql = `
  SELECT webhookId,
    maxIf(queuedAtMs, JSONExtractString(notice, 'kind') = 'selfTest') AS lastSelfTestAtMs,
    maxIf(updatedAtMs, JSONExtractString(notice, 'kind') = 'selfTest' AND state = 'delivered') AS lastSelfTestOkAtMs,
    maxIf(updatedAtMs, state = 'delivered') AS lastDeliveredAtMs,
    countIf(state = 'queued') AS queuedCount,
    countIf(state = 'deadLettered' AND updatedAtMs > {sinceMs:Int64}) AS deadLetteredCount,
    argMax(lastError, updatedAtMs) AS lastError
  FROM notice_delivery FINAL GROUP BY webhookId`;

const dayMs = 86_400_000;
const ofWebhook = async (store: Store, nowMs: number): Promise<Map<string, z.infer<typeof Row>>> => {
  const rows = await store.query(statusSql, { sinceMs: nowMs - dayMs }, Row);
  return new Map(rows.map((row) => [row.webhookId, row]));
};

const timeOrNull = (atMs: number | undefined): number | null =>
  atMs === undefined || atMs === 0 ? null : atMs;

/** What each webhook was sent, what it took, and when its self-test last went well. Dead letters of one day count. */
export async function webhookStatus(
  store: Store,
  targets: readonly Pick<WebhookTarget, 'webhookId' | 'deskId' | 'format'>[],
  nowMs: number,
): Promise<WebhookStatus[]> {
  const rows = await ofWebhook(store, nowMs);
  return targets.map(({ webhookId, deskId, format }) => {
    const row = rows.get(webhookId);
    return {
      webhookId,
      deskId,
      format,
      lastSelfTestOkAtMs: timeOrNull(row?.lastSelfTestOkAtMs),
      lastDeliveredAtMs: timeOrNull(row?.lastDeliveredAtMs),
      queuedCount: row?.queuedCount ?? 0,
      deadLetteredCount: row?.deadLetteredCount ?? 0,
      lastError: row?.lastError ?? '',
    };
  });
}

/** The last moment of the daily test that has passed. */
export function lastDueMs(at: string, nowMs: number): number {
  const [hours, minutes] = at.split(':');
  const today = dayStartMs(nowMs) + (Number(hours) * 60 + Number(minutes)) * minuteMs;
  return today <= nowMs ? today : today - dayMs;
}

/** Once a day, and at the first start, a notice for every webhook goes onto the bus like any other. */
export async function runSelfTests(parts: {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly targets: readonly WebhookTarget[];
  readonly areaCode: string;
  readonly at: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { bus, store, clock, log, targets, areaCode, at, signal } = parts;
  if (targets.length === 0) return;
  const asked = new Set<string>();
  while (!signal.aborted) {
    await withRetry(
      async () => {
        const dueMs = lastDueMs(at, clock.nowMs());
        const rows = await ofWebhook(store, clock.nowMs());
        const due = targets.filter(
          ({ webhookId }) =>
            (rows.get(webhookId)?.lastSelfTestAtMs ?? 0) < dueMs && !asked.has(`${webhookId} ${dueMs}`),
        );
        for (const { webhookId } of due) asked.add(`${webhookId} ${dueMs}`);
        // Named by the due moment: two processes that ask at once make one notice.
        if (due.length > 0) {
          await bus.publish(
            notices,
            due.map(({ webhookId }) => selfTestNotice(webhookId, areaCode, dueMs)),
          );
        }
      },
      { clock, log, signal, doing: 'testing the webhooks' },
    );
    await clock.sleep(lookEveryMs, signal);
  }
}
