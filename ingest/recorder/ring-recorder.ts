import type { Clock } from '../../kernel/index.ts';
import { concatInput, fileInput, listPackets } from '../ffmpeg/index.ts';
import { copyToMp4, decodeStill, unavailable } from './cut.ts';
import type { Recorder } from './recorder.ts';
import type { Segment, SegmentRing } from './segment-ring.ts';

const pollMs = 100;
/** Room for a camera's longest distance of key frames: a segment is closed only at one. */
const slackMs = 10_000;

/** Cuts from the last minutes of a live camera. */
export function openRingRecorder(options: {
  readonly cameraId: string;
  readonly ring: SegmentRing;
  readonly segmentMs: number;
  readonly codec: () => string;
  readonly isEnded: () => boolean;
  readonly clock: Clock;
}): Recorder {
  const { cameraId, ring, segmentMs, clock } = options;

  const reached = async (atMs: number, waitMs: number | undefined, signal: AbortSignal): Promise<void> => {
    const patienceMs = waitMs ?? Math.max(0, atMs - clock.nowMs()) + segmentMs + slackMs;
    const giveUpAtMs = clock.monotonicMs() + patienceMs;
    while ((ring.newestMs ?? 0) <= atMs && !options.isEnded() && clock.monotonicMs() < giveUpAtMs) {
      await clock.sleep(pollMs, signal);
    }
  };

  return {
    async cutClip({ fromMs, toMs, filePath, waitMs, signal }) {
      await reached(toMs, waitMs, signal);
      const held = ring.hold(fromMs, toMs);
      try {
        const [first] = held.segments;
        if (first === undefined) throw unavailable(`Camera ${cameraId} has no recording of this span.`);
        const durationMs = Math.min(toMs, held.segments.at(-1)?.capturedToMs ?? toMs) - first.capturedFromMs;
        const list = held.segments.map((segment) => ({
          path: segment.path,
          durationS: lengthMs(segment) / 1_000,
        }));
        const written = await copyToMp4(concatInput(list), {
          codec: options.codec(),
          durationMs,
          filePath,
          signal,
        });
        return {
          capturedFromMs: Math.round(first.capturedFromMs),
          capturedToMs: Math.round(first.capturedFromMs + written.durationMs),
          widthPx: written.widthPx,
          heightPx: written.heightPx,
        };
      } finally {
        held.letGo();
      }
    },

    async still({ atMs, waitMs, signal }) {
      await reached(atMs, waitMs, signal);
      const held = ring.hold(atMs, atMs);
      try {
        const [segment] = held.segments;
        if (segment === undefined) throw unavailable(`Camera ${cameraId} has no recording of this moment.`);
        const packets = await listPackets(segment.path, null, signal);
        const beginPtsMs = packets[0]?.ptsMs ?? 0;
        const wantedPtsMs = beginPtsMs + atMs - segment.capturedFromMs;
        const shown = packets.findLast(({ ptsMs }) => ptsMs <= wantedPtsMs + 20) ?? packets[0];
        if (shown === undefined) throw unavailable(`Camera ${cameraId} has no picture of this moment.`);
        const picture = await decodeStill(fileInput(segment.path), shown.ptsMs, signal);
        const capturedAtMs = Math.round(segment.capturedFromMs + picture.ptsMs - beginPtsMs);
        return { image: picture.image, capturedAtMs, widthPx: picture.widthPx, heightPx: picture.heightPx };
      } finally {
        held.letGo();
      }
    },
  };
}

const lengthMs = ({ capturedFromMs, capturedToMs }: Segment): number => capturedToMs - capturedFromMs;
