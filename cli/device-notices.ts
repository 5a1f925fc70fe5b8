import type { Camera } from '../contracts/index.ts';
import { type Onvif, targetAt, vaultOf } from '../ingest/index.ts';
import { errorFields } from '../kernel/index.ts';
import type { Base } from './services.ts';

const tryAgainMs = 300_000;

const saidInWords = {
  tamper: {
    true: 'the camera says that it is covered, turned or out of focus',
    false: 'the camera says that its picture is as it was',
  },
  videoLoss: {
    true: 'the camera says that it gets no picture from its sensor',
    false: 'the camera says that its picture is back',
  },
} as const;

/**
 * Hear what a camera says of itself over ONVIF, until `signal` aborts. What it says of its picture is a hint beside our
 * own diagnosis, not a verdict: devices differ too much in when they say so. Hence the log, once per change.
 */
export async function followNotices(
  { cameraId, onvifAddress, streams }: Camera,
  onvif: Onvif,
  { config, clock, log: baseLog }: Pick<Base, 'config' | 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  if (onvifAddress === null) return;
  const log = baseLog.child({ cameraId });
  const held = new Map<string, boolean>();
  while (!signal.aborted) {
    try {
      const target = await targetAt(onvifAddress, config.ingest);
      const ref = streams[0]?.credentialRef ?? null;
      const credential = ref === null ? null : await vaultOf(config).get(ref);
      await onvif.listen(target, credential, {
        onNotice: ({ kind, topic, isActive }) => {
          if (isActive === null || kind === 'motion' || kind === 'other') return;
          if ((held.get(topic) ?? false) === isActive) return;
          held.set(topic, isActive);
          const text = saidInWords[kind][isActive ? 'true' : 'false'];
          if (isActive) log.warn({ topic }, text);
          else log.info({ topic }, text);
        },
        onTrouble: (fields) => log.info(fields, 'the notices of this camera are not heard now'),
        signal,
      });
    } catch (error) {
      if (signal.aborted) return;
      log.info(errorFields(error), 'the notices of this camera cannot be heard');
      await clock.sleep(tryAgainMs, signal).catch(() => undefined);
    }
  }
}
