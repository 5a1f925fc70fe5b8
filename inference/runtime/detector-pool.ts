import { availableParallelism } from 'node:os';
import { type Log, PipelineError } from '../../kernel/index.ts';
import { type Detection, isWhole, type Picture } from '../detect/index.ts';
import type { LoadedModel } from './model-store.ts';
import type { ExecutionProvider } from './session.ts';
import { openWorkerPool, type WorkerPoolStats } from './worker-pool.ts';

/** More waiting pictures than this per thread mean minutes of delay: refuse instead of hoarding them. */
const maxQueuedPerThread = 256;

/** What a worker thread is started with. */
export interface ThreadData {
  readonly model: LoadedModel;
  readonly executionProvider: ExecutionProvider;
}

export interface ReadyMessage {
  readonly executionProvider: ExecutionProvider;
  readonly fallbackReason: string | null;
}

/** One picture on its way to a thread. */
export interface DetectMessage {
  readonly shared: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly minConfidence: number;
}

export interface DetectorPool extends AsyncDisposable {
  /** Number of threads: so many pictures are looked at in the same time as one. */
  readonly size: number;
  /** From here on a detection counts; those between this and the lower bound only continue a track. */
  readonly reportThreshold: number;
  /** Confidence down to which `detect` returns by default (the manifest's `thresholds.continue`). */
  readonly continueThreshold: number;
  /**
   * Find the model's classes in a picture. Equal pictures give equal answers, whichever thread gives them.
   *
   * The bytes are read in place where they lie in a SharedArrayBuffer, else copied once; either way they must not
   * change before the promise settles.
   * @param options.minConfidence instead of `continueThreshold`.
   * @returns surest first, at most one per object.
   * @throws PipelineError BAD_REQUEST for a picture of another size than it says, MODEL_BUSY, MODEL_WORKER_DIED
   *   (both worth another try), MODEL_SHAPE.
   */
  detect(picture: Picture, options?: { readonly minConfidence?: number }): Promise<Detection[]>;
  stats(): WorkerPoolStats;
}

/** Bytes of a picture where threads can read them; `slot` is reused for those that have to be copied. */
function share(
  data: Uint8Array,
  slot: { buffer: SharedArrayBuffer },
): Pick<DetectMessage, 'shared' | 'byteOffset' | 'byteLength'> {
  const { buffer, byteOffset, byteLength } = data;
  if (buffer instanceof SharedArrayBuffer) return { shared: buffer, byteOffset, byteLength };
  if (slot.buffer.byteLength < byteLength) slot.buffer = new SharedArrayBuffer(byteLength);
  new Uint8Array(slot.buffer, 0, byteLength).set(data);
  return { shared: slot.buffer, byteOffset: 0, byteLength };
}

/**
 * Open worker threads with one single-threaded session each.
 * @param options.workers number of threads; 0: one per core.
 * @param options.executionProvider where it is not there, the cpu is taken and one warning logged.
 * @throws PipelineError MODEL_INVALID, MODEL_SHAPE when the weights cannot be used, MODEL_WORKER_DIED.
 */
export async function openDetectorPool(options: {
  readonly model: LoadedModel;
  readonly workers: number;
  readonly executionProvider: ExecutionProvider;
  readonly log: Log;
}): Promise<DetectorPool> {
  const { model, executionProvider, log } = options;
  const { name, thresholds } = model.manifest;
  const size = options.workers > 0 ? options.workers : availableParallelism();
  const slots = Array.from({ length: size }, () => ({ buffer: new SharedArrayBuffer(0) }));
  const workerData: ThreadData = { model, executionProvider };
  type Job = { readonly picture: Picture; readonly minConfidence: number };
  const pool = await openWorkerPool<Job, DetectMessage, ReadyMessage, Detection[]>({
    what: `model ${name}`,
    threadUrl: new URL('detector-worker.ts', import.meta.url),
    workerData,
    size,
    maxQueuedJobs: maxQueuedPerThread * size,
    toMessage: ({ picture: { widthPx, heightPx, data }, minConfidence }, lane) => ({
      ...share(data, slots[lane] ?? { buffer: new SharedArrayBuffer(0) }),
      widthPx,
      heightPx,
      minConfidence,
    }),
    log,
  });
  const fallback = pool.ready.find(({ fallbackReason }) => fallbackReason !== null);
  if (fallback !== undefined) {
    log.warn(
      { model: name, asked: executionProvider, reason: fallback.fallbackReason },
      `${executionProvider} is not to be had here; ${name} runs on the cpu`,
    );
  }
  return {
    size,
    reportThreshold: thresholds.report,
    continueThreshold: thresholds.continue,
    async detect(picture, { minConfidence = thresholds.continue } = {}) {
      if (!isWhole(picture)) {
        const { widthPx, heightPx, data } = picture;
        throw new PipelineError(
          'BAD_REQUEST',
          `A picture of ${widthPx} × ${heightPx} in yuv420p cannot have ${data.length} bytes.`,
          { hint: 'Hand over whole planar frames: luma, then U and V of a quarter each.' },
        );
      }
      return await pool.run({ picture, minConfidence });
    },
    stats: () => pool.stats(),
    [Symbol.asyncDispose]: async () => {
      await pool[Symbol.asyncDispose]();
    },
  };
}
