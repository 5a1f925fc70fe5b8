import type { ClockReading } from '../contracts/index.ts';
import { failedReading, openOnvif, readClock, targetAt, vaultOf } from '../ingest/index.ts';
import { errorFields } from '../kernel/index.ts';
import type { CameraTools } from './camera-tools.ts';

/** A device may be asked again this soon after it failed to answer. */
const afterFailureMs = 10 * 60_000;
const lookAgainMs = 60_000;
const questionTimeoutMs = 8_000;

/** The clock of one camera, measured over ONVIF as often as the configuration wants. */
export interface CameraClock {
  readonly newest: ClockReading | null;
  /** Measure until `signal` aborts. A camera without an ONVIF address is looked up again from time to time. */
  run(signal: AbortSignal): Promise<void>;
}

export function openCameraClock(
  cameraId: string,
  { base, directory }: Pick<CameraTools, 'base' | 'directory'>,
): CameraClock {
  const { clock, config, log } = base;
  const { clockEveryMs, clockToleranceMs } = config.health;
  let newest: ClockReading | null = null;

  const measure = async (
    onvifAddress: string,
    credentialRef: string | null,
    signal: AbortSignal,
  ): Promise<void> => {
    await using onvif = openOnvif();
    try {
      const target = await targetAt(onvifAddress, config.ingest);
      const credential = credentialRef === null ? null : await vaultOf(config).get(credentialRef);
      const { clock: found } = await onvif.inspect(target, credential, {
        timeoutMs: questionTimeoutMs,
        signal,
      });
      newest = found === null ? failedReading(clock.nowMs()) : readClock(found, clockToleranceMs);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ cameraId, ...errorFields(error) }, "the camera's clock could not be measured");
      newest = failedReading(clock.nowMs());
    }
  };

  return {
    get newest() {
      return newest;
    },
    async run(signal) {
      while (!signal.aborted) {
        const camera = directory.get(cameraId);
        const onvifAddress = camera?.onvifAddress ?? null;
        let waitMs = lookAgainMs;
        if (onvifAddress !== null) {
          await measure(onvifAddress, camera?.streams[0]?.credentialRef ?? null, signal);
          waitMs = newest?.verdict === 'failed' ? Math.min(afterFailureMs, clockEveryMs) : clockEveryMs;
        }
        await clock.sleep(waitMs, signal).catch(() => undefined);
      }
    },
  };
}
