import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { words } from '../ffmpeg/index.ts';

/** One short file of the recording; it begins with a key frame. */
export interface Segment {
  readonly path: string;
  readonly capturedFromMs: number;
  readonly capturedToMs: number;
  /** Segments of one connection follow each other without a gap. */
  readonly connection: number;
}

export interface SegmentRing {
  readonly add: (segment: Segment) => void;
  /**
   * Neighbouring segments of one connection that cover most of a span, and a hold on them: no file is removed before
   * it is let go.
   */
  hold(fromMs: number, toMs: number): { readonly segments: readonly Segment[]; letGo(): void };
  /** Captured time up to which there is a recording; null: none. */
  readonly newestMs: number | null;
}

/** The last `ringMs` of a camera as files; older ones are removed. */
export function createSegmentRing(ringMs: number, onRemoveFailed: (error: unknown) => void): SegmentRing {
  let kept: Segment[] = [];
  let holds = 0;

  const trim = (): void => {
    const newest = kept.at(-1);
    if (newest === undefined || holds > 0) return;
    const old = kept.filter(({ capturedToMs }) => capturedToMs < newest.capturedToMs - ringMs);
    kept = kept.filter((segment) => !old.includes(segment));
    for (const { path } of old) rm(path, { force: true }).catch(onRemoveFailed);
  };

  return {
    add(segment) {
      kept.push(segment);
      trim();
    },
    hold(fromMs, toMs) {
      holds++;
      let isHeld = true;
      const covered = new Map<number, { segments: Segment[]; coveredMs: number }>();
      for (const segment of kept) {
        const overlapMs = Math.min(toMs, segment.capturedToMs) - Math.max(fromMs, segment.capturedFromMs);
        if (segment.capturedToMs <= fromMs || segment.capturedFromMs > toMs) continue;
        const run = covered.get(segment.connection) ?? { segments: [], coveredMs: 0 };
        covered.set(segment.connection, run);
        run.segments.push(segment);
        run.coveredMs += overlapMs;
      }
      const best = [...covered.values()].toSorted((a, b) => b.coveredMs - a.coveredMs)[0];
      return {
        segments: best?.segments ?? [],
        letGo() {
          if (!isHeld) return;
          isHeld = false;
          holds--;
          trim();
        },
      };
    },
    get newestMs() {
      return kept.at(-1)?.capturedToMs ?? null;
    },
  };
}

/**
 * Of a stream with reordered pictures ffmpeg hands over the first packet of a connection without a time stamp, and no
 * container takes it: it gets the one that decoding order suggests.
 */
const stampFirstPacket = String.raw`setts=pts=if(eq(PTS\,NOPTS)\,DTS\,PTS)`;

/** Codecs that MPEG-TS holds as they come, parameter changes included; Matroska holds the rest. */
const inTransportStream = new Set(['h264', 'hevc', 'mpeg2video', 'mpeg1video']);

/**
 * The second output of a camera's ffmpeg: coded pictures as they came, in files that are readable even when the process
 * is killed in the middle of one.
 * @param prefix name of the files without number and ending; unique per connection.
 */
export function segmentOutput(
  codec: string,
  options: { readonly dir: string; readonly prefix: string; readonly segmentMs: number },
): { readonly options: readonly string[]; readonly target: string } {
  const isTransportStream = inTransportStream.has(codec);
  return {
    options: [
      ...words('-map 0:v:0 -c copy -f segment'),
      '-bsf:v',
      stampFirstPacket,
      '-segment_time',
      (options.segmentMs / 1_000).toFixed(3),
      '-segment_format',
      isTransportStream ? 'mpegts' : 'matroska',
      ...words('-segment_list pipe:4 -segment_list_type csv -segment_list_flags live'),
    ],
    target: join(options.dir, `${options.prefix}-%06d.${isTransportStream ? 'ts' : 'mkv'}`),
  };
}

/** One line of ffmpeg's list of segments: name, first and last time in seconds of the stream's clock. */
export function parseSegmentLine(line: string): { name: string; fromPtsMs: number; toPtsMs: number } | null {
  const [, name, from, to] = /^([^,]+),(-?[\d.]+),(-?[\d.]+)\s*$/.exec(line) ?? [];
  if (name === undefined) return null;
  return { name, fromPtsMs: Number(from) * 1_000, toPtsMs: Number(to) * 1_000 };
}
