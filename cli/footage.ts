import { setTimeout as wait } from 'node:timers/promises';
import type { Bus } from '../bus/index.ts';
import {
  type FootageAnswer,
  type FootageRequest,
  footageAnswers,
  footageRequests,
} from '../contracts/index.ts';
import { cutCrop, drawBox, type Masker } from '../inference/index.ts';
import type { Recorder } from '../ingest/index.ts';
import { type Config, errorFields, type Log, PipelineError } from '../kernel/index.ts';
import type { MediaStore } from '../store/index.ts';

/** A picture farther from its moment than this shows another one. */
const mostApartMs = 1_500;
const tryAgainMs = 1_000;
const mostPictures = { look: 1, plate: 5 } as const;

interface Tools {
  readonly media: Pick<MediaStore, 'passages'>;
  readonly recorder: Recorder;
  readonly masker: Masker;
  readonly signal: AbortSignal;
}

/**
 * Answer requests for pictures of passages from what the cameras of this process have recorded, until `signal` aborts.
 * Of a camera that nobody here holds, only a process that is alone says so: in a cluster another one may have it.
 */
export async function answerFootage(
  { bus, config, log }: { readonly bus: Bus; readonly config: Config; readonly log: Log },
  media: Pick<MediaStore, 'passages'>,
  recorders: ReadonlyMap<string, Recorder>,
  openMasker: () => Promise<Masker>,
  signal: AbortSignal,
): Promise<void> {
  const isAlone = config.bus.kind === 'embedded';
  const answer = async (request: FootageRequest): Promise<void> => {
    const { requestId, cameraId } = request;
    const recorder = recorders.get(cameraId);
    if (recorder === undefined && !isAlone) return;
    const outcome =
      recorder === undefined
        ? 'unavailable'
        : await keepPictures(request, { media, recorder, masker: await openMasker(), signal }).catch(
            (error: unknown): FootageAnswer['outcome'] => {
              if (error instanceof PipelineError && error.code === 'INGEST_CLIP_UNAVAILABLE') {
                return 'unavailable';
              }
              log.warn({ cameraId, ...errorFields(error) }, 'the pictures of a passage could not be made');
              return 'failed';
            },
          );
    await bus.publish(footageAnswers, [{ requestId, cameraId, outcome }]);
  };
  while (!signal.aborted) {
    try {
      for await (const { record } of bus.tail([footageRequests], { from: 'latest', signal })) {
        await answer(record);
      }
    } catch (error) {
      if (signal.aborted) return;
      log.warn(errorFields(error), 'requests for footage cannot be followed; trying again');
    }
    await wait(tryAgainMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @throws PipelineError INGEST_CLIP_UNAVAILABLE when nothing was recorded at any of the moments. */
async function keepPictures(
  { routeId, sightingId, cameraId, purpose, moments }: FootageRequest,
  { media, recorder, masker, signal }: Tools,
): Promise<FootageAnswer['outcome']> {
  const of = { routeId, sightingId };
  let keptCount = 0;
  let failure: unknown = null;
  for (const [index, moment] of moments.entries()) {
    if (keptCount >= mostPictures[purpose]) break;
    try {
      const picture = await recorder.still({ atMs: moment.atMs, waitMs: 0, signal });
      const { capturedAtMs } = picture;
      if (Math.abs(capturedAtMs - moment.atMs) > mostApartMs) continue;
      // Faces first, everything else on what is left: nothing unmasked is kept, not even of the vehicle.
      const masked = await masker.maskStill(picture.image);
      if (keptCount === 0) {
        await media.passages.put(of, { name: 'still', capturedAtMs }, await drawBox(masked, moment));
      }
      if (purpose === 'plate') {
        const crop = await cutCrop(masked, moment);
        await media.passages.put(of, { name: `crop${index}`, capturedAtMs }, crop);
      }
      keptCount += 1;
    } catch (error) {
      signal.throwIfAborted();
      failure ??= error;
    }
  }
  if (keptCount > 0) return 'kept';
  throw failure instanceof Error
    ? failure
    : new PipelineError('INGEST_CLIP_UNAVAILABLE', `Camera ${cameraId} has no recording of this passage.`, {
        hint: 'Recordings are kept for ingest.ringMs.',
      });
}
