import type { CameraHealth } from '../../contracts/index.ts';

/** What is known of the stream at the moment of a sample. */
export interface StreamFacts {
  readonly measuredWidthPx: number | null;
  readonly measuredHeightPx: number | null;
  readonly codec: string | null;
  readonly framesPerSecond: number | null;
  readonly lastFrameAtMs: number | null;
  readonly framesDropped: number;
}

export interface HealthReporter {
  /** The camera is in this state now; told on when it is news. */
  change(state: 'online' | 'offline' | 'unknown', cause: string, observedAtMs: number): void;
  /** Say again what held last, so that it goes on holding. */
  beat(observedAtMs: number): void;
  /** A beat, but only when the last sample is `healthEveryMs` old by now. */
  beatWhenDue(observedAtMs: number): void;
}

/** Turns what a session goes through into samples: one at every change, and heartbeats between. */
export function createHealthReporter(options: {
  readonly cameraId: string;
  readonly areaCode: string;
  readonly healthEveryMs: number;
  readonly facts: () => StreamFacts;
  readonly onHealth: (health: CameraHealth) => void;
}): HealthReporter {
  const { cameraId, areaCode, healthEveryMs, facts, onHealth } = options;
  let last: { state: 'online' | 'offline' | 'unknown'; cause: string; observedAtMs: number } | undefined;
  const tell = (): void => {
    if (last === undefined) return;
    onHealth({
      cameraId,
      areaCode,
      ...last,
      observedAtMs: Math.round(last.observedAtMs),
      validForMs: 3 * healthEveryMs,
      ...facts(),
      // ffmpeg hides the camera's own wall clock; only its steady clock is seen.
      clockOffsetMs: null,
      facts: null,
      picture: null,
      clock: null,
      recording: null,
    });
  };
  const beat = (observedAtMs: number): void => {
    if (last === undefined) return;
    last = { ...last, observedAtMs };
    tell();
  };
  return {
    change(state, cause, observedAtMs) {
      if (last?.state === state && last.cause === cause) return;
      last = { state, cause, observedAtMs };
      tell();
    },
    beat,
    beatWhenDue(observedAtMs) {
      if (last !== undefined && observedAtMs - last.observedAtMs >= healthEveryMs) beat(observedAtMs);
    },
  };
}
