import type { CameraHealth, CameraState } from '../../contracts/index.ts';

/** What is known of the stream at the moment of a sample. */
export type StreamFacts = Omit<
  CameraHealth,
  'cameraId' | 'areaCode' | 'observedAtMs' | 'state' | 'cause' | 'validForMs' | 'clockOffsetMs'
>;

type ReportedState = Extract<CameraState, 'online' | 'offline' | 'unknown'>;

export interface HealthReporter {
  /** The camera is in this state now; told on when it is news. */
  change(state: ReportedState, cause: string, observedAtMs: number): void;
  /** Something else than the state is news: say what holds, with it. */
  update(observedAtMs: number): void;
  /** Say again what held last, when the last sample is `healthEveryMs` old by now. */
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
  let last: { state: ReportedState; cause: string; observedAtMs: number } | undefined;
  const tell = (state: ReportedState, cause: string, observedAtMs: number): void => {
    // Two samples of one moment would be one row: the later one stands a millisecond later.
    const atMs = Math.max(Math.round(observedAtMs), (last?.observedAtMs ?? 0) + 1);
    last = { state, cause, observedAtMs: atMs };
    const known = facts();
    onHealth({
      cameraId,
      areaCode,
      ...last,
      validForMs: 3 * healthEveryMs,
      ...known,
      clockOffsetMs: known.clock?.offsetMs ?? null,
    });
  };
  return {
    change(state, cause, observedAtMs) {
      if (last?.state !== state || last.cause !== cause) tell(state, cause, observedAtMs);
    },
    update(observedAtMs) {
      if (last !== undefined) tell(last.state, last.cause, observedAtMs);
    },
    beatWhenDue(observedAtMs) {
      if (last !== undefined && observedAtMs - last.observedAtMs >= healthEveryMs) {
        tell(last.state, last.cause, observedAtMs);
      }
    },
  };
}
