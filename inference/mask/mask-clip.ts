import { PipelineError } from '../../kernel/index.ts';
import { findRegions, type MaskModels } from './find-regions.ts';
import { mosaicI420 } from './mosaic.ts';
import { followRegions, type RegionSample } from './region-timeline.ts';
import { type ClipEncoder, decodeClip, openClipEncoder } from './transcode.ts';

/** So often a clip is looked at; in between heads are followed. */
const lookEveryMs = 200;
/** Beyond the first and last look a region stays this long. */
const holdMs = 400;
/** Looking takes about this share of the time; the rest is drawing and encoding. */
const shareOfLooking = 0.6;

export interface MaskClipJob {
  readonly inFile: string;
  /** Appears only when the whole clip was masked. */
  readonly outFile: string;
  readonly signal: AbortSignal;
  /** Told the frames drawn and looked at so far as a share of all the work, 0..1. */
  readonly onProgress?: (doneShare: number) => void;
}

interface Survey {
  readonly samples: readonly RegionSample[];
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Look at the clip five times a second; as many pictures at once as there are threads. */
async function survey({ inFile, signal }: MaskClipJob, models: MaskModels): Promise<Survey> {
  const maxInFlight = models.persons.size;
  const inFlight: Promise<RegionSample>[] = [];
  const samples: RegionSample[] = [];
  let size = { widthPx: 0, heightPx: 0 };
  try {
    for await (const frame of decodeClip(inFile, { everyMs: lookEveryMs, ringSize: maxInFlight, signal })) {
      size = { widthPx: frame.widthPx, heightPx: frame.heightPx };
      const { atMs } = frame;
      const look = findRegions(frame, models).then((regions) => ({ atMs, regions }));
      // Its failure is thrown when its turn comes; until then it must not count as one that nobody hears of.
      look.catch(() => undefined);
      inFlight.push(look);
      if (inFlight.length >= maxInFlight) samples.push(await inFlight.shift()!);
    }
    samples.push(...(await Promise.all(inFlight.splice(0))));
  } finally {
    await Promise.allSettled(inFlight);
  }
  return { samples, ...size };
}

/**
 * Hide faces and heads in a clip: look at it, follow what has to be hidden from look to look, draw and encode.
 * The sound is dropped. Frame times are kept.
 * @throws PipelineError MEDIA_DAMAGED, INGEST_FFMPEG_EXIT, DISK_FULL, INTERRUPTED, or what a detector throws. After any
 *   error there is no output file.
 */
export async function maskClip(job: MaskClipJob, models: MaskModels): Promise<void> {
  const { inFile, outFile, signal, onProgress } = job;
  const { samples, ...size } = await survey(job, models);
  onProgress?.(shareOfLooking);
  const timeline = followRegions(samples, holdMs);
  const firstAtMs = samples[0]?.atMs ?? 0;
  const spanMs = Math.max(1, (samples.at(-1)?.atMs ?? 0) - firstAtMs);
  await using encoder: ClipEncoder = openClipEncoder(outFile, { ...size, signal });
  for await (const frame of decodeClip(inFile, { ringSize: 1, signal })) {
    const regions = timeline.at(frame.atMs);
    if (regions === null || frame.widthPx !== size.widthPx || frame.heightPx !== size.heightPx) {
      throw new PipelineError(
        'MEDIA_DAMAGED',
        `${inFile} decodes differently the second time: at ${frame.atMs} ms nothing was looked at.`,
        { hint: 'No masked clip is made of it. Check the recording and the disk it lies on.' },
      );
    }
    mosaicI420(frame, regions);
    await encoder.write(frame.data, frame.atMs);
    const drawn = Math.min(1, (frame.atMs - firstAtMs) / spanMs);
    onProgress?.(shareOfLooking + (1 - shareOfLooking) * drawn);
  }
  await encoder.finish();
}
