import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraFacts, RecordedSpan } from '../contracts/index.ts';
import { errorFields, latest, messageOf, PipelineError, systemCodeOf } from '../kernel/index.ts';
import { requireFfmpeg, type VideoStream } from './ffmpeg/index.ts';
import { analysisSize } from './frames/analysis-size.ts';
import { createFramePool, type FramePool } from './frames/frame-pool.ts';
import { nothingLearned, readLearned, writeLearned } from './health/baseline-file.ts';
import {
  afterFailure,
  growRecording,
  noFacts,
  withFact,
  withoutFrames,
  withPicture,
} from './health/camera-facts.ts';
import { createHealthReporter } from './health/health-reporter.ts';
import { afterSilence, notSeenYet, sawFailure, sawPicture } from './health/liveness.ts';
import { createPictureWatch } from './health/picture-watch.ts';
import { diskFull } from './recorder/cut.ts';
import { openRingRecorder } from './recorder/ring-recorder.ts';
import { createSegmentRing } from './recorder/segment-ring.ts';
import { awaitTurn, backOffMs } from './rtsp/back-off.ts';
import { type LiveFrame, readConnection } from './rtsp/connection.ts';
import { probeCamera } from './rtsp/probe-camera.ts';
import type { CameraSession, LeasedFrame, MediaInfo, SessionOptions } from './session.ts';

/** Pictures that wait for a busy reader. */
const waitingFrames = 2;
/** Buffers: those being read and waiting, and some for the reader. */
const poolFrames = 12;
/** A connection that held this long was a good one: the next failure is the first again. */
const goodConnectionMs = 5_000;
/** Pictures older than the last by more than this are no jitter: our own clock was set. */
const clockSetMs = 10_000;
/** How often it is asked whether pictures still come. */
const tickMs = 500;
/** A segment ends at a key frame only; one that is this late will not come any more. */
const lateSegmentMs = 15_000;
const keepBaselinesMs = 10 * 60_000;
/** After a full disk the camera is watched without recording for this long. */
const withoutRecordingMs = 60_000;

/**
 * Open a live camera. Returns at once: connecting, and connecting again, is part of reading the frames.
 * @throws PipelineError INGEST_FFMPEG_MISSING; DISK_FULL or DATA_DIR_UNUSABLE when there is no place for the recording.
 */
