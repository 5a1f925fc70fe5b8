import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaRef, SceneEvent, StillRole } from '../contracts/index.ts';
import type { Recorder } from '../ingest/index.ts';
import type { Masker } from '../inference/index.ts';
import { type Config, deterministicId, errorFields, type Log, PipelineError } from '../kernel/index.ts';
import type { MediaDraft, MediaStore } from '../store/index.ts';

/** What evidence is made with. */
export interface EvidenceTools {
  readonly recorder: Recorder;
  readonly masker: Masker;
  readonly media: MediaStore;
  readonly settings: Config['inference'];
  /** Folder for files in the making. */
  readonly scratchDir: string;
  /** Clip and original too, not only stills. */
  readonly hasClip: boolean;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** How long before the arrival the picture without the actor is taken. */
const beforeArrivalMs = 1_000;

/** The moment that each still shows; null where the event does not know it. */
function stillMoments(event: SceneEvent): readonly (readonly [StillRole, number | null])[] {
  const { arrivedAtMs, putDownAtMs, departedAtMs } = event.moments;
  const begin = arrivedAtMs ?? putDownAtMs ?? event.startedAtMs;
  return [
    ['before', begin - beforeArrivalMs],
    ['arrived', arrivedAtMs],
    ['putDown', putDownAtMs],
    ['departed', departedAtMs],
    ['after', event.raisedAtMs],
  ];
}

/** What the clip covers: from before the arrival to after the departure, about the put-down when that is too long. */
function clipSpan(event: SceneEvent, settings: Config['inference']): { fromMs: number; toMs: number } {
  const { arrivedAtMs, putDownAtMs, departedAtMs } = event.moments;
  const middleMs = putDownAtMs ?? event.startedAtMs;
  const fromMs = (arrivedAtMs ?? middleMs) - settings.clipBeforeMs;
  const toMs = (departedAtMs ?? event.raisedAtMs) + settings.clipAfterMs;
  const half = settings.clipMaxMs / 2;
  return toMs - fromMs <= settings.clipMaxMs
    ? { fromMs, toMs }
    : { fromMs: middleMs - half, toMs: middleMs + half };
}

const mediaIdOf = (event: SceneEvent, role: MediaRef['role']): string =>
  deterministicId('media', event.eventId, role);

/** What is kept already under an id; a replay finds its evidence made. */
async function kept(media: MediaStore, mediaId: string): Promise<MediaRef | null> {
  try {
    return (await media.get(mediaId)).ref;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'MEDIA_NOT_FOUND') return null;
    throw error;
  }
}

async function still(
  event: SceneEvent,
  role: StillRole,
  atMs: number,
  tools: EvidenceTools,
): Promise<MediaRef> {
  const mediaId = mediaIdOf(event, role);
  const earlier = await kept(tools.media, mediaId);
  if (earlier !== null) return earlier;
  const { signal } = tools;
  const picture = await tools.recorder.still({ atMs, signal });
  const draft: MediaDraft = {
    mediaId,
    role,
    mimeType: 'image/jpeg',
    isMasked: true,
    capturedFromMs: picture.capturedAtMs,
    capturedToMs: picture.capturedAtMs,
    widthPx: picture.widthPx,
    heightPx: picture.heightPx,
  };
  return await tools.media.put(draft, await tools.masker.maskStill(picture.image));
}

/** The untouched recording, sealed as evidence, and the masked clip that people look at. */
async function clips(event: SceneEvent, tools: EvidenceTools): Promise<MediaRef[]> {
  const ids = { original: mediaIdOf(event, 'original'), clip: mediaIdOf(event, 'clip') };
  const [original, clip] = await Promise.all([kept(tools.media, ids.original), kept(tools.media, ids.clip)]);
  if (original !== null && clip !== null) return [clip, original];
  const { signal, scratchDir } = tools;
  await mkdir(scratchDir, { recursive: true });
  const cutFile = join(scratchDir, `${ids.original}.mp4`);
  const maskedFile = join(scratchDir, `${ids.clip}.mp4`);
  try {
    const cut = await tools.recorder.cutClip({
      ...clipSpan(event, tools.settings),
      filePath: cutFile,
      signal,
    });
    const draft = (mediaId: string, role: 'clip' | 'original', isMasked: boolean): MediaDraft => ({
      mediaId,
      role,
      mimeType: 'video/mp4',
      isMasked,
      ...cut,
    });
    await tools.masker.maskClip({ inFile: cutFile, outFile: maskedFile, signal });
    // The original is moved in last: until both are kept, a restart makes both again.
    const masked = await tools.media.put(draft(ids.clip, 'clip', true), { filePath: maskedFile });
    return [masked, await tools.media.put(draft(ids.original, 'original', false), { filePath: cutFile })];
  } finally {
    await Promise.all([cutFile, maskedFile].map(async (file) => await rm(file, { force: true })));
  }
}

/**
 * Make the stills and the clip of an event, faces blurred, and keep them.
 *
 * What cannot be made is logged and left out; the event stands without it. Nothing unmasked is ever kept for viewing.
 */
export async function makeEvidence(event: SceneEvent, tools: EvidenceTools): Promise<MediaRef[]> {
  const refs: MediaRef[] = [];
  const attempt = async (what: string, make: () => Promise<readonly MediaRef[]>): Promise<void> => {
    try {
      refs.push(...(await make()));
    } catch (error) {
      if (tools.signal.aborted) throw error;
      tools.log.warn(
        { eventId: event.eventId, what, ...errorFields(error) },
        'a piece of evidence could not be made',
      );
    }
  };
  for (const [role, atMs] of stillMoments(event)) {
    if (atMs !== null) await attempt(role, async () => [await still(event, role, atMs, tools)]);
  }
  if (tools.hasClip) await attempt('clip', async () => await clips(event, tools));
  return refs;
}
