import type { Bus } from '../../bus/index.ts';
import {
  type DeadLetter,
  deadLetters,
  incidentChanges,
  type Notice,
  type NoticeDelivery,
  noticeDeliveryTable,
  notices,
} from '../../contracts/index.ts';
import { type Clock, type Config, deterministicId, type Log } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { inBatches } from '../batches.ts';
import type { CaseSettings } from '../cases/index.ts';
import { withRetry } from '../retry.ts';
import { type Lane, openLane } from './lane.ts';
import { noticesOf } from './notices.ts';
import { runSelfTests } from './self-test.ts';
import { type WebhookTarget, webhookTargets } from './targets.ts';

const noticeGroup = 'notice';
const deliveryGroup = 'delivery';
const lingerMs = 3;
const batchAtMost = 100;
/** Longer than the longest pause between two tries: whoever worked on it is gone. */
const abandonedMs = 600_000;
const rescanMs = 60_000;

export interface NotifyParts {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Pick<Config, 'bus' | 'cases' | 'district'>;
  readonly settings: CaseSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const deliveryIdOf = (notice: Notice, webhookId: string): string =>
  deterministicId('delivery', notice.noticeId, webhookId);

/**
 * Tell the desks until `signal` aborts: incident changes become notices, notices are queued per webhook in the store,
 * and each webhook has a lane of its own, so that one that does not answer holds up nobody else's alert.
 * @throws PipelineError CONFIG_INVALID, and what bus or store say and what will not get better by itself.
 */
export async function runNotify(parts: NotifyParts): Promise<void> {
  const targets = webhookTargets(parts.config, parts.environment);
  const stop = new AbortController();
  const within = { ...parts, signal: AbortSignal.any([parts.signal, stop.signal]) };
  try {
    await Promise.all([
      makeNotices(within),
      deliverNotices(within, targets),
      runSelfTests({
        ...within,
        targets,
        areaCode: parts.config.district.areaCode,
        at: parts.config.cases.selfTestAt,
      }),
    ]);
  } catch (error) {
    if (!parts.signal.aborted) throw error;
  } finally {
    stop.abort();
  }
}

async function makeNotices({ bus, clock, log, config, settings, signal }: NotifyParts): Promise<void> {
  const agencies = config.cases.alertAgencies;
  await withRetry(
    async () => {
      const batches = inBatches(
        (until) => bus.subscribe([incidentChanges], { group: noticeGroup, signal: until }),
        { isFull: ({ length }) => length >= batchAtMost, maxAgeMs: lingerMs, clock, signal },
      );
      for await (const batch of batches) {
        const made = batch.flatMap(({ record }) => noticesOf(record, settings, agencies));
        if (made.length > 0) await bus.publish(notices, made);
        await ackAll(batch);
      }
    },
    { clock, log, signal, doing: 'making notices' },
  );
}

/** Acknowledging the last of a partition acknowledges those before it. */
async function ackAll(
  batch: readonly { readonly partition: number; ack(this: void): Promise<void> }[],
): Promise<void> {
  const lastOfEach = new Map(batch.map((delivery) => [delivery.partition, delivery]));
  for (const { ack } of lastOfEach.values()) await ack();
}

async function deliverNotices(parts: NotifyParts, targets: readonly WebhookTarget[]): Promise<void> {
  const { bus, store, clock, log, config, signal } = parts;
  const keep = async (rows: readonly NoticeDelivery[]): Promise<void> => {
    const versions = rows.flatMap(({ deliveryId, updatedAtMs, state }) => [deliveryId, updatedAtMs, state]);
    await withRetry(
      async () =>
        await store.insert(noticeDeliveryTable, rows, {
          deduplicationToken: deterministicId('notice-deliveries', ...versions),
        }),
      { clock, log, signal, doing: 'storing deliveries' },
    );
  };
  const onChange = async (delivery: NoticeDelivery): Promise<void> => {
    if (delivery.state === 'deadLettered') {
      log.error(
        { webhookId: delivery.webhookId, found: delivery.lastError },
        'a notice could not be delivered',
      );
      await bus.publish(deadLetters, [deadLetterOf(delivery)]);
    }
    await keep([delivery]);
  };
  const lanes = new Map<string, Lane>(
    targets.map((target) => [
      target.webhookId,
      openLane(target, { clock, signal, consoleUrl: config.cases.consoleUrl ?? null, onChange }),
    ]),
  );
  const taken = new Set<string>();
  const enqueue = (rows: readonly NoticeDelivery[]): void => {
    for (const row of rows) lanes.get(row.webhookId)?.add(row);
  };

  /** Take over what was left queued: at a restart all of it, later what another process has let go of. */
  const takeOver = async (untouchedMs: number): Promise<void> => {
    const left = await withRetry(
      async () =>
        await store.find(noticeDeliveryTable, {
          where: "state = 'queued' AND updatedAtMs <= {beforeMs:Int64}",
          params: { beforeMs: clock.nowMs() - untouchedMs },
          orderBy: 'queuedAtMs',
          limit: 10_000,
        }),
      { clock, log, signal, doing: 'reading what is to be delivered' },
    );
    const mine = left.filter(({ deliveryId }) => !taken.has(deliveryId));
    for (const { deliveryId } of mine) taken.add(deliveryId);
    enqueue(mine);
  };
  await takeOver(config.bus.kind === 'embedded' ? 0 : abandonedMs);
  const rescanning = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(rescanMs, signal);
      await takeOver(abandonedMs);
    }
  };

  const rowsOf = (notice: Notice): NoticeDelivery[] =>
    targets
      .filter(({ webhookId, deskId }) => notice.webhookId === webhookId || notice.deskId === deskId)
      .map(({ webhookId }) => ({
        deliveryId: deliveryIdOf(notice, webhookId),
        notice,
        webhookId,
        state: 'queued',
        attempts: 0,
        lastError: '',
        queuedAtMs: clock.nowMs(),
        updatedAtMs: clock.nowMs(),
      }));

  /** Rows that were never queued before: a change that is told again makes the same notice. */
  const fresh = async (rows: readonly NoticeDelivery[]): Promise<NoticeDelivery[]> => {
    const unseen = [...new Map(rows.map((row) => [row.deliveryId, row])).values()].filter(
      ({ deliveryId }) => !taken.has(deliveryId),
    );
    if (unseen.length === 0) return [];
    const stored = await store.find(noticeDeliveryTable, {
      where: 'deliveryId IN {ids:Array(String)}',
      params: { ids: unseen.map(({ deliveryId }) => deliveryId) },
    });
    const known = new Set(stored.map(({ deliveryId }) => deliveryId));
    return unseen.filter(({ deliveryId }) => !known.has(deliveryId));
  };

  const queueing = withRetry(
    async () => {
      const batches = inBatches(
        (until) => bus.subscribe([notices], { group: deliveryGroup, signal: until }),
        {
          isFull: ({ length }) => length >= batchAtMost,
          maxAgeMs: lingerMs,
          clock,
          signal,
        },
      );
      for await (const batch of batches) {
        const rows = await fresh(batch.flatMap(({ record }) => rowsOf(record)));
        if (rows.length > 0) await keep(rows);
        for (const { deliveryId } of rows) taken.add(deliveryId);
        if (taken.size > 100_000) taken.clear();
        enqueue(rows);
        await ackAll(batch);
      }
    },
    { clock, log, signal, doing: 'queueing notices' },
  );
  await Promise.all([queueing, rescanning(), ...[...lanes.values()].map(async ({ done }) => await done)]);
}

const deadLetterOf = ({
  notice,
  webhookId,
  attempts,
  lastError,
  updatedAtMs,
}: NoticeDelivery): DeadLetter => ({
  sourceTopic: notices.name,
  partition: 0,
  offset: 0,
  key: notice.areaCode,
  reasonCode: 'NOTICE_UNDELIVERED',
  reason: `${webhookId} did not take it in ${attempts} tries: ${lastError}`,
  rawBase64: Buffer.from(JSON.stringify(notice)).toString('base64'),
  failedAtMs: updatedAtMs,
});