export async function openLiveSession(options: SessionOptions): Promise<CameraSession> {
  const { source, settings, clock, onHealth } = options;
  const log = options.log.child({ cameraId: source.cameraId });
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const segmentDir = join(options.recordingDir, source.cameraId);
  await requireFfmpeg();
  await emptyDir(segmentDir);

  const state = {
    stream: null as VideoStream | null,
    pool: null as { readonly frameBytes: number; readonly frames: FramePool } | null,
    sentWidthPx: null as number | null,
    sentHeightPx: null as number | null,
    startedAtMs: null as number | null,
    mediaStartMs: null as number | null,
    lastFrameAtMs: null as number | null,
    dropped: 0,
    decodeErrors: 0,
    connectionCount: 0,
    recordAgainAtMs: Number.NEGATIVE_INFINITY,
    isEnded: false,
    facts: noFacts(clock.nowMs()),
    liveness: notSeenYet,
    recording: null as RecordedSpan | null,
    segmentAtMs: null as number | null,
  };
  const { baselineFile } = options;
  const health = createHealthReporter({
    cameraId: source.cameraId,
    areaCode: source.areaCode,
    healthEveryMs: settings.healthEveryMs,
    facts: () => ({
      measuredWidthPx: state.sentWidthPx,
      measuredHeightPx: state.sentHeightPx,
      codec: state.stream?.codec ?? null,
      framesPerSecond: state.stream?.fps ?? null,
      lastFrameAtMs: state.lastFrameAtMs,
      framesDropped: state.dropped,
      facts: state.facts,
      picture: picture.verdict,
      clock: options.clockReading?.() ?? null,
      recording: state.recording === null ? null : { ...state.recording, keptMs: settings.ringMs },
    }),
    onHealth,
  });
  const picture = createPictureWatch({
    learned: baselineFile === undefined ? nothingLearned : await readLearned(baselineFile, log),
    view: () => options.view?.() ?? null,
    isMovable: () => options.isMovable?.() === true,
    onNews: (verdict) => {
      setFacts(withPicture(state.facts, verdict));
    },
  });
  const setFacts = (facts: CameraFacts): void => {
    if (facts === state.facts) return;
    state.facts = facts;
    health.update(lastSeenMs());
  };
  const ring = createSegmentRing(settings.ringMs, (error) => {
    log.warn(errorFields(error), 'an old piece of the recording could not be removed');
  });
  const recorder = openRingRecorder({
    cameraId: source.cameraId,
    ring,
    segmentMs: settings.segmentMs,
    codec: () => state.stream?.codec ?? 'h264',
    isEnded: () => state.isEnded,
    clock,
  });

  const setStream = (stream: VideoStream): FramePool => {
    state.stream = stream;
    [state.sentWidthPx, state.sentHeightPx] = [stream.widthPx, stream.heightPx];
    const { widthPx, heightPx } = analysisSize(stream, settings.analysisLongSidePx);
    const frameBytes = (widthPx * heightPx * 3) / 2;
    // The same buffers over all connections, as long as the camera sends the same size.
    if (state.pool?.frameBytes !== frameBytes) {
      state.pool = { frameBytes, frames: createFramePool(frameBytes, poolFrames) };
    }
    return state.pool.frames;
  };

  /** One connection from its first packet to its loss. */
  async function* connectOnce(): AsyncGenerator<LiveFrame, void, undefined> {
    await awaitTurn(clock, signal);
    const { address, stream, transport } = await probeCamera(source, settings, signal);
    setFacts(
      withFact(withFact(state.facts, 'reachable', 'yes', clock.nowMs()), 'sessionOpen', 'yes', clock.nowMs()),
    );
    const pool = setStream(stream);
    const errorsBefore = state.decodeErrors;
    yield* readConnection({
      session: options,
      address,
      stream,
      transport,
      pool,
      connection: ++state.connectionCount,
      segmentDir: clock.monotonicMs() < state.recordAgainAtMs ? null : segmentDir,
      onNoSlot: () => {
        state.dropped++;
      },
      onSourceSize: (widthPx, heightPx) => {
        [state.sentWidthPx, state.sentHeightPx] = stream.isTurned ? [heightPx, widthPx] : [widthPx, heightPx];
      },
      onSegment: (segment) => {
        ring.add(segment);
        state.segmentAtMs = clock.nowMs();
        const piece = { fromMs: segment.capturedFromMs, toMs: segment.capturedToMs };
        state.recording = growRecording(state.recording, piece);
        setFacts(withFact(state.facts, 'recordingWritten', 'yes', piece.fromMs));
      },
      onMessages: (errorCount) => {
        state.decodeErrors = errorsBefore + errorCount;
      },
      signal,
    });
  }

  /** Connection after connection; ends only with the session. */
  async function* connections(): AsyncGenerator<LeasedFrame, void, undefined> {
    let failures = 0;
    while (!signal.aborted) {
      let firstFrameAtMs: number | undefined;
      try {
        for await (const frame of connectOnce()) {
          firstFrameAtMs ??= clock.monotonicMs();
          yield lease(frame);
        }
      } catch (error) {
        if (signal.aborted) return;
        const failure = asPipelineError(error);
        if (failure.code === 'DISK_FULL') state.recordAgainAtMs = clock.monotonicMs() + withoutRecordingMs;
        const wasGood =
          firstFrameAtMs !== undefined && clock.monotonicMs() - firstFrameAtMs >= goodConnectionMs;
        failures = wasGood ? 1 : failures + 1;
        lost(failure.code);
        const retryInMs = backOffMs(failures, settings, Math.random());
        log.warn(
          { ...errorFields(failure), retryInMs: Math.round(retryInMs) },
          'camera lost, opening it again',
        );
        await clock.sleep(retryInMs, signal).catch(() => undefined);
      }
    }
  }

  /** Offline begins with the last sign of life, however late it is noticed; until then nothing is said of the camera. */
  const tellState = (): void => {
    const { state: now, lastSignAtMs, cause } = state.liveness;
    if (now === 'online') health.change('online', 'frames-advance', lastSignAtMs ?? clock.nowMs());
    if (now === 'offline') health.change('offline', cause, (lastSignAtMs ?? clock.nowMs() - 1) + 1);
  };

  const lost = (code: string): void => {
    const nowMs = clock.nowMs();
    const { lastSignAtMs } = state.liveness;
    state.facts = withoutFrames(afterFailure(state.facts, code, nowMs), lastSignAtMs ?? nowMs, code);
    state.liveness = afterSilence(sawFailure(state.liveness, code), nowMs, settings.offlineAfterMs);
    tellState();
    health.update(lastSeenMs());
  };

  /** A camera is vouched for up to its last picture only. */
  const lastSeenMs = (): number => {
    const { state: now, lastSignAtMs } = state.liveness;
    return now === 'online' && lastSignAtMs !== null ? lastSignAtMs : clock.nowMs();
  };

  const tick = (): void => {
    const nowMs = clock.nowMs();
    const { lastSignAtMs } = state.liveness;
    state.liveness = afterSilence(state.liveness, nowMs, settings.offlineAfterMs);
    const isSilent = state.liveness.state === 'offline' && state.facts.framesAdvance.holds === 'yes';
    if (isSilent) state.facts = withoutFrames(state.facts, lastSignAtMs ?? nowMs, state.liveness.cause);
    tellState();
    const isLate =
      nowMs - (state.segmentAtMs ?? state.startedAtMs ?? nowMs) > settings.segmentMs + lateSegmentMs;
    if (isLate && state.facts.framesAdvance.holds === 'yes') {
      const cause = clock.monotonicMs() < state.recordAgainAtMs ? 'DISK_FULL' : 'no piece is finished';
      setFacts(withFact(state.facts, 'recordingWritten', 'no', state.recording?.toMs ?? nowMs, cause));
    }
    health.beatWhenDue(lastSeenMs());
  };

  const lease = ({ slot, capturedAtMs, widthPx, heightPx }: LiveFrame): LeasedFrame => {
    const { lastFrameAtMs } = state;
    let atMs = Math.round(capturedAtMs);
    state.mediaStartMs ??= atMs;
    if (lastFrameAtMs !== null && atMs < lastFrameAtMs - clockSetMs) {
      log.warn(
        { setBackMs: lastFrameAtMs - atMs },
        "this machine's clock was set back; captured times follow it",
      );
      state.mediaStartMs -= lastFrameAtMs - atMs + 1;
    } else if (lastFrameAtMs !== null) {
      // Over a new connection the clocks are matched anew; time still does not run backwards.
      atMs = Math.max(atMs, lastFrameAtMs + 1);
    }
    state.startedAtMs ??= atMs;
    state.lastFrameAtMs = atMs;
    state.liveness = sawPicture(clock.nowMs());
    if (state.facts.framesAdvance.holds !== 'yes') {
      state.facts = withFact(state.facts, 'framesAdvance', 'yes', atMs);
      state.segmentAtMs = clock.nowMs();
    }
    tellState();
    picture.look({ widthPx, heightPx, data: slot.data }, atMs);
    return {
      cameraId: source.cameraId,
      capturedAtMs: atMs,
      mediaTimeMs: atMs - state.mediaStartMs,
      widthPx,
      heightPx,
      sourceWidthPx: state.sentWidthPx ?? widthPx,
      sourceHeightPx: state.sentHeightPx ?? heightPx,
      pixelFormat: 'yuv420p',
      data: slot.data,
      release: slot.release,
    };
  };

  const watch = async (): Promise<void> => {
    let keptAtMs = clock.monotonicMs();
    while (!signal.aborted) {
      await clock.sleep(Math.min(tickMs, settings.healthEveryMs), signal).catch(() => undefined);
      if (signal.aborted) break;
      tick();
      if (clock.monotonicMs() - keptAtMs < keepBaselinesMs) continue;
      keptAtMs = clock.monotonicMs();
      await keepBaselines();
    }
  };
  const keepBaselines = async (): Promise<void> => {
    if (baselineFile !== undefined) await writeLearned(baselineFile, picture.learned, log);
  };

  const pumping = new Set<Promise<unknown>>();
  return {
    cameraId: source.cameraId,
    get media(): MediaInfo | null {
      const { stream, startedAtMs, sentWidthPx, sentHeightPx } = state;
      if (stream === null) return null;
      return {
        widthPx: sentWidthPx ?? stream.widthPx,
        heightPx: sentHeightPx ?? stream.heightPx,
        codec: stream.codec,
        fps: stream.fps,
        durationMs: null,
        startedAtMs,
      };
    },
    async *frames() {
      const watching = watch();
      pumping.add(watching);
      const ended = Promise.withResolvers<void>();
      const live = (async function* (): AsyncGenerator<LeasedFrame> {
        pumping.add(ended.promise);
        try {
          yield* connections();
        } finally {
          ended.resolve();
        }
      })();
      try {
        yield* latest(live, {
          capacity: waitingFrames,
          onDrop: (frame) => {
            state.dropped++;
            frame.release();
          },
          signal,
        });
      } finally {
        state.isEnded = true;
        // Nobody watches any more: that is not the camera's doing.
        if (options.signal.aborted) health.change('unknown', 'ingest-stopped', clock.nowMs());
      }
    },
    recorder,
    get framesDropped() {
      return state.dropped;
    },
    get decodeErrors() {
      return state.decodeErrors;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      state.isEnded = true;
      await Promise.all(pumping);
      await keepBaselines();
      await rm(segmentDir, { recursive: true, force: true });
    },
  };
}

const asPipelineError = (error: unknown): PipelineError =>
  error instanceof PipelineError
    ? error
    : new PipelineError('INGEST_FFMPEG_EXIT', `The camera could not be read: ${messageOf(error)}`, {
        hint: 'It is opened again by itself.',
        retryable: true,
        cause: error,
      });

/** Pieces of an earlier run cannot be placed in time any more. */
async function emptyDir(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true });
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOSPC') throw diskFull(dir, cause);
    throw new PipelineError(
      'DATA_DIR_UNUSABLE',
      `The recording folder ${dir} cannot be written: ${messageOf(cause)}`,
      {
        hint: 'Check dataDir and the rights of the user that runs this.',
        cause,
      },
    );
  }
}
