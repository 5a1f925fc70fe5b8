import type { DetectorPool, Masker } from '../inference/index.ts';
import type { Recorder } from '../ingest/index.ts';
import type { MediaStore } from '../store/index.ts';
import type { CameraDirectory } from './camera-directory.ts';
import type { Base } from './services.ts';

/** What the cameras of a process share. */
export interface CameraTools {
  readonly base: Base;
  readonly media: MediaStore;
  readonly detector: DetectorPool;
  /** Null: what seems to burn stays unconfirmed. */
  readonly fireModel: DetectorPool | null;
  readonly masker: Masker;
  /** The asset files and drawn zones there are by now. */
  readonly directory: CameraDirectory;
  /** What each camera of this process has recorded; a file that was replayed stays. */
  readonly recorders: Map<string, Recorder>;
  /** Events that a zone had suppressed and an officer has raised: alerts from then on. */
  readonly raised: ReadonlySet<string>;
}
