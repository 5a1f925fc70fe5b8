import type { CameraHealth, ClockReading, Frame } from '../contracts/index.ts';
import type { Clock, Config, Log } from '../kernel/index.ts';
import type { Recorder } from './recorder/recorder.ts';
import type { CameraSource, Pace } from './source.ts';

/** A picture on borrowed memory: after `release()` its `data` holds another one. */
export interface LeasedFrame extends Frame {
  /** Give the memory back as soon as the picture is no longer needed; calling it twice does nothing. */
  readonly release: () => void;
}

/** What is known of a stream once it was looked at. */
export interface MediaInfo {
  /** Size as the camera sends it; of the newest picture. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly codec: string;
  readonly fps: number | null;
  /** Files only. */
  readonly durationMs: number | null;
  /** Captured time of the first picture: for a live camera null until there was one. */
  readonly startedAtMs: number | null;
}

/** One open camera or file. Disposing ends its processes. */
export interface CameraSession extends AsyncDisposable {
  readonly cameraId: string;
  /** Null while a live camera has not been reached yet. */
  readonly media: MediaInfo | null;
  /**
   * The pictures, in the order of their time; to be read once. Ends at the end of a file or when the session's signal
   * aborts. A live camera that is lost is opened again, for ever.
   * @throws PipelineError for a file that turns out to be damaged, after the pictures before the damage.
   */
  frames(): AsyncIterable<LeasedFrame>;
  readonly recorder: Recorder;
  /** Pictures of a live camera that nobody saw, because the reader was busy. */
  readonly framesDropped: number;
  /** Complaints of the decoder and the network so far: smeared or missing pictures. */
  readonly decodeErrors: number;
}

export interface SessionOptions {
  readonly source: CameraSource;
  readonly settings: Config['ingest'];
  readonly pace: Pace;
  /** Folder in which live cameras keep their last minutes, one folder each. */
  readonly recordingDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onHealth: (health: CameraHealth) => void;
  /** File in which a live camera's usual picture is kept from one run to the next; none: it is learned each time. */
  readonly baselineFile?: string;
  /** The camera has a motor (PTZ): another scene is then no fault. Asked at every picture; default: it has none. */
  readonly isMovable?: () => boolean;
  /** Where the file says that the camera looks; when that changes, another scene is no fault. Default: nothing is said. */
  readonly view?: () => string | null;
  /** The newest measurement of the device's clock; default: none is made. */
  readonly clockReading?: () => ClockReading | null;
  readonly signal: AbortSignal;
}
