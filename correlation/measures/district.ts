import type { ArchiveRow as StoredArchiveRow, Camera, CameraState, KeyPlace } from '../../contracts/index.ts';
import { dayStartMs } from './duty.ts';
import type { ExclusionRequest } from './exclusions.ts';
import { nothingReported, type Span, type StateInterval } from './intervals.ts';
import type { PointM } from './plane.ts';

/** What was really seen of a camera, beside what its file declares. */
export interface MeasuredCamera {
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** When a live picture was last pulled. */
  readonly lastPullAtMs: number | null;
  /** Address it answered at. */
  readonly ipAddress?: string | null;
}

/** What only the archive row (一机一档) tells, beside the typed fields of the camera. */
export type ArchiveRow = Omit<StoredArchiveRow, 'cameraId' | 'updatedAtMs'>;

/** The prober of a police station was down, by its own log. */
export interface ProberOutage extends Span {
  readonly areaCode: string;
}

/** One diagnosis of a picture; it holds until the next one, for a limited time. */
export interface ImageCheck {
  readonly checkedAtMs: number;
  readonly pass: 'day' | 'night';
  /** `normal`, `unknown`, or the name of a fault. */
  readonly result: string;
}

export interface ClockCheck {
  readonly measuredAtMs: number;
  /** Device minus true time; null when the measurement failed. */
  readonly offsetS: number | null;
  /** ± of the measurement; left out: not told. */
  readonly errorS?: number;
}

/** Which parts of the on-screen text were right; null was not looked at. */
export interface OsdCheck {
  readonly checkedAtMs: number;
  readonly findings: readonly (boolean | null)[];
}

export interface FaultTicket {
  readonly ticketId: string;
  readonly cameraId: string;
  readonly occurredAtMs: number;
  readonly detectedAtMs: number;
  readonly repairedAtMs: number | null;
  /** Natural hours from detection. */
  readonly limitHours: number;
}

/** Everything that the figures of a district are computed from. A part that is left out was never brought in. */
export interface District {
  readonly cameras: readonly Camera[];
  readonly keyPlaces: readonly KeyPlace[];
  /** State intervals per camera, covering the window; a camera without an entry never reported anything. */
  readonly states: ReadonlyMap<string, readonly StateInterval[]>;
  /** The same without what a person wrote afterwards, for cameras where that makes a difference. */
  readonly statesWithoutManual?: ReadonlyMap<string, readonly StateInterval[]>;
  readonly measured: ReadonlyMap<string, MeasuredCamera>;
  /** Codes in the catalogue of the shared platform; null when none was imported: then a live pull alone decides. */
  readonly catalogue: ReadonlySet<string> | null;
  /** Outlines of buildings that hide what is behind them, in local metres. */
  readonly buildings: readonly (readonly PointM[])[];
  /** Half-open, whole seconds. */
  readonly window: Span;
  /** "Now" of all figures that speak of a moment. */
  readonly instantMs: number;
  /** Ages count to here; default: the end of the window. */
  readonly asOfMs?: number;
  /** Point about which local metres are taken. */
  readonly reference: { readonly lonDeg: number; readonly latDeg: number };
  readonly exclusions?: readonly ExclusionRequest[];
  readonly proberOutages?: readonly ProberOutage[];
  readonly imageChecks?: ReadonlyMap<string, readonly ImageCheck[]>;
  /** Retained recording segments per camera, in any order; they may overlap. */
  readonly recordings?: ReadonlyMap<string, readonly Span[]>;
  /** Start of the oldest segment still kept; left out: that of the recordings. */
  readonly oldestRecordingMs?: ReadonlyMap<string, number>;
  readonly clockChecks?: ReadonlyMap<string, readonly ClockCheck[]>;
  readonly osdChecks?: ReadonlyMap<string, readonly OsdCheck[]>;
  readonly faults?: readonly FaultTicket[];
  readonly archive?: ReadonlyMap<string, ArchiveRow>;
  /** Outlines of the streets, whose union is the district, in local metres: rings of each. */
  readonly streets?: readonly (readonly (readonly PointM[])[])[];
  /** What people call a street, a police station: by scope, e.g. `street:330203001`. */
  readonly names?: ReadonlyMap<string, string>;
  /** Six digits; default: the civil code that most cameras carry. */
  readonly civilCode?: string;
}

export const inServiceStates: ReadonlySet<CameraState> = new Set([
  'online',
  'offline',
  'unknown',
  'maintenance',
]);

/** States over the window with what the file adds: before its installation a camera is not commissioned (rule R5). */
export function statesOf(district: District, camera: Camera): readonly StateInterval[] {
  const { window } = district;
  const reported = district.states.get(camera.cameraId);
  if (reported === undefined) {
    const state = camera.deviceStatus === 3 ? 'retired' : 'unknown';
    const silence: StateInterval[] = [{ ...window, state, cause: nothingReported }];
    return state === 'retired' ? silence : notCommissioned(silence, camera);
  }
  return notCommissioned(reported, camera);
}

function notCommissioned(intervals: readonly StateInterval[], camera: Camera): readonly StateInterval[] {
  if (camera.installedAtMs === null) return intervals;
  const installedAtMs = dayStartMs(camera.installedAtMs);
  if ((intervals[0]?.fromMs ?? 0) >= installedAtMs) return intervals;
  return intervals.flatMap((interval): StateInterval[] => {
    // A row that says something of that time is believed; only silence is explained.
    if (interval.cause !== nothingReported || interval.fromMs >= installedAtMs) return [interval];
    const before: StateInterval = {
      state: 'notCommissioned',
      cause: 'before installation',
      fromMs: interval.fromMs,
      toMs: Math.min(interval.toMs, installedAtMs),
    };
    return interval.toMs <= installedAtMs ? [before] : [before, { ...interval, fromMs: installedAtMs }];
  });
}
