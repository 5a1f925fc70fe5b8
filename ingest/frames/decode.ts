import {
  commandArguments,
  type InputPlan,
  type Messages,
  type RunningProcess,
  startProcess,
  words,
} from '../ffmpeg/index.ts';
import type { FramePool, FrameSlot } from './frame-pool.ts';
import { openPictureReader, type PictureReader } from './picture-reader.ts';
import { printTimes, readTimeStamps } from './time-stamps.ts';

/** A decoded picture with the time that the stream gave it. */
export interface DecodedFrame {
  readonly slot: FrameSlot;
  /** Milliseconds of the stream's own clock, as it came: it may jump. */
  readonly ptsMs: number;
  /** When it came out of the decoder, by our clock. */
  readonly arrivedAtMs: number;
}

export interface DecodeOptions {
  readonly plan: InputPlan;
  /**
   * Leave the stream's time stamps as they came: for live cameras and containers that keep true times. Otherwise ffmpeg
   * counts from the container's beginning and closes breaks of more than 10 s, in pictures and copies alike.
   */
  readonly keepsTimes: boolean;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  readonly pool: FramePool;
  /** Live: no free buffer means that the picture is lost. Otherwise ffmpeg waits, and nothing is lost. */
  readonly isLive: boolean;
  readonly nowMs: () => number;
  /** Told of a picture for which there was no free buffer. */
  readonly onNoSlot: () => void;
  /** Told at the first picture and whenever its size as sent changes. */
  readonly onSourceSize: (widthPx: number, heightPx: number) => void;
  /** Told that a picture has been decoded, before it is read. */
  readonly onArrival?: () => void;
  /** A second output of the same process, and what to do with its list of segments. */
  readonly recording?: {
    readonly options: readonly string[];
    readonly target: string;
    readonly onListLine: (line: string) => void;
  };
  readonly signal: AbortSignal;
}

export interface Decoding {
  /** Ends with the stream. ffmpeg waits while nobody pulls. */
  readonly frames: AsyncGenerator<DecodedFrame, void, undefined>;
  readonly messages: Messages;
  /** Exit code, null when a signal ended it; says little: ffmpeg calls a vanished camera a success. */
  readonly done: Promise<number | null>;
  readonly end: () => Promise<void>;
}

/**
 * One picture per slot of 1/fps seconds, each with its own time. Not ffmpeg's `fps` filter: that one counts pictures,
 * moves their times onto a grid and repeats pictures where a camera paused.
 */
const thinning = (fps: number): string => {
  // The small shift keeps pictures that lie exactly on the grid from falling to either side by rounding.
  const slot = (time: string): string => String.raw`floor(${time}*${fps}+0.05)`;
  return `select='isnan(prev_selected_t)+not(eq(${slot('t')},${slot('prev_selected_t')}))'`;
};

/**
 * Start decoding. Pictures come as raw yuv420p on stdout, a socket of our own, and beside them one line each with its
 * time stamp on a pipe of its own. The last filter writes it, and nothing behind that filter drops or repeats a picture: the n-th line
 * belongs to the n-th picture.
 */
export async function startDecoding(options: DecodeOptions): Promise<Decoding> {
  const { plan, keepsTimes, widthPx, heightPx, fps, recording, pool, isLive, signal } = options;
  const frameBytes = (widthPx * heightPx * 3) / 2;
  const filters = [
    thinning(fps),
    `scale=${widthPx}:${heightPx}:flags=fast_bilinear`,
    'format=yuv420p',
    ...printTimes,
  ].join(',');
  const commandLine = commandArguments(
    [
      {
        ...plan.input,
        options: ['-threads', '1', ...(keepsTimes ? ['-copyts'] : []), ...(plan.input.options ?? [])],
      },
    ],
    [
      {
        options: [
          ...words('-map 0:v:0 -filter:v'),
          filters,
          ...words('-fps_mode passthrough -c:v rawvideo -f rawvideo'),
          // A picture in one piece: the reader is woken less often.
          ...words(`-blocksize ${frameBytes}`),
        ],
        target: 'pipe:1',
      },
      ...(recording === undefined ? [] : [{ options: recording.options, target: recording.target }]),
    ],
  );
  const pictures = await openPictureReader({ frameBytes, pool, isLive, signal });
  try {
    const running = startProcess('ffmpeg', commandLine, {
      stdout: pictures.writer,
      extraPipes: recording === undefined ? 1 : 2,
      signal,
      onLine: (line) => {
        // Said at the beginning and again whenever the size of the picture changes under way.
        const size = /graph .*\] \[verbose\] w:(\d+) h:(\d+) /.exec(line);
        if (size !== null) options.onSourceSize(Number(size[1]), Number(size[2]));
      },
      ...(plan.stdin === undefined ? {} : { stdin: plan.stdin }),
    });
    if (recording !== undefined) followLines(running, recording.onListLine);
    const end = async (): Promise<void> => {
      pictures.close();
      await running.end();
    };
    return {
      frames: readFrames(running, pictures, options, end),
      messages: running.messages,
      done: running.done,
      end,
    };
  } catch (error) {
    pictures.close();
    throw error;
  }
}

function followLines(running: RunningProcess, onLine: (line: string) => void): void {
  let rest = '';
  running.extra[1]?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}

/** Each picture with its time. */
async function* readFrames(
  running: RunningProcess,
  pictures: PictureReader,
  { nowMs, onArrival, onNoSlot, signal }: DecodeOptions,
  end: () => Promise<void>,
): AsyncGenerator<DecodedFrame, void, undefined> {
  const [timePipe] = running.extra;
  if (timePipe === undefined) throw new TypeError('the pipe of the time stamps is missing');
  const times = readTimeStamps(timePipe, nowMs, onArrival);
  try {
    for (let slot = await pictures.next(); slot !== null; slot = await pictures.next()) {
      const time = await times.next();
      if (slot === 'noSlot') {
        if (time === null) return;
        onNoSlot();
      } else if (time === null) {
        slot.release();
        return;
      } else yield { slot, ...time };
    }
    if (!signal.aborted) await running.done;
  } catch (error) {
    // Waiting for a buffer ends with an error of its own when the process is killed under it.
    if (!signal.aborted) throw error;
  } finally {
    await end();
  }
}
