import type { NoticeDelivery } from '../../contracts/index.ts';
import { type Clock, messageOf, redactAddresses } from '../../kernel/index.ts';
import { refusalOf, requestOf } from './message.ts';
import type { WebhookTarget } from './targets.ts';

const timeoutMs = 5_000;
/** Pauses between tries; after the last one the notice goes to the dead letters. About eleven minutes in all. */
const pausesMs = [1_000, 2_000, 5_000, 15_000, 60_000, 180_000, 420_000] as const;

/** Notices on their way to one webhook, one after the other, so that a receiver sees them in order. */
export interface Lane {
  add(delivery: NoticeDelivery): void;
  /** Resolves when the signal aborts and the try under way has ended. */
  readonly done: Promise<void>;
}

/** @param onChange stores what became of a try; a delivery that has ended is told once more. */
export function openLane(
  target: WebhookTarget,
  parts: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly consoleUrl: string | null;
    readonly onChange: (delivery: NoticeDelivery) => Promise<void>;
  },
): Lane {
  const { clock, signal, consoleUrl, onChange } = parts;
  const waiting: NoticeDelivery[] = [];
  let wake: (() => void) | undefined;

  const attempt = async ({ notice, deliveryId }: NoticeDelivery): Promise<string | null> => {
    const link =
      consoleUrl === null || notice.incidentId === null
        ? null
        : `${consoleUrl}/incidents/${notice.incidentId}`;
    const { url, headers, body } = requestOf(notice, { ...target, deliveryId, link }, clock.nowMs());
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers,
        body,
        // A receiver that points elsewhere would be handed the signature of another address.
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      const text = (await answer.text()).slice(0, 2_000);
      return refusalOf(target.format, answer.status, text);
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      // The address of a robot holds its key.
      return redactAddresses(messageOf(cause)).replaceAll(target.url, target.webhookId);
    }
  };

  const deliver = async (delivery: NoticeDelivery): Promise<void> => {
    for (let attempts = delivery.attempts + 1; ; attempts++) {
      const error = await attempt(delivery);
      if (signal.aborted) return;
      const pauseMs = pausesMs[attempts - 1];
      const state = error === null ? 'delivered' : pauseMs === undefined ? 'deadLettered' : 'queued';
      await onChange({ ...delivery, state, attempts, lastError: error ?? '', updatedAtMs: clock.nowMs() });
      if (state !== 'queued' || pauseMs === undefined) return;
      await clock.sleep(pauseMs, signal);
    }
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const next = waiting.shift();
      if (next !== undefined) {
        await deliver(next);
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (signal.aborted) resolve();
      });
    }
  };
  signal.addEventListener('abort', () => wake?.(), { once: true });
  return {
    add(delivery) {
      waiting.push(delivery);
      wake?.();
    },
    done: run().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    }),
  };
}
