import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kernel/index.ts';
import { type FileTimeline, ptsAt } from '../clock/index.ts';
import {
  commandArguments,
  fileInput,
  listPackets,
  type Packet,
  runProcess,
  type VideoStream,
  words,
} from '../ffmpeg/index.ts';
import { copyToMp4, decodeStill, diskFailure, unavailable } from './cut.ts';
import type { Recorder } from './recorder.ts';

/** A recorded file and how far it has been read. */
export interface FileInHand {
  readonly filePath: string;
  readonly stream: VideoStream;
  readonly startedAtMs: number;
  /** Folder for a copy with an index, where the file has none. */
  readonly scratchDir: string;
  /** True for containers in which no place can be found by its time. */
  readonly isUnindexed: boolean;
  readonly timeline: () => FileTimeline | null;
  readonly isEnded: () => boolean;
  readonly clock: Clock;
}

const pollMs = 50;
const defaultWaitMs = 60_000;
/** No camera is set to a longer distance of key frames. */
const firstKeyWithinMs = 15_000;
const copyOffsetMs = 1_000;

interface Place {
  readonly filePath: string;
  readonly timeline: FileTimeline;
}

/** Cuts straight from the file: no second copy is kept, except where the file has no index. */
export function openFileRecorder(file: FileInHand): Recorder & AsyncDisposable {
  const { stream, startedAtMs, clock } = file;
  const toleranceMs = Math.min(20, 500 / (stream.fps ?? 25));
  let copy: Promise<Place> | undefined;

  /** Wait until the file has been read up to a moment: before that its breaks in time are not known. */
  const reached = async (atMs: number, waitMs: number, signal: AbortSignal): Promise<FileTimeline> => {
    const giveUpAtMs = clock.monotonicMs() + waitMs;
    for (;;) {
      const timeline = file.timeline();
      const isThere =
        timeline !== null && (!file.isUnindexed || timeline.lastMediaTimeMs >= atMs - startedAtMs);
      if (timeline !== null && (isThere || file.isEnded())) return timeline;
      if (file.isEnded() || clock.monotonicMs() >= giveUpAtMs) {
        throw unavailable(`${file.filePath} has not been read as far as the clip.`);
      }
      await clock.sleep(pollMs, signal);
    }
  };

  const place = async (atMs: number, waitMs: number, signal: AbortSignal): Promise<Place> => {
    const timeline = await reached(atMs, waitMs, signal);
    if (!file.isUnindexed) return { filePath: file.filePath, timeline };
    copy ??= copyWithIndex(file, timeline, signal).catch((error: unknown) => {
      copy = undefined;
      throw error;
    });
    return await copy;
  };

  return {
    async cutClip({ fromMs, toMs, filePath, waitMs = defaultWaitMs, signal }) {
      const { filePath: sourceFile, timeline } = await place(toMs, waitMs, signal);
      const fromPtsMs = ptsAt(timeline, fromMs - startedAtMs);
      const toPtsMs = ptsAt(timeline, toMs - startedAtMs);
      const packets = await listPackets(sourceFile, { fromPtsMs, toPtsMs: toPtsMs + 1_000 }, signal);
      const key =
        packets.findLast(({ ptsMs, isKey }) => isKey && ptsMs <= fromPtsMs + toleranceMs) ??
        packets.find(({ isKey }) => isKey);
      if (key === undefined || toMs < startedAtMs || key.ptsMs > toPtsMs) {
        throw unavailable(`${file.filePath} has no picture in this span.`);
      }
      const nextKey = packets.find(({ ptsMs, isKey }) => isKey && ptsMs > key.ptsMs);
      // Later than the key frame: exactly at it, rounding finds the one before, and where pictures are reordered
      // ffmpeg looks 130 ms ahead of what it is told.
      const seekPtsMs = key.ptsMs + Math.min(140, ((nextKey?.ptsMs ?? Infinity) - key.ptsMs) / 2);
      const seek = ['-seek_timestamp', '1', '-ss', (seekPtsMs / 1_000).toFixed(6)];
      const written = await copyToMp4(fileInput(sourceFile, seek), {
        codec: stream.codec,
        durationMs: toPtsMs - seekPtsMs + toleranceMs,
        filePath,
        signal,
      });
      const last = packets.findLast(({ ptsMs }) => ptsMs <= toPtsMs + toleranceMs) ?? key;
      const endedAtMs = startedAtMs + mediaTimeAt(timeline, last.ptsMs) + 1_000 / (stream.fps ?? 25);
      const wantedFromMs = startedAtMs + mediaTimeAt(timeline, key.ptsMs);
      // Much longer than asked for: ffmpeg found an earlier key frame.
      const foundFromMs = endedAtMs - written.durationMs;
      const capturedFromMs = wantedFromMs - foundFromMs > 250 ? foundFromMs : wantedFromMs;
      return {
        capturedFromMs: Math.round(Math.max(startedAtMs, capturedFromMs)),
        capturedToMs: Math.round(endedAtMs),
        widthPx: written.widthPx,
        heightPx: written.heightPx,
      };
    },

    async still({ atMs, waitMs = defaultWaitMs, signal }) {
      const { filePath, timeline } = await place(atMs, waitMs, signal);
      const wantedPtsMs = ptsAt(timeline, atMs - startedAtMs);
      const about = async (beforeMs: number, afterMs: number): Promise<Packet[]> =>
        await listPackets(
          filePath,
          { fromPtsMs: wantedPtsMs - beforeMs, toPtsMs: wantedPtsMs + afterMs },
          signal,
        );
      const near = await about(0, 1_000);
      // A recording that joined a stream in the middle can only be decoded from its first key frame on.
      const packets = near.length > 0 ? near : await about(firstKeyWithinMs, firstKeyWithinMs);
      const shown = packets.findLast(({ ptsMs }) => ptsMs <= wantedPtsMs + toleranceMs) ?? packets[0];
      if (shown === undefined) throw unavailable(`${file.filePath} has no picture there.`);
      const seek = ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', (shown.ptsMs / 1_000).toFixed(6)];
      const { image, ptsMs, widthPx, heightPx } = await decodeStill(
        fileInput(filePath, seek),
        shown.ptsMs,
        signal,
      );
      return {
        image,
        capturedAtMs: Math.round(startedAtMs + mediaTimeAt(timeline, ptsMs)),
        widthPx,
        heightPx,
      };
    },

    async [Symbol.asyncDispose]() {
      const made = await copy?.catch(() => undefined);
      if (made !== undefined) await rm(made.filePath, { force: true });
    },
  };
}

