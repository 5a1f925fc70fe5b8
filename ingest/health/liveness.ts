/**
 * Whether a live camera is there, by its pictures.
 *
 * - `waiting`: none came yet, and nothing failed.
 * - `online`: pictures come, or stopped so shortly ago that it may be a blip.
 * - `offline`: none for longer than that; left by the next picture.
 */
export interface Liveness {
  readonly state: 'waiting' | 'online' | 'offline';
  /** When the last picture came; null: none ever did. */
  readonly lastSignAtMs: number | null;
  /** Why it is offline, or why it may soon be: the newest failure since the last picture. */
  readonly cause: string;
}

export const notSeenYet: Liveness = { state: 'waiting', lastSignAtMs: null, cause: '' };

export const sawPicture = (atMs: number): Liveness => ({ state: 'online', lastSignAtMs: atMs, cause: '' });

/** A connection failed. Without a picture there is nothing to wait for. */
export const sawFailure = (before: Liveness, code: string): Liveness => ({
  ...before,
  state: before.lastSignAtMs === null ? 'offline' : before.state,
  cause: code,
});

/** Nothing may have happened at all: that too means something after a while. */
export function afterSilence(before: Liveness, nowMs: number, offlineAfterMs: number): Liveness {
  const { state, lastSignAtMs, cause } = before;
  if (state !== 'online' || lastSignAtMs === null || nowMs - lastSignAtMs < offlineAfterMs) return before;
  return { ...before, state: 'offline', cause: cause === '' ? 'INGEST_FRAMES_STALLED' : cause };
}
