import { setTimeout as sleep } from 'node:timers/promises';
import { errorFields, PipelineError } from '../../kernel/index.ts';
import type { Credential } from '../credentials/credential.ts';
import { BoundedCam } from './bounded-cam.ts';
import type { DeviceTarget } from './http.ts';
import { openDevice } from './inspect.ts';
import { noticeOf, type OnvifNotice } from './notice.ts';
import { listAt } from './parsed.ts';

/** Waits of the pull loop; only tests say others. */
export interface ListenTiming {
  /** At least this long from one pull to the next, also when a device answers at once. */
  readonly betweenPullsMs: number;
  readonly renewEveryMs: number;
  readonly backOffMinMs: number;
  readonly backOffMaxMs: number;
  /** After a refused login: devices lock users out. */
  readonly afterRefusalMs: number;
  /** The same trouble is told once in this time. */
  readonly tellAgainMs: number;
}

export const usualTiming: ListenTiming = {
  betweenPullsMs: 250,
  renewEveryMs: 60_000,
  backOffMinMs: 1_000,
  backOffMaxMs: 60_000,
  afterRefusalMs: 300_000,
  tellAgainMs: 600_000,
};

export interface ListenOptions {
  readonly target: DeviceTarget;
  readonly credential: Credential | null;
  readonly timeoutMs: number;
  readonly timing: ListenTiming;
  readonly onNotice: (notice: OnvifNotice) => void;
  /** Why nothing is heard at the moment; the same reason not again and again. */
  readonly onTrouble: (fields: object) => void;
  readonly signal: AbortSignal;
}

/**
 * Pull a device's events for as long as `signal` allows. Not the package's own listening, which ends for good at the
 * first refusal and spins at a device that answers at once. Every pull has an end (80 s, a minute of it the device's
 * own waiting), and after any error everything begins anew.
 */
export async function listen(options: ListenOptions): Promise<void> {
  const { timing, signal, onTrouble } = options;
  let failures = 0;
  let told = { code: '', atMs: Number.NEGATIVE_INFINITY };
  while (!signal.aborted) {
    const cam = new BoundedCam(options);
    try {
      await pullFrom(cam, options, () => {
        failures = 0;
        told = { code: '', atMs: Number.NEGATIVE_INFINITY };
      });
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      const code = error instanceof PipelineError ? error.code : 'unforeseen';
      const nowMs = performance.now();
      if (code !== told.code || nowMs - told.atMs > timing.tellAgainMs) {
        told = { code, atMs: nowMs };
        onTrouble(errorFields(error));
      }
      const grownMs = Math.min(timing.backOffMaxMs, timing.backOffMinMs * 2 ** Math.min(failures - 1, 16));
      const waitMs =
        code === 'INGEST_ONVIF_AUTH' ? timing.afterRefusalMs : grownMs * (0.5 + Math.random() / 2);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

const unsubscribeWithinMs = 2_000;

async function pullFrom(
  cam: BoundedCam,
  { credential, timing, onNotice, signal }: ListenOptions,
  onPulled: () => void,
): Promise<void> {
  await openDevice(cam, credential);
  await cam.learnServices();
  await cam.call((callback) => cam.createPullPointSubscription(callback));
  let renewedAt = performance.now();
  try {
    while (!signal.aborted) {
      const pulledAt = performance.now();
      const answer = await cam.call((callback) => cam.pullMessages({ messageLimit: 100 }, callback));
      onPulled();
      for (const message of listAt(answer, 'notificationMessage')) {
        const notice = noticeOf(message);
        if (notice !== null) onNotice(notice);
      }
      if (performance.now() - renewedAt > timing.renewEveryMs) {
        renewedAt = performance.now();
        // Devices that prolong a subscription by being pulled refuse this; one that ended refuses the next pull.
        await cam
          .call((callback) => cam.renew({}, callback))
          .catch((error: unknown) => {
            if (!(error instanceof PipelineError) || error.code !== 'INGEST_ONVIF_FAULT') throw error;
          });
      }
      const restMs = timing.betweenPullsMs - (performance.now() - pulledAt);
      if (restMs > 0) await sleep(restMs, undefined, { signal });
    }
  } finally {
    const goodbye = cam.call((callback) => cam.unsubscribe(callback)).catch(() => undefined);
    await Promise.race([goodbye, sleep(unsubscribeWithinMs, undefined, { ref: false })]);
  }
}