const mediaTimeAt = ({ stretches }: FileTimeline, ptsMs: number): number => {
  const stretch = stretches.findLast((candidate) => candidate.ptsMs <= ptsMs) ?? stretches[0];
  return stretch === undefined ? 0 : Math.max(0, stretch.mediaTimeMs + ptsMs - stretch.ptsMs);
};

/** Streams without an index cannot be entered in the middle: copy the coded pictures once into a container that has one. */
async function copyWithIndex(file: FileInHand, timeline: FileTimeline, signal: AbortSignal): Promise<Place> {
  await mkdir(file.scratchDir, { recursive: true });
  const copyFile = join(file.scratchDir, 'indexed.mkv');
  const { input } = fileInput(file.filePath);
  const { code, messages } = await runProcess(
    'ffmpeg',
    commandArguments(
      [{ ...input, options: ['-fflags', '+genpts', ...(input.options ?? [])] }],
      [
        {
          // Later by a second: the first pictures may be decoded before time 0, and would move all the others.
          options: words(`-map 0:v:0 -c copy -output_ts_offset ${copyOffsetMs / 1_000} -f matroska`),
          target: copyFile,
        },
      ],
    ),
    { timeoutMs: 600_000, signal },
  );
  if (code !== 0) {
    await rm(copyFile, { force: true });
    throw diskFailure(messages, copyFile) ?? unavailable(`${file.filePath} cannot be entered in the middle.`);
  }
  const stretches = timeline.stretches.map((stretch) => ({
    ...stretch,
    ptsMs: stretch.ptsMs + copyOffsetMs,
  }));
  return { filePath: copyFile, timeline: { ...timeline, stretches } };
}
