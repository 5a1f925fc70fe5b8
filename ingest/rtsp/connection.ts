import { join } from 'node:path';
import { PipelineError } from '../../kernel/index.ts';
import { capturedAt, type LiveClock, stepLiveClock } from '../clock/index.ts';
import { rtspFailure, rtspInput, type RtspTransport, type VideoStream } from '../ffmpeg/index.ts';
import { analysisSize } from '../frames/analysis-size.ts';
import { type DecodedFrame, type Decoding, startDecoding } from '../frames/decode.ts';
import type { FramePool } from '../frames/frame-pool.ts';
import { diskFailure } from '../recorder/cut.ts';
import { parseSegmentLine, segmentOutput, type Segment } from '../recorder/segment-ring.ts';
import type { SessionOptions } from '../session.ts';

/** A picture of a live camera with its wall time. */
export interface LiveFrame extends DecodedFrame {
  readonly capturedAtMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface ConnectionOptions {
  readonly session: SessionOptions;
  /** Where to read from: checked, without a name that could be looked up again. */
  readonly address: string;
  readonly stream: VideoStream;
  readonly transport: RtspTransport;
  readonly pool: FramePool;
  /** Counts connections of this camera; names its segments. */
  readonly connection: number;
  /** Folder of this camera's segments; null: do not record now. */
  readonly segmentDir: string | null;
  readonly onNoSlot: () => void;
  readonly onSourceSize: (widthPx: number, heightPx: number) => void;
  readonly onSegment: (segment: Segment) => void;
  readonly onMessages: (errorCount: number) => void;
  readonly signal: AbortSignal;
}

/** So long the first pictures are kept back: they come in a burst, and only after it is known when they were taken. */
const settlingMs = 1_000;
const settlingFrames = 5;
/** A segment longer than this was not recorded but made by a clock that was set. */
const maxSegmentMs = 120_000;
const setBackMs = 1_000;

/**
 * Read one connection until it is lost.
 * @throws PipelineError always, in the end: a live camera never ends by itself. Returns only when `signal` aborts.
 */
export async function* readConnection(
  options: ConnectionOptions,
): AsyncGenerator<LiveFrame, void, undefined> {
  const { session, stream, connection, segmentDir, signal } = options;
  const { source, settings, clock } = session;
  const size = analysisSize(stream, settings.analysisLongSidePx);
  const watch = { clock: null as LiveClock | null, lastFrameAt: clock.monotonicMs(), isStalled: false };

  const onListLine = (line: string): void => {
    const listed = parseSegmentLine(line);
    if (listed === null || watch.clock === null || segmentDir === null) return;
    if (listed.toPtsMs <= listed.fromPtsMs || listed.toPtsMs - listed.fromPtsMs > maxSegmentMs) return;
    options.onSegment({
      path: join(segmentDir, listed.name),
      capturedFromMs: capturedAt(watch.clock, listed.fromPtsMs),
      capturedToMs: capturedAt(watch.clock, listed.toPtsMs),
      connection,
    });
  };
  const decoding = await startDecoding({
    plan: rtspInput(options.address, source.credential, settings.connectTimeoutMs, options),
    keepsTimes: true,
    ...size,
    fps: settings.analysisFps,
    pool: options.pool,
    isLive: true,
    nowMs: () => clock.nowMs(),
    onNoSlot: options.onNoSlot,
    onSourceSize: options.onSourceSize,
    onArrival: () => {
      watch.lastFrameAt = clock.monotonicMs();
    },
    ...(segmentDir === null
      ? {}
      : {
          recording: {
            ...segmentOutput(stream.codec, {
              dir: segmentDir,
              prefix: String(connection).padStart(6, '0'),
              segmentMs: settings.segmentMs,
            }),
            onListLine,
          },
        }),
    signal,
  });
  const watching = new AbortController();
  void watchForStall(options, decoding, watch, watching.signal);

  const held: DecodedFrame[] = [];
  let settledAtMs: number | undefined;
  let isSetBack = false;
  const timed = (frame: DecodedFrame, live: LiveClock): LiveFrame => ({
    ...frame,
    ...size,
    capturedAtMs: capturedAt(live, frame.ptsMs),
  });
  try {
    for await (const frame of decoding.frames) {
      options.onMessages(decoding.messages.errorCount);
      // Segments are cut by the stream's clock; when that was set back, no segment would end for as long.
      isSetBack = watch.clock !== null && frame.ptsMs < watch.clock.lastPtsMs - setBackMs;
      held.push(frame);
      if (isSetBack) break;
      const live = stepLiveClock(watch.clock, frame);
      watch.clock = live;
      settledAtMs ??= clock.monotonicMs() + settlingMs;
      if (held.length < settlingFrames && clock.monotonicMs() < settledAtMs) continue;
      settledAtMs = Number.NEGATIVE_INFINITY;
      for (let ready = held.shift(); ready !== undefined; ready = held.shift()) yield timed(ready, live);
    }
  } finally {
    for (const { slot } of held) slot.release();
    watching.abort();
    await decoding.end();
  }
  if (signal.aborted) return;
  if (watch.isStalled) {
    throw new PipelineError(
      'INGEST_FRAMES_STALLED',
      `Camera ${source.cameraId} sent no picture for ${(settings.frameGapTimeoutMs / 1_000).toFixed(0)} s.`,
      { hint: 'Check its network and power; it is opened again by itself.', retryable: true },
    );
  }
  if (isSetBack) {
    throw new PipelineError('INGEST_FFMPEG_EXIT', `Camera ${source.cameraId} set its clock back.`, {
      hint: 'It is opened again by itself. If it happens often, give the camera a time server.',
      retryable: true,
    });
  }
  // Exit code 0 and no message: that is how ffmpeg reports a camera that was unplugged.
  throw (
    (segmentDir === null ? null : diskFailure(decoding.messages, segmentDir)) ??
    lost(source.address, decoding)
  );
}

function lost(address: string, { messages }: Decoding): PipelineError {
  const failure = rtspFailure(address, messages);
  if (failure.code !== 'INGEST_RTSP_UNREACHABLE') return failure;
  const said = messages.lines.at(-1);
  return new PipelineError(
    'INGEST_RTSP_UNREACHABLE',
    `The camera at ${address} closed the connection${said === undefined ? '' : ` (${said})`}.`,
    {
      hint: 'It is opened again by itself; if that goes on, check its network, power and number of viewers.',
      retryable: true,
    },
  );
}

/** ffmpeg's own timeouts fire late or never: pictures that no longer come are noticed here. */
async function watchForStall(
  { session, signal }: ConnectionOptions,
  decoding: Decoding,
  watch: { lastFrameAt: number; isStalled: boolean },
  watching: AbortSignal,
): Promise<void> {
  const { clock, settings } = session;
  // A wish for fewer pictures than that is no stall.
  const patienceMs = Math.max(settings.frameGapTimeoutMs, 3_000 / settings.analysisFps);
  const both = AbortSignal.any([signal, watching]);
  while (!both.aborted) {
    await clock.sleep(patienceMs / 8, both).catch(() => undefined);
    if (both.aborted || clock.monotonicMs() - watch.lastFrameAt < patienceMs) continue;
    watch.isStalled = true;
    await decoding.end();
    return;
  }
}
