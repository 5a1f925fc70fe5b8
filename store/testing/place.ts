import type { Config } from '../../kernel/index.ts';

/** Somewhere empty to open a store: a fresh data folder, or a fresh database on a server. */
export interface Place {
  readonly config: Config['store'];
  readonly dataDir: string;
}

/** A connection under test. */
export interface Places extends AsyncDisposable {
  fresh(): Promise<Place>;
  /** kill −9 of the server and start at the same address; null where there is no server of ours. */
  readonly restartServer: (() => Promise<void>) | null;
}
