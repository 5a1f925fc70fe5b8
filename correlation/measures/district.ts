import type { Camera, CameraState, KeyPlace } from '../../contracts/index.ts';
import { dutySpans, isOnDuty } from './duty.ts';
import { commonMs, type Span, type StateInterval, stateAt } from './intervals.ts';
import type { PointM } from './plane.ts';

/** What was really seen of a camera, beside what its file declares. */
export interface MeasuredCamera {
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** When a live picture was last pulled. */
  readonly lastPullAtMs: number | null;
}

/** Everything that the figures of a district are computed from. */
export interface District {
  readonly cameras: readonly Camera[];
  readonly keyPlaces: readonly KeyPlace[];
  /** State intervals per camera, covering the window; a camera without an entry never reported anything. */
  readonly states: ReadonlyMap<string, readonly StateInterval[]>;
  readonly measured: ReadonlyMap<string, MeasuredCamera>;
  /** Codes in the catalogue of the shared platform; null when none was imported: then a live pull alone decides. */
  readonly catalogue: ReadonlySet<string> | null;
  /** Outlines of buildings that hide what is behind them, in local metres. */
  readonly buildings: readonly (readonly PointM[])[];
  /** Half-open, whole seconds. */
  readonly window: Span;
  /** "Now" of all figures that speak of a moment. */
  readonly instantMs: number;
  /** Point about which local metres are taken. */
  readonly reference: { readonly lonDeg: number; readonly latDeg: number };
}

const inService: ReadonlySet<CameraState> = new Set(['online', 'offline', 'unknown', 'maintenance']);

/** States over the window with what the file adds: before its installation a camera is not commissioned (rule R5). */
export function statesOf(district: District, camera: Camera): readonly StateInterval[] {
  const { window } = district;
  const reported = district.states.get(camera.cameraId);
  if (reported === undefined) {
    const state = camera.deviceStatus === 3 ? 'retired' : 'unknown';
    return notCommissioned([{ ...window, state, cause: 'nothing reported' }], camera);
  }
  return notCommissioned(reported, camera);
}

function notCommissioned(intervals: readonly StateInterval[], camera: Camera): readonly StateInterval[] {
  const { installedAtMs } = camera;
  if (installedAtMs === null || (intervals[0]?.fromMs ?? 0) >= installedAtMs) return intervals;
  return intervals.flatMap((interval): StateInterval[] => {
    if (interval.state !== 'unknown' || interval.fromMs >= installedAtMs) return [interval];
    const before: StateInterval = {
      state: 'notCommissioned',
      cause: 'before installation',
      fromMs: interval.fromMs,
      toMs: Math.min(interval.toMs, installedAtMs),
    };
    return interval.toMs <= installedAtMs ? [before] : [before, { ...interval, fromMs: installedAtMs }];
  });
}

/** Whether a camera is in service at the instant; offline and unknown cameras are (rule R6). */
export const isInService = (district: District, camera: Camera): boolean =>
  inService.has(stateAt(statesOf(district, camera), district.instantMs));

/** Seconds of one camera over the window: what was required of it, what it did, what nobody knows. */
export interface DutySeconds {
  readonly requiredS: number;
  readonly onlineS: number;
  readonly unknownS: number;
}

export function dutySecondsOf(district: District, camera: Camera): DutySeconds {
  const duty = dutySpans(camera.dutyHours, district.window);
  const intervals = statesOf(district, camera);
  const seconds = (matches: (state: CameraState) => boolean): number =>
    Math.round(
      commonMs(
        intervals.filter(({ state }) => matches(state)),
        duty,
      ) / 1_000,
    );
  return {
    requiredS: seconds((state) => inService.has(state)),
    onlineS: seconds((state) => state === 'online'),
    unknownS: seconds((state) => state === 'unknown'),
  };
}

/** State at the instant of a camera that is required then, or null when it is not. */
export function requiredStateNow(district: District, camera: Camera): CameraState | null {
  const state = stateAt(statesOf(district, camera), district.instantMs);
  return inService.has(state) && isOnDuty(camera.dutyHours, district.instantMs) ? state : null;
}
