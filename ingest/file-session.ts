import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../kernel/index.ts';
import { type FileTimeline, stepFileTimeline } from './clock/index.ts';
import { fileInput, probeFile, type VideoStream } from './ffmpeg/index.ts';
import { analysisSize } from './frames/analysis-size.ts';
import { type Decoding, startDecoding } from './frames/decode.ts';
import { createFramePool } from './frames/frame-pool.ts';
import { nothingLearned } from './health/baseline-file.ts';
import { createHealthReporter } from './health/health-reporter.ts';
import { createPictureWatch } from './health/picture-watch.ts';
import { openFileRecorder } from './recorder/file-recorder.ts';
import type { CameraSession, LeasedFrame, MediaInfo, SessionOptions } from './session.ts';

/** A reader may hold a picture per worker; the pool makes what it needs, up to this. */
const maxLeased = 96;
/** Containers of broadcast and bare streams: their clock may jump, and no place in them is found by its time. */
const unindexed = new Set([
  'mpegts',
  'mpeg',
  'mpegvideo',
  'h264',
  'hevc',
  'm4v',
  'mjpeg',
  'obu',
  'dhav',
  'ivf',
]);
const maxStepMs = 10_000;
/** A file that ends earlier than its table of contents says, by more than this, was cut off. */
const missingTailMs = 2_000;

/** Open a recorded file. @throws PipelineError as `probeFile`. */
export async function openFileSession(options: SessionOptions): Promise<CameraSession> {
  const { source, settings, clock, onHealth } = options;
  const stream = await probeFile(source.address, options.signal);
  const startedAtMs =
    source.startedAtMs ?? stream.createdAtMs ?? Math.floor((await stat(source.address)).mtimeMs);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const isUnindexed = stream.format.split(',').some((name) => unindexed.has(name));
  const state = {
    timeline: null as FileTimeline | null,
    isEnded: false,
    sentWidthPx: stream.widthPx,
    sentHeightPx: stream.heightPx,
    lastFrameAtMs: null as number | null,
  };
  let decoding: Decoding | undefined;

  const health = createHealthReporter({
    cameraId: source.cameraId,
    areaCode: source.areaCode,
    healthEveryMs: settings.healthEveryMs,
    facts: () => ({
      measuredWidthPx: state.sentWidthPx,
      measuredHeightPx: state.sentHeightPx,
      codec: stream.codec,
      framesPerSecond: stream.fps,
      lastFrameAtMs: state.lastFrameAtMs,
      framesDropped: 0,
      facts: null,
      picture: picture.verdict,
      clock: null,
      recording: null,
    }),
    onHealth,
  });
  const picture = createPictureWatch({
    learned: nothingLearned,
    view: () => options.view?.() ?? null,
    isMovable: () => options.isMovable?.() === true,
    onNews: ({ checkedAtMs }) => {
      health.update(checkedAtMs);
    },
  });
  const recorder = openFileRecorder({
    filePath: source.address,
    stream,
    startedAtMs,
    scratchDir: join(options.recordingDir, source.cameraId),
    isUnindexed,
    timeline: () => state.timeline,
    isEnded: () => state.isEnded,
    clock,
  });

  async function* frames(): AsyncGenerator<LeasedFrame, void, undefined> {
    const size = analysisSize(stream, settings.analysisLongSidePx);
    const rules = {
      maxStepMs: isUnindexed ? maxStepMs : null,
      nominalStepMs: Math.max(1_000 / settings.analysisFps, 1_000 / (stream.fps ?? settings.analysisFps)),
    };
    decoding = await startDecoding({
      plan: fileInput(source.address),
      keepsTimes: !isUnindexed,
      ...size,
      fps: settings.analysisFps,
      pool: createFramePool((size.widthPx * size.heightPx * 3) / 2, maxLeased),
      isLive: false,
      nowMs: () => clock.nowMs(),
      onNoSlot: () => undefined,
      onSourceSize: (widthPx, heightPx) => {
        [state.sentWidthPx, state.sentHeightPx] = stream.isTurned ? [heightPx, widthPx] : [widthPx, heightPx];
      },
      signal,
    });
    const beganAtMs = clock.monotonicMs();
    try {
      for await (const { slot, ptsMs } of decoding.frames) {
        const timeline = stepFileTimeline(state.timeline, ptsMs, rules);
        state.timeline = timeline;
        const mediaTimeMs = timeline.lastMediaTimeMs;
        if (options.pace === 'replayRealtime') {
          const earlyMs = beganAtMs + mediaTimeMs - clock.monotonicMs();
          if (earlyMs > 0) await clock.sleep(earlyMs, signal).catch(() => undefined);
        }
        const capturedAtMs = Math.round(startedAtMs + mediaTimeMs);
        state.lastFrameAtMs = capturedAtMs;
        health.change('online', 'frames-advance', capturedAtMs);
        picture.look({ ...size, data: slot.data }, capturedAtMs);
        health.beatWhenDue(capturedAtMs);
        if (signal.aborted) {
          slot.release();
          return;
        }
        yield {
          cameraId: source.cameraId,
          capturedAtMs,
          mediaTimeMs,
          ...size,
          sourceWidthPx: state.sentWidthPx,
          sourceHeightPx: state.sentHeightPx,
          pixelFormat: 'yuv420p',
          data: slot.data,
          release: slot.release,
        };
      }
      if (signal.aborted) return;
      state.isEnded = true;
      const damage = damageOf(
        source.address,
        stream,
        state.timeline,
        await decoding.done,
        decoding,
        settings.analysisFps,
      );
      const endedAtMs = (state.lastFrameAtMs ?? startedAtMs) + 1;
      health.change('unknown', damage === null ? 'end-of-file' : damage.code, endedAtMs);
      if (damage !== null) throw damage;
    } finally {
      state.isEnded = true;
      await decoding.end();
    }
  }

  return {
    cameraId: source.cameraId,
    get media(): MediaInfo {
      const { sentWidthPx: widthPx, sentHeightPx: heightPx } = state;
      return {
        widthPx,
        heightPx,
        codec: stream.codec,
        fps: stream.fps,
        durationMs: stream.durationMs,
        startedAtMs,
      };
    },
    frames,
    recorder,
    framesDropped: 0,
    get decodeErrors() {
      return decoding?.messages.errorCount ?? 0;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await decoding?.end();
      await recorder[Symbol.asyncDispose]();
    },
  };
}

