import type { Masker } from '../inference/index.ts';
import type { Recorder } from '../ingest/index.ts';
import { errorFields, type Log } from '../kernel/index.ts';
import type { MediaStore } from '../store/index.ts';

/** A live camera's first piece of recording is finished by then. */
const firstAfterMs = 3_000;

/**
 * Keeps what a camera showed last, faces blurred: an administrator wants to see a camera that is gone. One at a time;
 * what cannot be made is left out, the older one stands.
 */
export function createStillKeeper(options: {
  readonly cameraId: string;
  /** 0: none is kept. */
  readonly everyMs: number;
  readonly recorder: Recorder;
  readonly masker: Masker;
  readonly media: MediaStore;
  readonly log: Log;
  readonly signal: AbortSignal;
}): { sawPicture(capturedAtMs: number): void; settled(): Promise<void> } {
  const { cameraId, everyMs, recorder, masker, media, log, signal } = options;
  let dueAtMs: number | null = null;
  let job: Promise<void> | null = null;
  const keep = async (atMs: number): Promise<void> => {
    try {
      const picture = await recorder.still({ atMs, signal });
      await media.putLastStill(cameraId, picture.capturedAtMs, await masker.maskStill(picture.image));
    } catch (error) {
      if (!signal.aborted) log.warn(errorFields(error), 'the last still of the camera could not be kept');
    }
  };
  return {
    sawPicture(capturedAtMs) {
      if (everyMs === 0) return;
      dueAtMs ??= capturedAtMs + Math.min(firstAfterMs, everyMs);
      if (capturedAtMs < dueAtMs || job !== null) return;
      dueAtMs = capturedAtMs + everyMs;
      job = keep(capturedAtMs).finally(() => {
        job = null;
      });
    },
    async settled() {
      await job;
    },
  };
}
