import type { Credential } from './credentials/credential.ts';

/** What to open: address checked and resolved already. */
export interface CameraSource {
  /** 20-digit code. */
  readonly cameraId: string;
  readonly areaCode: string;
  readonly kind: 'rtsp' | 'file';
  /** Absolute path, or an address without user and password. */
  readonly address: string;
  readonly credential: Credential | null;
  /** A file: wall time of its first picture; null: what the container says, else the time of the file. */
  readonly startedAtMs: number | null;
}

/**
 * `live`: the newest picture wins, and what was lost is counted. `replayRealtime`, `replayFullSpeed`: nothing is lost,
 * the source waits for its reader.
 */
export type Pace = 'live' | 'replayRealtime' | 'replayFullSpeed';