/** What is wrong with a file that was read to its end: nothing, or why it is not whole. */
function damageOf(
  filePath: string,
  stream: VideoStream,
  timeline: FileTimeline | null,
  code: number | null,
  { messages }: Decoding,
  analysisFps: number,
): PipelineError | null {
  const hint = 'Export or copy the recording again and wait until the copy is complete.';
  if (timeline === null) {
    const reason = messages.lines.at(-1) ?? 'no reason given';
    return new PipelineError(
      'INGEST_FILE_DAMAGED',
      `${filePath} holds no picture that can be decoded: ${reason}`,
      { hint },
    );
  }
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  // Only a table of contents that was written at the end of a recording is a promise of its length.
  const promisedMs = stream.format.startsWith('mov') ? stream.durationMs : null;
  const gapMs = missingTailMs + 2_000 / Math.min(stream.fps ?? 1, analysisFps);
  if (promisedMs !== null && timeline.lastMediaTimeMs < promisedMs - gapMs) {
    return new PipelineError(
      'INGEST_FILE_DAMAGED',
      `${filePath} is cut off: ${seconds(timeline.lastMediaTimeMs)} s of ${seconds(promisedMs)} s can be read.`,
      { hint },
    );
  }
  if (code === 0) return null;
  return new PipelineError(
    'INGEST_FFMPEG_EXIT',
    `ffmpeg stopped with ${code === null ? 'a signal' : `code ${code}`} after ${seconds(timeline.lastMediaTimeMs)} s of ${filePath}: ${messages.lines.at(-1) ?? 'no reason given'}`,
    { hint: 'Run it again; if it stops at the same place, the file is damaged there.', retryable: true },
  );
}
